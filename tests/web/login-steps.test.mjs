// Every kind of login step there is in the contract. No network of this server has them all, so the answers of one are played here.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startServer } from '../compat/server.mjs';
import { assertSound, noBrowser, shoot, startBrowser } from './support.mjs';

const step = (currentStep, status) => ({ bridgeID: 'played', loginSessionID: 's1', status, currentStep });
const complete = { ...step({ type: 'complete' }, 'complete'), account: { accountID: 'played_1', user: { id: '@p', fullName: 'Played' }, bridge: {} } };
const qr = (data) => step({ type: 'display_and_wait', stepID: 'show', instructions: 'Scan this code.', display: { type: 'qr', data } }, 'waiting_for_display');

describe('login steps', { skip: noBrowser }, () => {
  let server;
  let browser;
  let page;
  before(async () => {
    server = await startServer();
    browser = await startBrowser(server);
    ({ page } = await browser.owner());
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await server?.remove();
  });

  /** Plays a network: `first` begins a login, `answers` come to what is submitted, in turn. Gives what was sent to it. */
  async function play(first, answers = [], { keepRoutes = false } = {}) {
    const sent = [];
    const left = [...answers];
    if (!keepRoutes) await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.route('**/v1/bridges**', (route) => {
      const { pathname } = new URL(route.request().url());
      const method = route.request().method();
      if (pathname === '/v1/bridges') return route.fulfill({ json: { items: [{ id: 'played', displayName: 'Played', status: 'available', accounts: [] }] } });
      if (pathname.endsWith('/login-flows')) return route.fulfill({ json: { items: [{ id: 'flow', name: 'The way in' }] } });
      if (pathname.endsWith('/login-sessions')) return route.fulfill({ json: first });
      sent.push({ method, path: pathname, csrf: route.request().headers()['x-switchboard-csrf'], body: route.request().postDataJSON() });
      if (method === 'DELETE') return route.fulfill({ json: {} });
      // A device that nobody uses: the request stays open.
      const answer = left.shift();
      return answer ? route.fulfill({ json: answer }) : undefined;
    });
    await page.goto('/accounts/add?bridge=played');
    await page.getByRole('button', { name: 'Begin: The way in' }).click();
    return sent;
  }
  const isConnected = () => page.getByText('Played is connected.').waitFor();

  it('asks for text of every kind', async () => {
    const fields = [
      { id: 'mail', label: 'E-mail', type: 'email', initialValue: 'ada@example.org' },
      { id: 'phone', label: 'Phone', type: 'phone_number' },
      { id: 'secret', label: 'Password', type: 'password' },
      { id: 'code', label: 'Code', type: '2fa_code', optional: true },
      { id: 'odd', type: 'never-heard-of' },
    ];
    const sent = await play(step({ type: 'user_input', stepID: 'in', instructions: 'Who are you?', fields }, 'waiting_for_input'), [complete]);
    await page.getByText('Who are you?').waitFor();
    await assertSound(page, 'text fields');
    assert.equal(await page.getByLabel('Password').getAttribute('type'), 'password');
    assert.equal(await page.getByLabel('Code').getAttribute('autocomplete'), 'one-time-code');
    await page.getByLabel('Phone').fill('+4915550100');
    await page.getByLabel('Password').fill('sesame');
    await page.getByLabel('odd').fill('x');
    await page.getByRole('button', { name: 'Continue' }).click();
    await isConnected();
    assert.deepEqual(sent[0].body, { type: 'user_input', fields: { mail: 'ada@example.org', phone: '+4915550100', secret: 'sesame', odd: 'x' } });
    assert.ok(sent[0].csrf, 'a change shows that it comes from our page');
  });

  it('fetches the picture to compare with the key of the session, and shows it', async () => {
    const imageURL = `${server.baseURL}/v1/assets/serve?url=mxc%3A%2F%2Fplayed%2Femoji`;
    const asked = [];
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.route('**/v1/assets/serve**', (route) => {
      asked.push(route.request().headers()['x-switchboard-csrf']);
      return route.fulfill({ contentType: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>' });
    });
    const show = (address) => step({ type: 'display_and_wait', stepID: 'show', display: { type: 'emoji', imageURL: address } }, 'waiting_for_display');
    await play(show(imageURL), [], { keepRoutes: true });
    const picture = page.getByRole('img', { name: 'Picture to compare' });
    await picture.waitFor();
    assert.match(await picture.getAttribute('src'), /^blob:/);
    assert.ok(await picture.evaluate((element) => element.decode().then(() => element.naturalWidth > 0)));
    assert.ok(asked.length > 0 && asked.every(Boolean), 'an img alone has no authority');
    await assertSound(page, 'picture');
    // What is elsewhere is not asked for.
    await play(show('https://elsewhere.example/emoji.png'));
    await page.getByText('The picture cannot be shown.').waitFor();
  });

  it('shows a QR code, waits, shows the next one, and goes on when it was used', async () => {
    const sent = await play(qr('first'), [qr('second'), complete]);
    const code = page.getByRole('img', { name: /QR code/ });
    await code.waitFor();
    await shoot(page, 'login-qr');
    await assertSound(page, 'QR code');
    await isConnected();
    assert.deepEqual(sent.map(({ body }) => body), [{ type: 'display_and_wait', fields: {} }, { type: 'display_and_wait', fields: {} }]);
  });

  it('shows a code to type elsewhere, and stops when the owner does not want to', async () => {
    await play(step({ type: 'display_and_wait', stepID: 'show', display: { type: 'code', data: 'K7XM-29QF' } }, 'waiting_for_display'));
    await page.getByText('K7XM-29QF').waitFor();
    await assertSound(page, 'code');
    const calledOff = page.waitForRequest((request) => request.method() === 'DELETE' && request.url().includes('/login-sessions/'));
    await page.getByRole('button', { name: 'Cancel' }).click();
    await calledOff;
    await page.getByRole('heading', { name: 'Add account', level: 1 }).waitFor();
  });

  it('takes cookies one by one or pasted at once, in any of the forms that browsers give', async () => {
    const fields = [
      { id: 'sid', name: 'session_id', type: 'cookie' },
      { id: 'tok', name: 'x-token', type: 'header', required: false },
    ];
    const cookies = step({ type: 'cookies', stepID: 'biscuit', url: 'https://www.example.com/login', fields }, 'waiting_for_cookies');
    for (const [pasted, wanted] of [
      ['a=1; session_id=abc=def; b=2', { sid: 'abc=def' }],
      ['{"session_id":"from json","x-token":"t"}', { sid: 'from json', tok: 't' }],
      ['[{"name":"session_id","value":"exported"}]', { sid: 'exported' }],
      [`curl 'https://www.example.com/' -H 'X-Token: t1' -b 'session_id=curled; other=1'`, { sid: 'curled', tok: 't1' }],
      [`curl 'https://www.example.com/' -H 'cookie: session_id=old form' --compressed`, { sid: 'old form' }],
    ]) {
      const sent = await play(cookies, [complete]);
      await page.getByLabel('Paste all at once').fill(pasted);
      await page.getByRole('button', { name: 'Continue' }).click();
      await isConnected();
      assert.deepEqual(sent[0].body, { type: 'cookies', fields: wanted }, pasted);
    }
    await play(cookies);
    await assertSound(page, 'cookies');
    const link = page.getByRole('link', { name: 'www.example.com' });
    assert.equal(await link.getAttribute('rel'), 'noopener noreferrer');
  });

  it('never makes a link of an address that is none of the web', async () => {
    await play(step({ type: 'cookies', stepID: 'b', url: 'javascript:alert(1)', fields: [{ id: 'sid' }] }, 'waiting_for_cookies'));
    await page.getByText('Sign in to the network in this browser').waitFor();
    assert.equal(await page.locator('main a').count(), 0);
  });

  it('takes a bare name where an address is asked, and leads to what the instructions name', async () => {
    const instructions = 'Open https://hs.example/login?to=http%3A%2F%2Flocalhost in a browser. <a href="https://evil.example">x</a> javascript:alert(1).';
    const fields = [{ id: 'homeserver', label: 'Homeserver', type: 'url' }];
    const sent = await play(step({ type: 'user_input', stepID: 'sso', instructions, fields }, 'waiting_for_input'), [complete]);
    await page.getByText('in a browser.').waitFor();
    await assertSound(page, 'instructions');
    const links = await page.locator('main a').evaluateAll((all) => all.map((link) => [link.href, link.rel, link.textContent]));
    const [first, second, ...others] = links;
    assert.deepEqual(first, ['https://hs.example/login?to=http%3A%2F%2Flocalhost', 'noopener noreferrer', 'https://hs.example/login?to=http%3A%2F%2Flocalhost']);
    assert.deepEqual([second[0], second[2], others], ['https://evil.example/', 'https://evil.example/', []], 'a link says where it leads');
    await page.getByLabel('Homeserver').fill('example.org');
    await page.getByRole('button', { name: 'Continue' }).click();
    await isConnected();
    assert.deepEqual(sent[0].body.fields, { homeserver: 'example.org' });
  });

  it('says what a network says of each account, and what goes with it when it is removed', async () => {
    const account = (id, name, more) => ({ accountID: id, network: id, user: { id: `@${id}`, fullName: name }, bridge: { id }, ...more });
    const accounts = [
      account('one', 'One', { status: 'backfilling' }),
      account('two', 'Two', { status: 'attention_required', statusText: 'Open the app on your phone.' }),
      account('three', 'Three', { status: 'disconnected' }),
    ];
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.route('**/v1/bridges**', (route) =>
      route.fulfill({
        json: {
          items: new URL(route.request().url()).pathname.endsWith('/logins')
            ? [
                { bridgeID: 'played', loginID: 'a', status: 'connected', accountIDs: ['one', 'two'] },
                { bridgeID: 'played', loginID: 'b', status: 'connected', accountIDs: ['three'] },
              ]
            : [{ id: 'played', displayName: 'Played', status: 'available', accounts }],
        },
      }),
    );
    await page.goto('/accounts');
    const row = (name) => page.getByRole('listitem').filter({ hasText: name });
    await row('One').getByText('Connected, fetching what was before').waitFor();
    await row('Two').getByText('Needs your attention: Open the app on your phone.').waitFor();
    await row('Three').getByText('Not connected').waitFor();
    await assertSound(page, 'states of accounts');
    await page.getByRole('button', { name: 'Remove One' }).click();
    await page.getByRole('dialog').getByText('Two on two').waitFor();
    await assertSound(page, 'what goes with an account');
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Remove Three' }).click();
    await page.getByRole('dialog').waitFor();
    assert.equal(await page.getByText('go with it').count(), 0);
  });

  it('says why a login failed and begins again', async () => {
    await play({ bridgeID: 'played', loginSessionID: 's1', status: 'failed', error: { message: 'The network said no.' } });
    await page.getByRole('alert').getByText('The network said no.').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('button', { name: 'Begin: The way in' }).waitFor();
  });

  it('has left no error in any page', () => assert.deepEqual(browser.faults, []));
});
