// A program of somebody else asks for access; the owner decides in a real browser, and changes their mind.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
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
    // Writing is asked for and not picked by itself, and it says how far it reaches.
    assert.ok(await page.getByRole('radio', { name: 'Read', exact: true }).isChecked());
    await page.getByText('It can also add accounts to this server and remove yours, unless you limit it below.').waitFor();
    await page.getByRole('radio', { name: 'Read and write' }).check();
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

  it('gets only the tools for agents that were picked', async () => {
    const app = await thirdParty({ name: 'Agent' });
    const { page } = owner;
    await page.goto(app.link);
    await page.getByRole('radio', { name: 'Only these tools for agents (MCP)' }).check();
    await page.getByRole('checkbox', { name: 'Read messages' }).check();
    await page.getByRole('checkbox', { name: 'Find chats' }).check();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByText('Connected').waitFor();
    const made = (await ask(server, 'GET', '/web/v1/connections')).json.items.find(({ name }) => name === 'Agent');
    assert.deepEqual(made.mcpTools, ['list_messages', 'search_chats']);
    assert.ok(app.token);
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

  for (const [answer, done] of [['Allow', 'Connected'], ['Deny', 'Refused']]) {
    it(`gets the cookie of the session along with the answer ${answer}, and is nobody with it`, async () => {
      const app = await thirdParty({ name: `Cookie after ${answer}`, scope: 'read' });
      const { page, context } = owner;
      await page.goto(app.link);
      await page.getByRole('button', { name: answer }).click();
      await page.getByText(done).waitFor();
      const cookie = app.cookies.at(-1);
      assert.match(cookie ?? '', /switchboard_session=/, 'a browser sends it to every port of the machine');
      const secret = /switchboard_session=([^;]+)/.exec(cookie)[1];
      const key = (await context.storageState()).origins.flatMap(({ localStorage }) => localStorage).find(({ name }) => name === 'switchboard-session-key').value;
      assert.equal(key.includes(secret) || secret.includes(key), false);
      const own = { cookie, origin: server.baseURL, 'sec-fetch-site': 'same-origin' };
      // What can be made of the cookie is no key either.
      const guesses = [undefined, '', secret, createHash('sha256').update(secret).digest('hex'), createHash('sha256').update(secret).digest('base64url')];
      for (const guess of guesses) {
        const headers = { ...own, ...(guess === undefined ? {} : { 'x-switchboard-csrf': guess }) };
        const replay = async (method, path, body) => {
          const response = await fetch(server.baseURL + path, {
            method, headers: body ? { ...headers, 'content-type': 'application/json' } : headers, body: body && JSON.stringify(body),
          });
          return { status: response.status, text: await response.text() };
        };
        const session = await replay('GET', '/web/v1/session');
        assert.equal(JSON.parse(session.text).signedIn, false);
        assert.equal(session.text.includes(key) || /csrf|"key"/.test(session.text), false);
        for (const [method, path, body] of [
          ['GET', '/web/v1/connections'], ['POST', '/web/v1/connections', { name: 'Stolen', scopes: ['read', 'write'] }], ['GET', '/web/v1/sessions'],
          ['DELETE', '/web/v1/sessions'], ['GET', '/web/v1/audit'], ['PUT', '/web/v1/password', { new: 'correct horse battery' }],
          ['GET', '/v1/accounts'], ['GET', '/v1/chats'], ['GET', '/v1/bridges'], ['GET', '/v1/search?query=a'], ['POST', '/v1/focus', {}],
          ['POST', '/v1/chats', {}], ['DELETE', '/v1/accounts/local_owner'], ['GET', '/v1/assets/serve?url=mxc%3A%2F%2Fa%2Fb'], ['GET', '/v1/ws'],
        ]) {
          assert.equal((await replay(method, path, body)).status, 401, `${method} ${path} with ${guess}`);
        }
      }
      assert.ok((await ask(server, 'GET', '/web/v1/connections')).json.items.every(({ name }) => name !== 'Stolen'));
      // The owner's own page has both halves and goes on.
      await page.goto('/connections');
      await page.getByRole('heading', { name: 'Connections', level: 1 }).waitFor();
    });
  }

  it('gets no yes from a click that was meant for something else', async () => {
    const app = await thirdParty({ name: 'Hasty', scope: 'read' });
    // A browser of its own: a clock is that of all its pages.
    const context = await browser.visitor({ storageState: await owner.context.storageState() });
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(app.link);
    const allow = page.getByRole('button', { name: 'Allow' });
    await allow.waitFor();
    await page.clock.pauseAt(Date.now() + 3_600_000);
    const id = new URL(page.url()).pathname.split('/').pop();
    const isInactive = async () => (await allow.getAttribute('aria-disabled')) === 'true';
    // Brought to the front, as by a page that opened it and lets go just before the second click.
    for (const event of ['focus', 'blur']) {
      await page.evaluate((type) => window.dispatchEvent(new Event(type)), event);
      assert.ok(await isInactive(), event);
      await page.clock.runFor(990);
      assert.ok(await isInactive(), `${event}, almost a second later`);
      await allow.click({ force: true });
      await allow.focus();
      await page.keyboard.press('Enter');
      assert.equal((await ask(server, 'GET', `/web/v1/consents/${id}`)).json.state, 'pending');
      await page.clock.runFor(20);
      assert.equal(await isInactive(), false, `${event}, a second later`);
    }
    // Out of sight it never becomes active.
    await page.evaluate(() => {
      document.hasFocus = () => false;
      window.dispatchEvent(new Event('blur'));
    });
    await page.clock.runFor(10_000);
    assert.ok(await isInactive());
    await context.close();
  });

  it('is opened by the owner\'s own click when it is an app of this device', async () => {
    const app = await thirdParty({ name: 'Native', scope: 'read', redirect: 'com.example.native:/callback' });
    const { page } = owner;
    await page.goto(app.link);
    await page.getByText('An app on this device (com.example.native:)').waitFor();
    await page.getByRole('button', { name: 'Deny' }).click();
    await page.getByRole('heading', { name: 'Denied' }).waitFor();
    const way = await page.getByRole('link', { name: 'Open the app (com.example.native:)' }).getAttribute('href');
    assert.match(way, /^com\.example\.native:\/callback\?error=access_denied&/);
    assert.match(page.url(), /\/consent\//, 'the page went nowhere by itself');
    await assertSound(page, 'denied');
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

  describe('says who asks when a document describes the client', () => {
    const client = (more) => ({ id: 'https://assistant.example/client.json', host: 'assistant.example', name: 'Your Bank', kind: 'document', verified: false, uri: null, logo: null, ...more });
    const show = async (more, redirect, redirectTo) => {
      const { page } = owner;
      await page.unrouteAll({ behavior: 'ignoreErrors' });
      await page.route('**/web/v1/consents/played', (route) => route.fulfill({ json: route.request().method() === 'POST' ? { redirectTo } : {
        id: 'played', client: client(more), redirect, scopes: ['read'], resource: null, state: 'pending', expiresAt: new Date(Date.now() + 60_000).toISOString(),
      } }));
      await page.goto('/consent/played');
      await page.getByRole('heading', { name: 'Let this app in?' }).waitFor();
      await assertSound(page, 'consent of a document');
      const text = await page.locator('main').innerText();
      await shoot(page, `consent-document-${redirect.place}`);
      return text;
    };
    after(() => owner.page.unrouteAll({ behavior: 'ignoreErrors' }));

    it('by its address, and the name only as what it calls itself', async () => {
      const text = await show({ verified: true }, { uri: 'https://assistant.example/cb', host: 'assistant.example', place: 'own' });
      assert.match(text, /assistant\.example asks to read your chats\. It calls itself Your Bank\./);
      assert.match(text, /Asks from\s+assistant\.example\s+Verified/);
      assert.doesNotMatch(text, /Not verified/);
    });

    it('and warns where the answer goes to somebody else', async () => {
      const local = await show({}, { uri: 'http://127.0.0.1:4000/cb', host: '127.0.0.1:4000', place: 'loopback' });
      assert.match(local, /A program asks to read your chats/);
      assert.match(local, /Not verified/);
      assert.match(local, /any program there can say that it is assistant\.example/);
      const foreign = await show({}, { uri: 'https://evil.example/cb', host: 'evil.example', place: 'site' });
      assert.match(foreign, /The answer does not go to assistant\.example but to evil\.example/);
    });

    it('and opens nothing of the system, by itself or by a click', async () => {
      for (const redirectTo of ['smb://evil.example/share', 'ldap://evil.example/', 'ms-word:ofe|u|https://evil.example/x', 'ms-appinstaller:?source=x', 'itms-services://?x', 'javascript:window.harmed=1', 'search-ms:query=x']) {
        await show({}, { uri: 'com.example:/cb', host: 'com.example:', place: 'app' }, redirectTo);
        const { page } = owner;
        await page.getByRole('button', { name: 'Deny' }).click();
        await page.getByText('not safe to open').waitFor();
        assert.equal(await page.getByRole('link').count(), 0, redirectTo);
      }
    });
  });

  it('has left no error in any page', () => assert.deepEqual(browser.faults, []));
});
