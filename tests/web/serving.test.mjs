// How the pages are served, as a browser and as a curious program see it. Needs no browser.
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { brotliDecompressSync } from 'node:zlib';
import { startServer } from '../compat/server.mjs';

const person = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('serving the pages', () => {
  let server;
  let page;
  before(async () => {
    server = await startServer();
    page = await (await fetch(`${server.baseURL}/`, { headers: person })).text();
  });
  after(async () => {
    await server?.stop();
    await server?.remove();
  });
  const get = (path, headers = person, method = 'GET') => fetch(server.baseURL + path, { method, headers, redirect: 'manual' });
  /** Without the tidying of paths and encodings that `fetch` does. */
  const bare = (path, headers) =>
    new Promise((resolve, reject) => {
      httpRequest({ host: '127.0.0.1', port: server.port, path, headers }, (response) => {
        const pieces = [];
        response.on('data', (piece) => pieces.push(piece));
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(pieces) }));
      }).on('error', reject).end();
    });

  it('answers every address of the app with the one page and a strict policy', async () => {
    const addresses = ['/', '/sign-in', '/accounts', '/accounts/', '/accounts/add?bridge=local', '/connections', '/connections/new', '/activity', '/settings', '/consent/abc_DEF-123.x'];
    for (const path of addresses) {
      const answer = await get(path);
      assert.equal(answer.status, 200, path);
      assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8', path);
      assert.equal(answer.headers.get('cache-control'), 'no-cache', path);
      assert.equal(answer.headers.get('x-frame-options'), 'DENY', path);
      assert.equal(answer.headers.get('x-content-type-options'), 'nosniff', path);
      assert.equal(answer.headers.get('referrer-policy'), 'no-referrer', path);
      assert.equal(answer.headers.get('cross-origin-opener-policy'), 'same-origin', path);
      const policy = new Map(answer.headers.get('content-security-policy').split('; ').map((rule) => rule.split(/ (.*)/s)));
      assert.equal(policy.get('default-src'), "'none'");
      assert.equal(policy.get('script-src'), "'self'");
      assert.equal(policy.get('style-src'), "'self'");
      assert.equal(policy.get('frame-ancestors'), "'none'");
      assert.equal(policy.get('base-uri'), "'none'");
      assert.doesNotMatch(answer.headers.get('content-security-policy'), /unsafe|\*|https?:/);
      assert.equal(await answer.text(), page, path);
      assert.equal(answer.headers.get('set-cookie'), null, path);
    }
  });

  it('has no script, style or handler within the page', () => {
    for (const [tag] of page.matchAll(/<script[^>]*>[^<]/g)) assert.fail(`inline script: ${tag}`);
    assert.doesNotMatch(page, /<style|\sstyle=|\son[a-z]+=|javascript:/i);
  });

  it('gives each file its type, and lets what has its digest in its name be kept for good', async () => {
    const files = [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path);
    assert.ok(files.some((path) => path.endsWith('.js')) && files.some((path) => path.endsWith('.css')), String(files));
    const styles = await (await get(files.find((path) => path.endsWith('.css')))).text();
    files.push(...[...styles.matchAll(/url\(([^)]+\.woff2)\)/g)].map(([, path]) => path), '/licenses.md');
    const types = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', svg: 'image/svg+xml', woff2: 'font/woff2', md: 'text/plain; charset=utf-8' };
    for (const path of files) {
      const answer = await get(path);
      assert.equal(answer.status, 200, path);
      assert.equal(answer.headers.get('content-type'), types[path.split('.').pop()], path);
      const kept = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
      assert.equal(answer.headers.get('cache-control'), kept, path);
      assert.ok(answer.headers.get('content-security-policy'), path);
      assert.ok((await answer.arrayBuffer()).byteLength > 0, path);
    }
  });

  it('is asked again without sending anything twice', async () => {
    for (const path of ['/', '/favicon.svg']) {
      const tag = (await get(path)).headers.get('etag');
      const again = await get(path, { ...person, 'if-none-match': tag });
      assert.equal(again.status, 304, path);
      assert.equal(await again.text(), '');
      assert.equal((await get(path, { ...person, 'if-none-match': '"other"' })).status, 200);
    }
    const head = await get('/', person, 'HEAD');
    assert.equal(head.status, 200);
    assert.equal(await head.text(), '');
  });

  it('sends less to whoever can unpack it', async () => {
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)[1];
    const plain = await bare(script, {});
    const packed = await bare(script, { 'accept-encoding': 'gzip, br' });
    assert.equal(plain.headers['content-encoding'], undefined);
    assert.equal(packed.headers['content-encoding'], 'br');
    assert.ok(packed.body.length < plain.body.length / 2);
    assert.ok(brotliDecompressSync(packed.body).equals(plain.body));
    assert.equal((await bare(script, { 'accept-encoding': 'br;q=0' })).headers['content-encoding'], undefined);
    assert.match(packed.headers.vary, /Accept-Encoding/i);
  });

  it('tells a person in a page and a program in JSON that nothing is there', async () => {
    for (const path of ['/nowhere', '/accounts/other', '/consent', '/consent/a/b', '/connections/new/more']) {
      const answer = await get(path);
      assert.equal(answer.status, 404, path);
      assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8', path);
    }
    for (const path of ['/v1/nope', '/v0/nope', '/oauth/nope', '/web/v1/nope', '/.well-known/nope', '/assets/nope.js', '/index.html', '/nope.js', '/assets/']) {
      const answer = await get(path);
      assert.equal(answer.status, 404, path);
      assert.match(answer.headers.get('content-type'), /^application\/json/, path);
    }
    assert.match((await get('/nowhere', { accept: '*/*' })).headers.get('content-type'), /^application\/json/);
  });

  it('gives out nothing but its own files, whatever the path looks like', async () => {
    const paths = ['/../../etc/passwd', '/assets/../../../etc/passwd', '/assets/%2e%2e/%2e%2e/etc/passwd', '/assets/..%2f..%2fowner.token', '/%00', '//etc/passwd', '/assets/..\\owner.token', '/switchboard.dll', '/owner.token'];
    for (const path of paths) {
      const { status, body } = await bare(path, person);
      assert.ok([400, 404].includes(status), `${path} → ${status}`);
      assert.doesNotMatch(body.toString(), /root:/);
    }
  });

  it('takes nothing but GET and HEAD, and no name that is not its own', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) assert.ok([404, 405].includes((await get('/accounts', person, method)).status), method);
    assert.equal((await bare('/', { ...person, host: 'rebound.example' })).status, 403);
  });
});
