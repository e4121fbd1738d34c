// An MCP client of the official SDK that is given nothing but the address: it finds the way to the consent by itself.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { refusedTool, tool } from './mcp.mjs';
import { signIn } from './owner.mjs';
import { startServer } from './server.mjs';
import { finish, person, watchedFetch } from './support.mjs';

const REDIRECT = 'http://127.0.0.1:49153/callback';

/** What a client keeps between the steps. */
class Memory {
  redirectUrl = REDIRECT;
  clientMetadata = {
    client_name: 'An agent of the tests',
    redirect_uris: [REDIRECT],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  };
  clientInformation = () => this.client;
  saveClientInformation = (client) => (this.client = client);
  tokens = () => this.kept;
  saveTokens = (tokens) => (this.kept = tokens);
  codeVerifier = () => this.verifier;
  saveCodeVerifier = (verifier) => (this.verifier = verifier);
  redirectToAuthorization = (url) => (this.asked = url);
}

describe('mcp through the consent', () => {
  let server;
  let owner;
  let ada;
  before(async () => {
    server = await startServer();
    owner = await signIn(server);
    ada = await person(server, 'ada', 'Ada');
  });
  after(() => finish(server));

  for (const path of ['/v0/mcp', '/mcp']) {
    test(`a client that knows only ${path} gets what the owner gives it, and no more`, async () => {
      const memory = new Memory();
      const transport = () =>
        new StreamableHTTPClientTransport(new URL(server.baseURL + path), { authProvider: memory, fetch: watchedFetch(server) });
      const first = transport();
      await assert.rejects(new Client({ name: 'agent', version: '1.0.0' }).connect(first), /Unauthorized/);
      assert.equal(memory.asked.searchParams.get('resource'), server.baseURL + path);

      const asked = await fetch(memory.asked, { redirect: 'manual' });
      assert.equal(asked.status, 302, await asked.text());
      const decision = { decision: 'allow', scopes: ['read'], accountIDs: [ada.accountID] };
      const back = await owner.decide(asked.headers.get('location'), decision);
      await first.finishAuth(back.searchParams.get('code'));

      const client = new Client({ name: 'agent', version: '1.0.0' });
      await client.connect(transport());
      await client.listTools();
      const { data } = await tool(client, 'get_accounts');
      assert.deepEqual(data.accounts.map((each) => each.accountID), [ada.accountID]);
      await refusedTool(client, 'archive_chat', { chatID: '1' }, 'insufficient_scope');

      const { items } = (await owner.api('GET', '/web/v1/connections')).json;
      const connection = items.find((each) => each.name === 'An agent of the tests' && !each.revokedAt);
      const noted = (await owner.api('GET', `/web/v1/audit?connection=${connection.id}`)).json.items;
      assert.deepEqual(
        noted.map((each) => [each.surface, each.action, each.outcome, each.count ?? null]).sort(),
        [['mcp', 'archive_chat', 'insufficient_scope', 1], ['mcp', 'get_accounts', 'ok', 1], ['rest', 'oauthToken', 'ok', null]].sort(),
      );
      assert.equal((await owner.api('DELETE', `/web/v1/connections/${connection.id}`)).status, 204);
      await assert.rejects(client.callTool({ name: 'get_accounts', arguments: {} }), /Unauthorized/);
      await client.close();
    });
  }
});
