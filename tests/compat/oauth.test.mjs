// OAuth as a well-kept client does it (oauth4webapi), and as no client should.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import * as oauth from 'oauth4webapi';
import { signIn } from './owner.mjs';
import { startServer } from './server.mjs';
import { EventSocket } from './socket.mjs';
import { call, direct, expectStatus, finish, person, sdk, watchedFetch } from './support.mjs';

const REDIRECT = 'http://127.0.0.1:49152/callback';
const challengeOf = (verifier) => createHash('sha256').update(verifier).digest('base64url');

describe('OAuth', () => {
  let server;
  let owner;
  let as;
  let client;
  let lax;
  before(async () => {
    server = await startServer();
    owner = await signIn(server);
    lax = { [oauth.allowInsecureRequests]: true, [oauth.customFetch]: watchedFetch(server) };
    const issuer = new URL(server.baseURL);
    as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { ...lax, algorithm: 'oauth2' }));
    client = await register();
  });
  after(() => finish(server));

  async function register(metadata = {}) {
    const answer = await oauth.dynamicClientRegistrationRequest(
      as,
      {
        client_name: 'A client of the tests',
        redirect_uris: ['http://127.0.0.1/callback'],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
        scope: 'read write',
        ...metadata,
      },
      lax,
    );
    return oauth.processDynamicClientRegistrationResponse(answer);
  }

  /** Where the browser is sent when a client asks; `changes` replace parameters, `null` leaves one out. */
  async function ask(verifier, changes = {}) {
    const url = new URL(as.authorization_endpoint);
    const parameters = {
      client_id: client.client_id,
      redirect_uri: REDIRECT,
      response_type: 'code',
      code_challenge: challengeOf(verifier),
      code_challenge_method: 'S256',
      scope: 'read write',
      state: 'opaque state',
      ...changes,
    };
    for (const [name, value] of Object.entries(parameters)) {
      for (const one of [value].flat()) if (one !== null) url.searchParams.append(name, one);
    }
    return watchedFetch(server)(url, { redirect: 'manual' });
  }

  /** A fresh code, and the verifier that goes with it. */
  async function code(changes, decision) {
    const verifier = oauth.generateRandomCodeVerifier();
    const asked = await ask(verifier, changes);
    assert.equal(asked.status, 302, await asked.text());
    return { verifier, back: await owner.decide(asked.headers.get('location'), decision) };
  }

  async function exchange({ verifier, back }) {
    const parameters = oauth.validateAuthResponse(as, client, back, 'opaque state');
    const answer = await oauth.authorizationCodeGrantRequest(as, client, oauth.None(), parameters, REDIRECT, verifier, lax);
    return oauth.processAuthorizationCodeResponse(as, client, answer);
  }

  const post = (path, fields) => call(server, 'POST', path, {
    token: null,
    raw: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });

  test('a client finds the server by its refusal, is let in, and uses what it got', async () => {
    const refusal = await expectStatus(401, server, 'GET', '/v1/accounts', { token: null });
    const metadata = /resource_metadata="([^"]+)"/.exec(refusal.headers.get('www-authenticate'))[1];
    const resource = new URL(server.baseURL);
    const found = await oauth.processResourceDiscoveryResponse(resource, await oauth.resourceDiscoveryRequest(resource, lax));
    assert.equal(metadata, `${server.baseURL}/.well-known/oauth-protected-resource`);
    assert.deepEqual(found.authorization_servers, [as.issuer]);

    const token = await exchange(await code({ resource: server.baseURL }));
    assert.equal(token.scope, 'read write');
    assert.equal(token.expires_in, 365 * 24 * 3600);
    assert.ok((await sdk(server, token.access_token).accounts.list()).length > 0);
    const told = await oauth.processIntrospectionResponse(
      as, client, await oauth.introspectionRequest(as, client, oauth.None(), token.access_token, lax));
    assert.deepEqual([told.active, told.client_id, told.aud], [true, client.client_id, server.baseURL]);
    const info = await expectStatus(200, server, 'GET', '/oauth/userinfo', { token: token.access_token });
    assert.equal(info.json.sub, told.sub);
  });

  test('an MCP client finds the documents under the path of its resource', async () => {
    const resource = new URL(`${server.baseURL}/v0/mcp`);
    const found = await oauth.processResourceDiscoveryResponse(resource, await oauth.resourceDiscoveryRequest(resource, lax));
    assert.deepEqual(found.authorization_servers, [as.issuer]);
    for (const path of ['', '/v0/mcp', '/mcp']) {
      const { json } = await expectStatus(200, server, 'GET', `/.well-known/oauth-authorization-server${path}`, { token: null });
      assert.equal(json.issuer, as.issuer);
    }
  });

  test('a token reaches the chats that the owner chose and no others, by REST and by socket', async () => {
    const [ada, bob, cleo] = [await person(server, 'ada', 'Ada'), await person(server, 'bob', 'Bob'), await person(server, 'cleo', 'Cleo')];
    const [mine] = await direct(ada, bob);
    await direct(ada, cleo);
    const token = await exchange(await code({}, { decision: 'allow', scopes: ['read'], chatIDs: [mine], expiresIn: 600 }));
    assert.equal(token.expires_in, 600);
    const limited = sdk(server, token.access_token);
    assert.deepEqual((await limited.chats.list()).items.map((chat) => chat.id), [mine]);
    const refused = await expectStatus(403, server, 'POST', `/v1/chats/${encodeURIComponent(mine)}/messages`, {
      token: token.access_token,
      body: { text: 'x' },
    });
    assert.match(refused.headers.get('www-authenticate'), /error="insufficient_scope", scope="write", resource_metadata="/);
  });

  test('revocation bites at once, also for an open socket, and by either side', async () => {
    const one = (await exchange(await code())).access_token;
    const two = (await exchange(await code())).access_token;
    const socket = await EventSocket.open(server, one);
    await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, oauth.None(), one, lax));
    await expectStatus(401, server, 'GET', '/v1/accounts', { token: one });
    assert.equal((await socket.closed).code, 1008);
    const { json } = await owner.api('GET', '/web/v1/connections');
    const sub = (await expectStatus(200, server, 'GET', '/oauth/userinfo', { token: two })).json.sub;
    assert.ok(json.items.some((item) => item.id === sub && item.client.id === client.client_id));
    assert.equal((await owner.api('DELETE', `/web/v1/connections/${sub}`)).status, 204);
    await expectStatus(401, server, 'GET', '/v1/accounts', { token: two });
  });

  test('a code that is used again gives nothing and ends what it gave', async () => {
    const got = await code();
    const token = await exchange(got);
    await assert.rejects(exchange(got), (error) => error.error === 'invalid_grant');
    await expectStatus(401, server, 'GET', '/v1/accounts', { token: token.access_token });
  });

  test('the owner says no, and the client hears it', async () => {
    const { back } = await code({}, { decision: 'deny' });
    assert.throws(() => oauth.validateAuthResponse(as, client, back, 'opaque state'), (error) => error.error === 'access_denied');
  });

  test('of loopback addresses the port is free', async () => {
    const { back } = await code({ redirect_uri: 'http://127.0.0.1:1/callback' });
    assert.equal(back.origin, 'http://127.0.0.1:1');
  });

  describe('what a client may not register', () => {
    const cases = {
      'no redirect': { redirect_uris: [] },
      'no list of redirects': { redirect_uris: 'http://127.0.0.1/' },
      'a redirect without TLS': { redirect_uris: ['http://app.example/cb'] },
      'a redirect that is a script': { redirect_uris: ['javascript:alert(1)'] },
      'a redirect that is data': { redirect_uris: ['data:text/html,x'] },
      'a redirect with a fragment': { redirect_uris: ['https://app.example/cb#x'] },
      'a redirect with a user': { redirect_uris: ['http://127.0.0.1:80@evil.example/'] },
      'too many redirects': { redirect_uris: Array.from({ length: 11 }, (_, i) => `https://app.example/${i}`) },
      'an endless redirect': { redirect_uris: [`https://app.example/${'x'.repeat(3000)}`] },
      'another grant': { grant_types: ['client_credentials'] },
      'another response': { response_types: ['token'] },
      'only unknown scopes': { scope: 'admin root' },
      'a page that is a script': { client_uri: 'javascript:alert(1)' },
      'an endless name': { client_name: 'x'.repeat(5000) },
    };
    for (const [what, metadata] of Object.entries(cases)) {
      test(what, async () => {
        await assert.rejects(register(metadata), (error) => ['invalid_redirect_uri', 'invalid_client_metadata'].includes(error.error));
      });
    }
    test('a body that is no JSON', async () => {
      const answer = await call(server, 'POST', '/oauth/register', { token: null, raw: '{', headers: { 'content-type': 'application/json' } });
      assert.deepEqual([answer.status, answer.json.error], [400, 'invalid_client_metadata']);
    });
  });

  describe('what a client may not ask', () => {
    const verifier = 'v'.repeat(43);
    const returned = {
      'without PKCE': [{ code_challenge: null, code_challenge_method: null }, 'invalid_request'],
      'with a plain challenge': [{ code_challenge_method: 'plain' }, 'invalid_request'],
      'with a challenge that is none': [{ code_challenge: 'short' }, 'invalid_request'],
      'for a token in the address': [{ response_type: 'token' }, 'unsupported_response_type'],
      'for an unknown scope': [{ scope: 'read admin' }, 'invalid_scope'],
      'for another server': [{ resource: 'https://elsewhere.example/' }, 'invalid_target'],
      'for this server and another': [{ resource: [`http://127.0.0.1:1`, 'https://elsewhere.example/'] }, 'invalid_target'],
      'twice the same': [{ scope: ['read', 'write'] }, 'invalid_request'],
      'with a fragment for an answer': [{ response_mode: 'fragment' }, 'invalid_request'],
    };
    for (const [what, [changes, error]] of Object.entries(returned)) {
      test(what, async () => {
        const asked = await ask(verifier, changes);
        const location = new URL(asked.headers.get('location'), server.baseURL);
        assert.deepEqual([asked.status, location.origin], [302, new URL(REDIRECT).origin]);
        assert.equal(location.searchParams.get('error'), error);
        assert.equal(location.searchParams.get('state'), 'opaque state');
      });
    }
    const ended = {
      'as nobody': { client_id: null },
      'as somebody unknown': { client_id: 'cli_unknown' },
      'as a document on this machine': { client_id: 'https://127.0.0.1/client.json' },
      'as a document behind a name of this machine': { client_id: 'https://localhost/client.json' },
      'to be answered nowhere': { redirect_uri: null },
      'to be answered elsewhere': { redirect_uri: 'https://evil.example/cb' },
      'to be answered under another path': { redirect_uri: 'http://127.0.0.1:49152/callback/..' },
      'to be answered by two': { redirect_uri: [REDIRECT, 'https://evil.example/'] },
    };
    for (const [what, changes] of Object.entries(ended)) {
      test(what, async () => {
        const asked = await ask(verifier, changes);
        assert.deepEqual([asked.status, asked.headers.get('location')], [400, null]);
        assert.match(asked.headers.get('content-security-policy'), /default-src 'none'.*frame-ancestors 'none'/);
        assert.doesNotMatch(await asked.text(), /evil\.example/);
      });
    }
  });

  describe('what gives no token', () => {
    const cases = {
      'no grant type': [{ grant_type: null }, 'invalid_request'],
      'another grant type': [{ grant_type: 'client_credentials' }, 'unsupported_grant_type'],
      'a refresh': [{ grant_type: 'refresh_token', refresh_token: 'x' }, 'unsupported_grant_type'],
      'no code': [{ code: null }, 'invalid_request'],
      'a code that nobody got': [{ code: `sbc_${'A'.repeat(43)}` }, 'invalid_grant'],
      'no verifier': [{ code_verifier: null }, 'invalid_request'],
      'another verifier': [{ code_verifier: 'w'.repeat(43) }, 'invalid_grant'],
      'the challenge for a verifier': [{ code_verifier: 'challenge' }, 'invalid_grant'],
      'another client': [{ client_id: 'cli_another' }, 'invalid_grant'],
      'another redirect': [{ redirect_uri: 'http://127.0.0.1:2/callback' }, 'invalid_grant'],
      'another resource': [{ resource: 'https://elsewhere.example/' }, 'invalid_target'],
      'a secret': [{ client_secret: 'x' }, 'invalid_client'],
    };
    for (const [what, [changes, error]] of Object.entries(cases)) {
      test(what, async () => {
        const { verifier, back } = await code();
        if (changes.code_verifier === 'challenge') changes.code_verifier = challengeOf(verifier);
        const fields = {
          grant_type: 'authorization_code',
          code: back.searchParams.get('code'),
          code_verifier: verifier,
          client_id: client.client_id,
          redirect_uri: REDIRECT,
          ...changes,
        };
        const answer = await post('/oauth/token', Object.entries(fields).filter(([, value]) => value !== null));
        assert.deepEqual([answer.status, answer.json.error], [400, error]);
        assert.equal(answer.headers.get('cache-control'), 'no-store');
      });
    }
    test('the name and secret of a client in a header', async () => {
      const answer = await call(server, 'POST', '/oauth/token', {
        token: null,
        raw: 'grant_type=authorization_code',
        headers: { authorization: 'Basic YTpi', 'content-type': 'application/x-www-form-urlencoded' },
      });
      assert.deepEqual([answer.status, answer.json.error], [401, 'invalid_client']);
      assert.match(answer.headers.get('www-authenticate'), /^Basic /);
    });
    test('a field that comes twice', async () => {
      const answer = await post('/oauth/token', [['grant_type', 'authorization_code'], ['code', 'a'], ['code', 'b']]);
      assert.deepEqual([answer.status, answer.json.error], [400, 'invalid_request']);
    });
    test('a code of a minute ago is not waited for here, and one that was denied is none', async () => {
      const { back } = await code({}, { decision: 'deny' });
      assert.equal(back.searchParams.get('code'), null);
    });
  });

  test('unknown tokens are revoked without a word and told to be inactive', async () => {
    const unknown = `sbt_${randomBytes(32).toString('base64url')}`;
    assert.deepEqual([(await post('/oauth/revoke', { token: unknown })).status, (await post('/oauth/revoke', {})).status], [200, 400]);
    assert.deepEqual((await post('/oauth/introspect', { token: unknown })).json, { active: false });
  });

  test('a request cannot be decided by a client, nor twice, nor made up', async () => {
    const asked = await ask('v'.repeat(43));
    const path = `/web/v1/consents/${asked.headers.get('location').slice('/consent/'.length)}`;
    const { access_token } = await exchange(await code());
    await expectStatus(403, server, 'POST', path, { token: access_token, body: { decision: 'allow', scopes: ['read'] } });
    await expectStatus(401, server, 'POST', path, { token: null, body: { decision: 'allow', scopes: ['read'] } });
    // A client's own port gets the cookie of whoever visits it; without the page's key it is nobody's.
    for (const key of [undefined, '', 'made-up', owner.cookie.split('=')[1]]) {
      await expectStatus(401, server, 'POST', path, {
        token: null,
        headers: { cookie: owner.cookie, ...(key === undefined ? {} : { 'x-switchboard-csrf': key }) },
        body: { decision: 'allow', scopes: ['read'] },
      });
    }
    assert.equal((await owner.api('POST', path, { decision: 'allow', scopes: ['read'] })).status, 200);
    assert.equal((await owner.api('POST', path, { decision: 'allow', scopes: ['read'] })).status, 409);
    assert.equal((await owner.api('GET', '/web/v1/consents/AAAA')).status, 404);
  });

  test('the command line shows who did what, sets a password and gives a link that is good once', async () => {
    const { json } = await owner.api('GET', '/web/v1/audit?action=decideConsent&limit=50');
    const decided = json.items.filter((item) => ['allowed', 'denied'].includes(item.outcome));
    assert.ok(decided.length > 0 && decided.every((item) => item.count === null && item.subject));
    assert.ok(json.items.every((item) => item.action === 'decideConsent' && (decided.includes(item) || item.count > 0)));
    const audit = (await server.cli(['audit', '--action', 'decideConsent', '--limit', '50', '--json'])).json();
    assert.deepEqual(audit.items.map((item) => item.id), json.items.map((item) => item.id));
    const { url } = (await server.cli(['open', '--json'])).json();
    assert.match(url, new RegExp(`^${server.baseURL}/sign-in#code=sbo_`));
    const body = { code: new URL(url).hash.slice('#code='.length) };
    const signing = async () => (await call(server, 'POST', '/web/v1/sign-in', { token: null, body })).status;
    assert.deepEqual([await signing(), await signing()], [200, 401]);
  });
});
