// The owner at a browser, without one: signs in by the link of `switchboard open` and calls what the owner's pages call.
import assert from 'node:assert/strict';
import { call } from './support.mjs';

/** Signs in: `{ cookie, key, api(method, path, body), decide(location, decision) }`. */
export async function signIn(server) {
  const { url } = (await server.cli(['open', '--json'])).json();
  const code = new URL(url).hash.slice('#code='.length);
  const answer = await call(server, 'POST', '/web/v1/sign-in', { token: null, body: { code } });
  assert.equal(answer.status, 200, answer.text);
  const cookie = answer.headers.get('set-cookie').split(';')[0];
  const owner = {
    cookie,
    key: answer.json.key,
    api: (method, path, body) =>
      call(server, method, path, { token: null, body, headers: { cookie, 'x-switchboard-csrf': owner.key } }),
    /** Decides about the request that `/oauth/authorize` redirected to, and gives where the client is sent back to. */
    async decide(location, decision = { decision: 'allow', scopes: ['read', 'write'] }) {
      const decided = await owner.api('POST', `/web/v1/consents/${location.replace(/^\/consent\//, '')}`, decision);
      assert.equal(decided.status, 200, decided.text);
      return new URL(decided.json.redirectTo);
    },
  };
  return owner;
}
