// Matrix accounts by the pages, at a real homeserver.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Homeserver, missing } from '../compat/matrix/homeserver.mjs';
import { startServer } from '../compat/server.mjs';
import { ask, assertSound, noBrowser, shoot, startBrowser } from './support.mjs';

describe('accounts of Matrix', { skip: noBrowser || missing('homeserver') }, () => {
  let homeserver;
  let server;
  let browser;
  let page;
  before(async () => {
    homeserver = await Homeserver.start();
    server = await startServer();
    browser = await startBrowser(server);
    ({ page } = await browser.owner());
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await server?.remove();
    await homeserver?.stop();
  });

  async function begin(flow) {
    await page.goto('/accounts/add');
    await page.getByRole('button', { name: 'Add an account of Matrix' }).click();
    await page.getByRole('button', { name: flow }).click();
    await page.getByLabel('Homeserver').waitFor();
  }
  const next = () => page.getByRole('button', { name: 'Continue' }).click();
  const rowOf = (name) => page.getByRole('listitem').filter({ hasText: name });

  it('are added by password, and a wrong one can be put right', async () => {
    const ada = await homeserver.register('ada', { displayName: 'Ada Lovelace' });
    await begin('Begin: Password');
    await assertSound(page, 'password of Matrix');
    await page.getByLabel('Homeserver').fill(homeserver.baseURL);
    await page.getByLabel('User name').fill(ada.username);
    await page.getByLabel('Password').fill('not it');
    await next();
    await page.getByRole('alert').getByText('does not know').waitFor();
    await page.getByLabel('Password').fill(ada.password);
    await next();
    await page.getByText('is connected. Its chats arrive now.').waitFor();
    await page.getByRole('link', { name: 'Show accounts' }).click();
    await rowOf('Ada Lovelace').getByText('Connected', { exact: true }).waitFor();
    await assertSound(page, 'accounts of Matrix');
    await shoot(page, 'accounts-matrix');
  });

  it('are added by an access token', async () => {
    const bob = await homeserver.register('bob', { displayName: 'Bob Martin' });
    await begin('Begin: Access token');
    await page.getByLabel('Homeserver').fill(homeserver.baseURL);
    await page.getByLabel('Access token').fill(bob.accessToken);
    await next();
    await page.getByText('is connected. Its chats arrive now.').waitFor();
  });

  it('say when the network wants a new sign-in, and get one', async () => {
    const cleo = await homeserver.register('cleo', { displayName: 'Cleo' });
    await begin('Begin: Password');
    const fill = async () => {
      await page.getByLabel('Homeserver').fill(homeserver.baseURL);
      await page.getByLabel('User name').fill(cleo.username);
      await page.getByLabel('Password').fill(cleo.password);
      await next();
      await page.getByText('is connected. Its chats arrive now.').waitFor();
    };
    await fill();
    await page.goto('/accounts');
    const row = rowOf('Cleo');
    await row.getByText('Connected', { exact: true }).waitFor();
    await homeserver.call('POST', '/_matrix/client/v3/logout/all', { token: cleo.accessToken, body: {} });
    await row.getByText('Needs you to sign in again').waitFor();
    await row.getByRole('link', { name: 'Sign in again' }).click();
    await page.getByRole('heading', { name: 'Sign in again to Matrix', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Begin: Password' }).click();
    await fill();
    await page.getByRole('link', { name: 'Show accounts' }).click();
    await row.getByText('Connected', { exact: true }).waitFor();
    const all = (await ask(server, 'GET', '/v1/accounts')).json.filter(({ user }) => user.id === cleo.userID);
    assert.equal(all.length, 1, 'it is the same account as before');
  });

  it('are removed after asking', async () => {
    await page.goto('/accounts');
    await page.getByRole('button', { name: 'Remove Bob Martin' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('Bob Martin was removed from this server.').waitFor();
    assert.ok(!(await ask(server, 'GET', '/v1/accounts')).json.some(({ user }) => user.fullName === 'Bob Martin'));
  });

  it('have left no error in any page', () => assert.deepEqual(browser.faults, []));
});
