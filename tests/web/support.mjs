// What the tests of the pages share: the browser, an owner who is signed in, and what no page may ever do.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const axe = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');

const candidates = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'];
const executablePath = candidates.find((path) => path && existsSync(path));

/** Why tests that need a browser are left out; false when they run. In CI they always run. */
export const noBrowser =
  executablePath || process.env.CI ? false : 'no Chromium found (Debian: apt install chromium; elsewhere name it in CHROMIUM)';

export const shotFolder = fileURLToPath(new URL('../../.test/pages/', import.meta.url));

/** Starts the browser. Whatever a page says that it should not is noted in `faults`. */
export async function startBrowser(server) {
  // The sandbox of Chromium does not run as root.
  const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  mkdirSync(shotFolder, { recursive: true });
  const faults = [];
  return {
    faults,
    close: () => browser.close(),
    /** A browser of its own, without any cookie. */
    async visitor(options = {}) {
      const context = await browser.newContext({ baseURL: server.baseURL, locale: 'en-GB', viewport: { width: 1180, height: 820 }, ...options });
      context.setDefaultTimeout(60_000);
      await context.addInitScript(() => {
        addEventListener('securitypolicyviolation', (event) => console.error(`POLICY ${event.violatedDirective} ${event.blockedURI}`));
      });
      context.on('weberror', (error) => faults.push(`error: ${error.error().message}`));
      context.on('dialog', (dialog) => {
        faults.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      context.on('console', (message) => {
        // A refused request is written to the console, too; whether it should have been is the tests' business.
        if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) faults.push(`console: ${message.text()}`);
      });
      return context;
    },
    /** A browser in which the owner is signed in. */
    async owner(options) {
      const context = await this.visitor(options);
      const page = await context.newPage();
      await page.goto(await signInLink(server));
      await page.getByRole('heading', { name: 'Accounts', level: 1 }).waitFor();
      return { context, page };
    },
  };
}

/** A link that signs the owner in once, as `switchboard open` prints it. */
export async function signInLink(server) {
  const { code, stdout, stderr } = await server.cli(['open']);
  assert.equal(code, 0, stderr);
  const [link] = /http\S+\/sign-in#code=\S+/.exec(stdout) ?? [];
  assert.ok(link, `switchboard open printed no link:\n${stdout}`);
  return link.replace(/^https?:\/\/[^/]+/, server.baseURL);
}

/** A request with the owner's token: `{ status, json }`. */
export async function ask(server, method, path, body, token = server.token) {
  const response = await fetch(server.baseURL + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, json: text ? JSON.parse(text) : undefined };
}

/** Adds an identity of the local network. */
export async function addIdentity(server, username, displayName) {
  const start = await ask(server, 'POST', '/v1/bridges/local/login-sessions', { flowID: 'identity' });
  const path = `/v1/bridges/local/login-sessions/${start.json.loginSessionID}/steps/${start.json.currentStep.stepID}`;
  const { status, json } = await ask(server, 'POST', path, { type: 'user_input', fields: { username, displayName } });
  assert.equal(status, 200, JSON.stringify(json));
  return json.account.accountID;
}

/** Demands what can be demanded of every page: nothing that axe finds, nothing wider than the window, one h1, one main. */
export async function assertSound(page, where) {
  // The library is told to the browser, not to the page: the page's policy stays as it is.
  await page.evaluate(axe);
  const violations = await page.evaluate(async () =>
    (await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] })).violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`,
    ),
  );
  assert.deepEqual(violations, [], where);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(wide, 0, `${where} is wider than the window`);
  assert.equal(await page.locator('h1').count(), 1, `${where}: one h1`);
  assert.equal(await page.locator('main').count(), 1, `${where}: one main`);
}

export const shoot = (page, name) => page.screenshot({ path: join(shotFolder, `${name}.png`), fullPage: true });
