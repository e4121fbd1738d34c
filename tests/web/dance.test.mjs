// A program of somebody else asks for access; the owner decides in a real browser, and changes their mind.
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { startServer } from '../compat/server.mjs';
import { addIdentity, ask, assertSound, noBrowser, shoot, signInLink, startBrowser } from './support.mjs';
import { startThirdParty } from './third-party.mjs';

/** Opens the event socket with a token; resolves when it is open to what tells when it ends. */
function openSocket(server, token) {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`, connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'c29tZSBzaXh0ZWVuIGJ5dA==',
    };
    const request = httpRequest({ host: '127.0.0.1', port: server.port, path: '/v1/ws', headers });
    request.on('upgrade', (_, socket) => {
      socket.on('error', () => undefined);
      const ended = new Promise((done) => socket.on('close', done).on('end', () => socket.destroy()));
      socket.resume();
      resolve({ ended, destroy: () => socket.destroy() });
    });
    request.on('response', ({ statusCode }) => reject(new Error(`The socket was refused with ${statusCode}.`)));
    request.on('error', reject).end();
  });
}

describe('a third party asks for access', { skip: noBrowser }, () => {
  let server;
  let browser;
  let owner;
  const apps = [];
  const thirdParty = async (options) => {
    const app = await startThirdParty(server, options);
    apps.push(app);
    return app;
  };
  before(async () => {
    server = await startServer();
    await addIdentity(server, 'helper', 'Helper');
    browser = await startBrowser(server);
    owner = await browser.owner();
  });
  after(async () => {
    await browser?.close();
    for (const app of apps) app.close();
    await server?.stop();
    await server?.remove();
  });

  it('goes the whole way: begin at the app, sign in, allow, use, revoke at once', async () => {
    const app = await thirdParty({ name: 'Chat Reader' });
    const visitor = await browser.visitor();
    const page = await visitor.newPage();
    await page.goto(app.address);
    await page.getByRole('link', { name: 'Connect' }).click();
    // Nobody is signed in here: the same address asks for that first.
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.getByText('An app asks for access.').waitFor();
    await shoot(page, 'dance-sign-in');
    const other = await visitor.newPage();
    await other.goto(await signInLink(server));
    await other.getByRole('heading', { name: 'Accounts' }).waitFor();
    await other.close();
    await page.bringToFront();
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));

    await page.getByRole('heading', { name: 'Let this app in?' }).waitFor();
    await page.getByText('Chat Reader').waitFor();
    await page.getByText('Not verified').waitFor();
    await page.getByText(app.redirect).waitFor();
    assert.equal(app.token, null, 'nothing is given before the owner says so');
    await assertSound(page, 'consent');
    await shoot(page, 'dance-consent');
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByText('Connected').waitFor();
    assert.equal(page.url().split('?')[0], app.redirect);

    assert.equal((await ask(server, 'GET', '/v1/accounts', undefined, app.token)).status, 200);
    assert.deepEqual(app.granted.scope.split(' ').sort(), ['read', 'write']);
    const socket = await openSocket(server, app.token);

    await owner.page.goto('/connections');
    await owner.page.getByRole('button', { name: 'Revoke Chat Reader' }).click();
    const dialog = owner.page.getByRole('dialog', { name: 'Revoke this connection?' });
    await dialog.waitFor();
    await shoot(owner.page, 'dance-revoke');
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await owner.page.getByText('Chat Reader was revoked and can do nothing more.').waitFor();
    assert.equal((await ask(server, 'GET', '/v1/accounts', undefined, app.token)).status, 401, 'revoked means now');
    await socket.ended;
    assert.equal((await app.exchangeAgain()).status, 400, 'a code is good once');
    await visitor.close();
  });

  it('gets no more than what was picked: reading, one account, one hour', async () => {
    const app = await thirdParty({ name: 'Careful' });
    const { page } = owner;
    await page.goto(app.link);
    await page.getByRole('radio', { name: 'Read', exact: true }).check();
    await page.getByRole('group', { name: 'Accounts', exact: true }).getByRole('radio', { name: 'Only these' }).check();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByText('Pick at least one account').waitFor();
    await page.getByRole('checkbox', { name: 'Helper' }).check();
    await page.getByLabel('How long').selectOption('One hour');
    await shoot(page, 'dance-limits');
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByText('Connected').waitFor();

    assert.equal(app.granted.scope, 'read');
    assert.ok(app.granted.expires_in <= 3600 && app.granted.expires_in > 3500, String(app.granted.expires_in));
    const { json } = await ask(server, 'GET', '/v1/accounts', undefined, app.token);
    assert.deepEqual(json.map(({ user }) => user.fullName), ['Helper']);
    await page.goto('/connections');
    const row = page.getByRole('listitem').filter({ hasText: 'Careful' });
    await row.getByText('Only Helper, all chats').waitFor();
    await row.getByText('Read', { exact: true }).waitFor();
  });

  it('cannot ask for reading and be given writing', async () => {
    const app = await thirdParty({ name: 'Reader', scope: 'read' });
    await owner.page.goto(app.link);
    await owner.page.getByRole('button', { name: 'Allow' }).waitFor();
    assert.ok(await owner.page.getByRole('radio', { name: 'Read and write' }).isDisabled());
  });

  it('is told when the owner says no, and a request is good for one answer', async () => {
    const app = await thirdParty({ name: 'Unwanted' });
    await owner.page.goto(app.link);
    const consent = owner.page.url();
    await owner.page.getByRole('button', { name: 'Deny' }).click();
    await owner.page.getByText('Refused').waitFor();
    assert.equal(app.refused, 'access_denied');
    assert.equal(app.token, null);
    await owner.page.goto(consent);
    await owner.page.getByRole('heading', { name: 'This request was answered' }).waitFor();
    await owner.page.goto('/consent/no-such-request');
    await owner.page.getByRole('heading', { name: 'This request is not known' }).waitFor();
  });

  it('cannot put the consent page into a frame', async () => {
    const app = await thirdParty({ name: 'Framer' });
    const { page } = owner;
    await page.goto(app.address);
    await page.setContent(`<iframe src="${app.link.replaceAll('&', '&amp;')}" width="600" height="400"></iframe>`);
    const frame = await (await page.waitForSelector('iframe')).contentFrame();
    await assert.rejects(frame.getByRole('button', { name: 'Allow' }).waitFor({ timeout: 1_500 }));
    browser.faults.splice(0, browser.faults.length, ...browser.faults.filter((fault) => !/frame-ancestors|X-Frame-Options|Framing/.test(fault)));
  });

  it('cannot decide in the owner\'s place from a page of its own', async () => {
    const app = await thirdParty({ name: 'Forger' });
    const { page } = owner;
    await page.goto(app.link);
    const id = new URL(page.url()).pathname.split('/').pop();
    await page.goto(app.address);
    const status = await page.evaluate(
      async ([url]) => {
        try {
          const body = JSON.stringify({ decision: 'allow', scopes: ['read', 'write'] });
          return (await fetch(url, { method: 'POST', credentials: 'include', headers: { 'content-type': 'text/plain' }, body })).status;
        } catch {
          return 'not readable';
        }
      },
      [`${server.baseURL}/web/v1/consents/${id}`],
    );
    assert.ok(['not readable', 401, 403].includes(status), String(status));
    assert.equal((await ask(server, 'GET', `/web/v1/consents/${id}`)).json.state, 'pending');
    browser.faults.splice(0, browser.faults.length, ...browser.faults.filter((fault) => !/CORS/.test(fault)));
  });

  it('has left no error in any page', () => assert.deepEqual(browser.faults, []));
});
