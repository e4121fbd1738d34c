// A program of somebody else that asks for access as OAuth 2.0 with PKCE has it, written against the standard alone.
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

const random = (bytes) => randomBytes(bytes).toString('base64url');

/** Starts the program: a site of its own with a link to begin and an address to come back to. */
export async function startThirdParty(server, { name = 'Third party', scope = 'read write', redirect } = {}) {
  const app = { name, token: null, refused: null, requests: [], cookies: [] };
  const verifier = random(48);
  const state = random(16);
  const site = createServer((request, response) => {
    const url = new URL(request.url, app.address);
    app.requests.push(url.pathname);
    if (request.headers.cookie) app.cookies.push(request.headers.cookie);
    finish(url).then(
      (text) => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(`<!doctype html><title>App</title><p>${text}`),
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  const finish = async (url) => {
    if (url.pathname === '/') return `<a href="${app.link.replaceAll('&', '&amp;')}">Connect</a>`;
    if (url.pathname !== '/callback') return 'Nothing here';
    if (url.searchParams.get('state') !== state) throw new Error('The state is not the one that was sent.');
    app.refused = url.searchParams.get('error');
    if (app.refused) return 'Refused';
    app.code = url.searchParams.get('code');
    const answer = await exchange(app.code);
    app.token = answer.json.access_token;
    app.granted = answer.json;
    return 'Connected';
  };
  const post = async (address, form) => {
    const response = await fetch(address, { method: 'POST', body: new URLSearchParams(form) });
    return { status: response.status, json: await response.json() };
  };
  const exchange = (code) =>
    post(app.metadata.token_endpoint, {
      grant_type: 'authorization_code', code, code_verifier: verifier, client_id: app.clientID, redirect_uri: app.redirect,
    });

  await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
  app.address = `http://127.0.0.1:${site.address().port}`;
  app.redirect = redirect ?? `${app.address}/callback`;
  app.metadata = await (await fetch(`${server.baseURL}/.well-known/oauth-authorization-server`)).json();
  const registration = await fetch(app.metadata.registration_endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name: name, redirect_uris: [app.redirect], scope, token_endpoint_auth_method: 'none' }),
  });
  if (!registration.ok) throw new Error(`Registration of ${JSON.stringify(name)}: ${registration.status} ${await registration.text()}`);
  app.clientID = (await registration.json()).client_id;
  app.link = `${app.metadata.authorization_endpoint}?${new URLSearchParams({
    client_id: app.clientID, redirect_uri: app.redirect, response_type: 'code', scope, state, code_challenge_method: 'S256',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  })}`;
  app.exchangeAgain = () => exchange(app.code);
  app.close = () => {
    site.closeAllConnections();
    site.close();
  };
  return app;
}
