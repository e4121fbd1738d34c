// The owner's pages in a real browser: what they do, with mouse, keyboard and screen reader, in light and dark, wide and narrow.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startServer } from '../compat/server.mjs';
import { addIdentity, ask, assertSound, noBrowser, shoot, signInLink, startBrowser } from './support.mjs';
import { startThirdParty } from './third-party.mjs';

describe("the owner's pages", { skip: noBrowser }, () => {
  let server;
  let browser;
  let page;
  let context;
  const heading = (name, where = page) => where.getByRole('heading', { name, level: 1 }).waitFor();
  before(async () => {
    server = await startServer();
    browser = await startBrowser(server);
    ({ page, context } = await browser.owner());
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await server?.remove();
  });

  it('lets the owner in by a link, once, and leaves no trace of its code', async () => {
    const visitor = await browser.visitor();
    const fresh = await visitor.newPage();
    await fresh.goto('/connections');
    await heading('Sign in', fresh);
    await assertSound(fresh, 'sign-in');
    const link = await signInLink(server);
    await fresh.goto(link);
    await heading('Accounts', fresh);
    assert.doesNotMatch(fresh.url(), /code/);
    const [cookie] = (await visitor.cookies()).filter(({ name }) => name === 'switchboard_session');
    assert.equal(cookie.httpOnly, true);
    assert.equal(cookie.sameSite, 'Strict');
    await visitor.close();

    const second = await browser.visitor();
    const late = await second.newPage();
    await late.goto(link);
    await late.getByText('This link was used already or is too old.').waitFor();
    await second.close();
  });

  it('lets the owner in by a password once one is set, and out again', async () => {
    const own = await browser.owner();
    await own.page.getByRole('link', { name: 'Settings' }).click();
    await own.page.getByLabel('New password').fill('correct horse battery');
    await own.page.getByRole('button', { name: 'Set password' }).click();
    await own.page.getByText('The password is set.').waitFor();
    await own.page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await heading('Sign in', own.page);
    await own.page.getByLabel('Password').fill('wrong horse battery');
    await own.page.getByRole('button', { name: 'Sign in' }).click();
    await own.page.getByText('That is not the password.').waitFor();
    await own.page.getByLabel('Password').fill('correct horse battery');
    await own.page.getByRole('button', { name: 'Sign in' }).click();
    await heading('Accounts', own.page);
    // A new password ends every other visit: the one from before is asked to sign in again.
    await page.goto('/accounts');
    await heading('Sign in');
    await context.close();
    ({ page, context } = own);
  });

  it('leads to a fresh sign-in when the first password is set from a page that was left open', async () => {
    assert.equal((await server.cli(['password', '--remove'])).code, 0);
    const own = await browser.owner();
    await own.page.getByRole('link', { name: 'Settings' }).click();
    await own.page.getByLabel('New password').fill('correct horse battery');
    // Ten minutes later: what the server then answers to a password without a code.
    await own.page.route('**/web/v1/password', async (route) =>
      'code' in route.request().postDataJSON()
        ? route.continue()
        : route.fulfill({ status: 403, json: { code: 'insufficient_scope', message: 'Sign in anew.' } }),
    );
    await own.page.getByRole('button', { name: 'Set password' }).click();
    await own.page.getByText('./switchboard open', { exact: true }).waitFor();
    await assertSound(own.page, 'settings with an old sign-in');
    await shoot(own.page, 'settings-old-sign-in');
    await own.page.getByLabel('Link by').fill(await signInLink(server));
    await own.page.getByRole('button', { name: 'Set password' }).click();
    await own.page.getByText('The password is set.').waitFor();
    await own.context.close();
    ({ page, context } = await browser.owner());
  });

  it('adds an account by the steps its network asks for, shows its state, and removes it after asking', async () => {
    await page.goto('/accounts');
    await page.getByRole('link', { name: 'Add account' }).click();
    await heading('Add account');
    await page.getByRole('button', { name: 'Add an account of Local' }).click();
    await page.getByRole('button', { name: /^Begin/ }).first().click();
    await page.getByLabel('User name').fill('grace');
    await page.getByLabel('Display name').fill('Grace Hopper');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('Grace Hopper is connected.').waitFor();
    await page.getByRole('link', { name: 'Show accounts' }).click();
    const row = page.getByRole('listitem').filter({ hasText: 'Grace Hopper' });
    await row.getByText('Connected').waitFor();

    await row.getByRole('button', { name: 'Remove Grace Hopper' }).click();
    const dialog = page.getByRole('dialog', { name: 'Remove this account?' });
    await assertSound(page, 'dialog');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    assert.ok((await ask(server, 'GET', '/v1/accounts')).json.some(({ accountID }) => accountID === 'local_grace'));
    await row.getByRole('button', { name: 'Remove Grace Hopper' }).click();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await page.getByText('Grace Hopper was removed from this server.').waitFor();
    await row.waitFor({ state: 'detached' });
    assert.equal((await ask(server, 'GET', '/v1/accounts/local_grace')).status, 404);
  });

  it('says what is wrong with what was typed', async () => {
    await page.goto('/accounts/add?bridge=local');
    await page.getByRole('button', { name: /^Begin/ }).first().click();
    await page.getByLabel('User name').fill('not a user name!');
    await page.getByRole('button', { name: 'Continue' }).click();
    assert.ok((await page.getByRole('alert').textContent()).length > 10);
    assert.equal(await page.getByLabel('User name').inputValue(), 'not a user name!', 'what was typed stays');
  });

  it('makes a connection by hand and shows its token once', async () => {
    await page.goto('/connections');
    await page.getByRole('link', { name: 'New connection' }).click();
    await page.getByLabel('Name').fill('By hand');
    await page.getByRole('button', { name: 'Make connection' }).click();
    await heading('Here is its token');
    const token = await page.getByLabel('Token', { exact: true }).inputValue();
    assert.equal((await ask(server, 'GET', '/v1/accounts', undefined, token)).status, 200);
    assert.equal((await ask(server, 'POST', '/v1/bridges/local/login-sessions', {}, token)).status, 403, 'it may only read');
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy' }).first().click();
    await page.getByText('Copied.').waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), token);
    await assertSound(page, 'token');
    await page.getByRole('link', { name: 'Done' }).click();
    await page.getByText('By hand').waitFor();
    assert.equal((await page.content()).includes(token), false);

    await page.getByRole('button', { name: 'Revoke By hand' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('Ended (1)').waitFor();
    assert.equal((await ask(server, 'GET', '/v1/accounts', undefined, token)).status, 401);
  });

  it('limits a connection to a chat that was searched for', async () => {
    const helper = await addIdentity(server, 'helper', 'Helper');
    const { json } = await ask(server, 'POST', '/v1/chats', { accountID: 'local_owner', mode: 'start', user: { username: 'helper' } });
    assert.ok(json.id ?? json.chatID, JSON.stringify(json));
    await page.goto('/connections/new');
    await page.getByLabel('Name').fill('One chat');
    await page.getByRole('group', { name: 'Chats', exact: true }).getByRole('radio', { name: 'Only these' }).check();
    await page.getByLabel('Find a chat').fill('Helper');
    await page.getByRole('checkbox', { name: 'Helper' }).first().check();
    await page.getByRole('button', { name: 'Make connection' }).click();
    await heading('Here is its token');
    const token = await page.getByLabel('Token', { exact: true }).inputValue();
    const chats = await ask(server, 'GET', '/v1/chats', undefined, token);
    assert.equal(chats.json.items.length, 1);
    assert.ok(helper);
    await page.goto('/connections');
    await page.getByRole('listitem').filter({ hasText: 'One chat' }).getByText('Only the chat “Helper”').waitFor();
    // What it asks for beyond that is told as an attempt, by the hour, not as something that it did.
    const beyond = (await ask(server, 'GET', '/v1/chats')).json.items.find(({ id }) => id !== chats.json.items[0].id);
    for (let times = 0; times < 2; times++)
      assert.equal((await ask(server, 'GET', `/v1/chats/${encodeURIComponent(beyond.id)}`, undefined, token)).status, 404);
    await page.goto('/activity?action=getChat');
    const refused = page.getByRole('row').filter({ hasText: 'Tried to read a chat' }).filter({ hasText: 'One chat' });
    await refused.getByText('Refused: nothing there within its limits').waitFor();
    await refused.getByText('2 times').waitFor();
    await refused.getByText(/^between \d\d:\d\d and \d\d:\d\d$/).waitFor();
    assert.equal(await refused.getByText('Read a chat', { exact: true }).count(), 0);
    await assertSound(page, 'activity with attempts');
    await shoot(page, 'activity-refused');
  });

  it('tells chats of one title apart, finds them by who is in them, and has more than the first page', async () => {
    await addIdentity(server, 'ines', 'Ines Quarry');
    await addIdentity(server, 'nils', 'Nils');
    const accounts = (await ask(server, 'GET', '/v1/accounts')).json;
    const idOf = (name) => accounts.find(({ accountID }) => accountID === `local_${name}`).user.id;
    for (const people of [['nils'], ['ines'], ...Array.from({ length: 24 }, () => ['nils'])]) {
      const body = { accountID: 'local_owner', type: 'group', title: 'Team', participantIDs: people.map(idOf) };
      const { status, json } = await ask(server, 'POST', '/v1/chats', body);
      assert.equal(status, 200, JSON.stringify(json));
    }
    await page.goto('/connections/new');
    await page.getByRole('group', { name: 'Chats', exact: true }).getByRole('radio', { name: 'Only these' }).check();
    const found = page.getByRole('group', { name: 'Chats it may use' });
    await page.getByLabel('Find a chat').fill('Quarry');
    const team = found.locator('.choice').filter({ hasText: 'Team' });
    await team.getByText(/with .*Ines Quarry/).waitFor();
    assert.equal(await team.count(), 1, 'the one that she is in');
    assert.match(await team.innerText(), / on Local/);
    await team.getByRole('checkbox').check();
    await page.getByLabel('Find a chat').fill('Team');
    const more = found.getByRole('button', { name: 'More chats' });
    await more.waitFor();
    let shown = await found.getByRole('checkbox').count();
    assert.ok(shown <= 21);
    // Every member's own account has the chat, too.
    while (await more.isVisible()) {
      await more.click();
      await page.waitForFunction((count) => document.querySelectorAll('.picker input').length > count, shown);
      shown = await found.getByRole('checkbox').count();
    }
    assert.equal(shown, 52, 'each once, and what was picked stays');
    assert.ok(await team.filter({ hasText: 'with Ines Quarry' }).getByRole('checkbox').isChecked());
    await assertSound(page, 'chats of one title');
    await shoot(page, 'chat-picker');
  });

  it('limits a connection to tools for agents, and offers none that there is not', async () => {
    await page.goto('/connections/new');
    await page.getByLabel('Name').fill('Agent');
    await page.getByRole('radio', { name: 'Only these tools for agents (MCP)' }).check();
    await page.getByRole('button', { name: 'Make connection' }).click();
    await page.getByText('Pick at least one tool').waitFor();
    const tools = page.getByRole('group', { name: 'Tools it may use' });
    assert.ok(await tools.getByRole('checkbox', { name: 'Send messages' }).isDisabled(), 'who may only read has no use for it');
    await page.getByRole('radio', { name: 'Read and write' }).check();
    for (const box of await tools.getByRole('checkbox').all()) await box.check();
    await assertSound(page, 'tools');
    await shoot(page, 'tools');
    await page.getByRole('button', { name: 'Make connection' }).click();
    await heading('Here is its token');
    const { json } = await ask(server, 'GET', '/web/v1/connections');
    const made = json.items.find(({ name }) => name === 'Agent');
    assert.equal(new Set(made.mcpTools).size, 16, 'all that there are, and the server knows each');
    await page.getByRole('link', { name: 'Done' }).click();
    await page.getByRole('listitem').filter({ hasText: 'Agent' }).getByText('Token, only 16 MCP tools').waitFor();
  });

  it('says that nothing is left to a connection whose account was removed', async () => {
    const account = await addIdentity(server, 'leaving', 'Leaving');
    const { status } = await ask(server, 'POST', '/web/v1/connections', { name: 'Left behind', scopes: ['read'], accountIDs: [account] });
    assert.equal(status, 200);
    assert.ok((await ask(server, 'DELETE', `/v1/accounts/${account}`)).status < 300);
    await page.goto('/connections');
    const row = page.getByRole('listitem').filter({ hasText: 'Left behind' });
    await row.getByText('Only what was removed: nothing is left').waitFor();
    assert.equal(await row.getByText('All accounts').count(), 0);
  });

  it('shows where the owner is signed in, and signs out one browser or all', async () => {
    const other = await browser.owner();
    const third = await browser.owner();
    await other.page.goto('/settings');
    const list = other.page.getByRole('list', { name: 'Browsers' });
    await list.getByText('This browser').waitFor();
    const before = await list.getByRole('listitem').count();
    assert.ok(before >= 3);
    await assertSound(other.page, 'settings with browsers');
    await shoot(other.page, 'settings-browsers');
    await list.getByRole('button', { name: /^Sign out the browser of/ }).first().click();
    await other.page.getByText('That browser was signed out.').waitFor();
    await other.page.waitForFunction((count) => document.querySelectorAll('[aria-label=Browsers] > li').length === count, before - 1);
    await other.page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await other.page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
    await heading('Sign in', other.page);
    assert.equal(await other.page.evaluate(() => localStorage.getItem('switchboard-session-key')), null);
    for (const ended of [third.page, page]) {
      await ended.goto('/connections');
      await heading('Sign in', ended);
    }
    await other.context.close();
    await third.context.close();
    await context.close();
    ({ page, context } = await browser.owner());
  });

  it('is signed in and out in every tab at once', async () => {
    const own = await browser.owner();
    const tab = await own.context.newPage();
    await tab.goto('/settings');
    await own.page.goto('/connections');
    await heading('Connections', own.page);
    await tab.getByRole('button', { name: 'Sign out', exact: true }).click();
    await heading('Sign in', tab);
    await heading('Sign in', own.page);
    await tab.goto(await signInLink(server));
    await heading('Accounts', tab);
    await heading('Connections', own.page);
    await own.context.close();
  });

  it('shows what was done, by whom, filtered as the address says', async () => {
    await ask(server, 'POST', '/v1/chats', { accountID: 'local_owner', mode: 'start', user: { username: 'helper' } });
    await page.goto('/activity');
    await page.getByRole('cell', { name: /Made a connection|Sent a message|Signed in/ }).first().waitFor();
    await shoot(page, 'activity');
    const actions = await page.getByLabel('Action').locator('option').allTextContents();
    assert.deepEqual(actions.filter((label, index) => actions.indexOf(label) !== index), [], 'no two actions have one name');
    await page.getByLabel('Action').selectOption('Signed in');
    await page.getByRole('cell', { name: 'Signed in' }).first().waitFor();
    assert.match(page.url(), /action=signIn/);
    assert.equal(await page.getByRole('cell', { name: 'Revoked a connection' }).count(), 0);
    await page.reload();
    await page.getByRole('cell', { name: 'Signed in' }).first().waitFor();
    // Agents, browsers and the command line can be asked for, too.
    await server.cli(['token', 'create', '--name', 'From the shell']);
    await page.getByLabel('Connection').selectOption('Command line');
    await page.getByLabel('Action').selectOption({ value: 'createToken' });
    await page.getByRole('cell', { name: /Command line/ }).first().waitFor();
    await page.goto('/activity?action=send_message');
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
    assert.equal(await page.getByLabel('Action').inputValue(), 'send_message');
    assert.ok((await page.getByLabel('Connection').locator('option').allTextContents()).some((text) => text.startsWith('Browser, since')));
    await page.goto('/activity?action=signIn');
    await page.getByLabel('To').fill('2001-01-01');
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
    await page.getByRole('button', { name: 'Show everything' }).click();
    await page.getByRole('cell').first().waitFor();
  });

  it('is sound and readable in both themes, on a desk and on a phone', async () => {
    const states = await context.storageState();
    const app = await startThirdParty(server, { name: 'Chat Reader' });
    app.close();
    const places = ['/accounts', '/accounts/add', '/connections', '/connections/new', '/activity', '/settings', '/nowhere'];
    for (const colorScheme of ['light', 'dark']) {
      for (const [size, viewport] of [['desk', { width: 1180, height: 820 }], ['phone', { width: 360, height: 740 }]]) {
        const own = await browser.visitor({ storageState: states, colorScheme, viewport });
        const shown = await own.newPage();
        for (const place of places) {
          await shown.goto(place);
          await shown.locator('h1').waitFor();
          await shown.locator('.loading').waitFor({ state: 'detached' });
          await assertSound(shown, `${place} ${colorScheme} ${size}`);
          await shoot(shown, `${size}-${colorScheme}${place.replaceAll('/', '-')}`);
        }
        await shown.goto(app.link);
        await shown.getByRole('button', { name: 'Allow' }).and(shown.locator('[aria-disabled=false]')).waitFor();
        await assertSound(shown, `consent ${colorScheme} ${size}`);
        await shoot(shown, `${size}-${colorScheme}-consent`);
        await own.close();
        const stranger = await browser.visitor({ colorScheme, viewport });
        const door = await stranger.newPage();
        for (const [name, place] of [['sign-in', '/sign-in'], ['sign-in-for-consent', app.link]]) {
          await door.goto(place);
          await heading('Sign in', door);
          await assertSound(door, `${name} ${colorScheme} ${size}`);
          await shoot(door, `${size}-${colorScheme}-${name}`);
        }
        await stranger.close();
      }
    }
  });

  it('can be walked with the keyboard alone', async () => {
    await page.goto('/accounts');
    await page.locator('.loading').waitFor({ state: 'detached' });
    const focused = () => page.evaluate(() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim());
    const order = [];
    for (let step = 0; step < 7; step++) {
      await page.keyboard.press('Tab');
      order.push(await focused());
      const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
      assert.notEqual(outline, 'none', `the focus on ${order.at(-1)} can be seen`);
    }
    assert.deepEqual(order, ['Skip to the page', 'Switchboard', 'Accounts', 'Connections', 'Activity', 'Settings', 'Add account']);
    // Into another page: the focus goes to its title, from where Tab goes on.
    await page.keyboard.press('Enter');
    await heading('Add account');
    assert.equal(await focused(), 'Add account');
    assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1');
    await page.keyboard.press('Tab');
    assert.match(await focused(), /^Add an account of/);
    // Past the navigation with the first link.
    await page.goto('/connections');
    await page.getByRole('button', { name: /^Revoke/ }).first().waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'New connection');
    // A dialog takes the focus, keeps it, and gives it back.
    const revoke = page.getByRole('button', { name: /^Revoke/ }).first();
    await revoke.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    assert.equal(await focused(), 'Cancel');
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'Revoke');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.equal(await focused(), await revoke.getAttribute('aria-label'));
  });

  it('signs in and decides with the keyboard alone', async () => {
    const app = await startThirdParty(server, { name: 'By keyboard' });
    const visitor = await browser.visitor();
    const shown = await visitor.newPage();
    const focused = () => shown.evaluate(() => {
      const { activeElement: element } = document;
      return element.labels?.[0]?.textContent ?? element.textContent.trim();
    });
    const tabTo = async (name) => {
      for (let step = 0; step < 12; step++) {
        await shown.keyboard.press('Tab');
        assert.notEqual(await shown.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), 'none', `the focus on ${await focused()} can be seen`);
        if ((await focused()) === name) return;
      }
      assert.fail(`No way to ${name}.`);
    };
    await shown.goto(app.link);
    await heading('Sign in', shown);
    await tabTo('Password');
    await shown.keyboard.type('correct horse battery');
    await shown.keyboard.press('Enter');
    await heading('Let this app in?', shown);
    await tabTo('Read');
    await shown.keyboard.press('ArrowDown');
    assert.equal(await focused(), 'Read and write');
    await tabTo('Deny');
    await tabTo('Allow');
    await shown.locator('[aria-disabled=false]').waitFor();
    await shown.keyboard.press('Enter');
    await shown.getByText('Connected').waitFor();
    assert.deepEqual(app.granted.scope.split(' ').sort(), ['read', 'write']);
    app.close();
    await visitor.close();
  });

  it('says what to do when the server is gone, and goes on when it is back', async () => {
    await page.goto('/connections');
    await page.getByRole('heading', { name: 'Connections' }).waitFor();
    await page.route('**/web/v1/connections', (route) => route.abort());
    await page.getByRole('link', { name: 'Accounts', exact: true }).click();
    await page.getByRole('link', { name: 'Connections', exact: true }).click();
    await page.getByRole('alert').getByText('Check that Switchboard is still running').waitFor();
    await page.unroute('**/web/v1/connections');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('button', { name: /^Revoke/ }).first().waitFor();
  });

  it('asks to sign in again in place when the session ends elsewhere', async () => {
    const own = await browser.owner();
    await own.page.getByRole('link', { name: 'Connections', exact: true }).click();
    await heading('Connections', own.page);
    await own.context.clearCookies();
    await own.page.getByRole('link', { name: 'Activity', exact: true }).click();
    await heading('Sign in', own.page);
    await own.context.close();
  });

  it('has left no error in any page', () => assert.deepEqual(browser.faults, []));
});
