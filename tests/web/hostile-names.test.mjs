// Names that others choose, made to do harm: of clients, of accounts, of connections. They are text wherever they are shown.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startServer } from '../compat/server.mjs';
import { addIdentity, ask, assertSound, noBrowser, shoot, startBrowser } from './support.mjs';
import { startThirdParty } from './third-party.mjs';

const harm = 'window.harmed=1';
const names = [
  `<script>${harm}</script>`,
  `"><script>${harm}</script>`,
  `<img src=x onerror=${harm}>`,
  `<svg onload=${harm}>`,
  `<svg><script>${harm}</script></svg>`,
  `</title><script>${harm}</script>`,
  `</textarea><img src=x onerror=${harm}>`,
  `<iframe srcdoc="<script>parent.harmed=1</script>"></iframe>`,
  `<a href="javascript:${harm}">click</a>`,
  `javascript:${harm}//`,
  `' onmouseover='${harm}`,
  `" autofocus onfocus="${harm}" x="`,
  `<math><mi xlink:href="javascript:${harm}">x</mi></math>`,
  `<style>@import 'javascript:${harm}';</style>`,
  `<base href="https://evil.example/">`,
  `<meta http-equiv=refresh content="0;url=https://evil.example/">`,
  `<form action=https://evil.example><button>Allow</button></form>`,
  `{{constructor.constructor('${harm}')()}}`,
  '${window.harmed=1}',
  `&lt;script&gt;${harm}&lt;/script&gt;`,
  `\\u003cscript\\u003e${harm}\\u003c/script\\u003e`,
  `<!--<img src="--><img src=x onerror=${harm}>`,
  `<x onclick=${harm} style="position:fixed;inset:0">`,
  `\u202Eelbisivni\u202C Beeper`,
  `Z${'\u0301'.repeat(60)}algo`,
  'W'.repeat(90),
];

describe('names made to do harm', { skip: noBrowser }, () => {
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

  /** Nothing ran, nothing was loaded from elsewhere, and no element is there that our pages do not make. */
  async function assertHarmless(where) {
    const found = await page.evaluate(() => ({
      harmed: window.harmed,
      strange: [...document.querySelectorAll('#root :is(script, img, iframe, style, base, meta, form[action], math, x, a[href^="javascript"], [onclick], [onload])')].map((element) => element.outerHTML),
    }));
    assert.deepEqual(found, { harmed: undefined, strange: [] }, where);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(wide, 0, `${where}: wider than the window`);
  }

  it('are text on the consent page, and cannot change what it says', async () => {
    const elsewhere = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(server.baseURL) && !request.url().startsWith('data:')) elsewhere.push(request.url());
    });
    for (const name of names) {
      const app = await startThirdParty(server, { name });
      app.close();
      await page.goto(app.link);
      await page.getByRole('button', { name: 'Allow' }).waitFor();
      assert.equal(await page.getByRole('button', { name: 'Allow' }).count(), 1, name);
      await assertHarmless(`consent for ${name}`);
      const shown = await page.locator('.asker').innerText();
      assert.doesNotMatch(shown, /[\u202A-\u202E\u2066-\u2069]/, 'no name turns our words around');
      assert.ok(shown.length > 0);
    }
    await shoot(page, 'hostile-consent');
    assert.deepEqual(elsewhere, []);
  });

  it('are text in accounts, connections and activity', async () => {
    for (const [index, name] of names.entries()) {
      await addIdentity(server, `hostile${index}`, name);
      const { status, json } = await ask(server, 'POST', '/web/v1/connections', { name, scopes: ['read'], expiresIn: 3_600 });
      assert.equal(status, 200, JSON.stringify(json));
      await ask(server, 'GET', '/v1/accounts', undefined, json.token);
    }
    for (const path of ['/accounts', '/connections', '/connections/new', '/activity']) {
      await page.goto(path);
      await page.locator('.loading').waitFor({ state: 'detached' });
      if (path === '/connections/new') await page.getByRole('group', { name: 'Accounts', exact: true }).getByRole('radio', { name: 'Only these' }).check();
      if (path !== '/activity') await page.getByText(names[0]).first().waitFor();
      await assertHarmless(path);
    }
    await page.goto('/accounts');
    await page.getByText(names[0]).first().waitFor();
    await assertSound(page, 'accounts with hostile names');
    await shoot(page, 'hostile-accounts');
    await page.getByRole('button', { name: `Remove ${names[2]}` }).click();
    await page.getByRole('dialog').waitFor();
    await assertHarmless('the dialog');
  });

  it('do nothing in an address', async () => {
    for (const name of names.slice(0, 12)) {
      for (const path of [`/consent/${encodeURIComponent(name)}`, `/activity?connection=${encodeURIComponent(name)}&from=${encodeURIComponent(name)}`, `/accounts/add?bridge=${encodeURIComponent(name)}`]) {
        await page.goto(path);
        await page.locator('h1').waitFor();
        await assertHarmless(path);
      }
    }
  });

  it('have left no error in any page', () => assert.deepEqual(browser.faults, []));
});
