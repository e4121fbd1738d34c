// `switchboard mcp` with the official SDK over standard input and output.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { refusedTool, stdioClient, tool } from './mcp.mjs';
import { run, startServer } from './server.mjs';
import { arrived, direct, finish, mint, person } from './support.mjs';

describe('mcp over standard input and output', () => {
  let server;
  let ada;
  let bob;
  let mine;
  let theirs;
  before(async () => {
    server = await startServer();
    ada = await person(server, 'ada', 'Ada');
    bob = await person(server, 'bob', 'Bob');
    [mine, theirs] = await direct(ada, bob);
  });
  after(() => finish(server));

  test('it does what the server does, with the token it was given', async () => {
    const client = await stdioClient(server, { token: ada.token });
    assert.equal((await client.listTools()).tools.length, 16);
    const { data } = await tool(client, 'get_accounts');
    assert.deepEqual(data.accounts.map((each) => each.accountID), [ada.accountID]);
    await tool(client, 'send_message', { chatID: mine, text: 'through a pipe' });
    await arrived(bob, theirs, 'through a pipe');
    await refusedTool(client, 'list_messages', { chatID: theirs }, 'not_found');
    await client.close();
  });

  test('without a token it is the owner of this machine', async () => {
    const client = await stdioClient(server);
    assert.equal((await tool(client, 'get_accounts')).data.accounts.length, 3);
    await client.close();
  });

  test('it may offer less than the server', async () => {
    const reading = await stdioClient(server, { args: ['--read-only'] });
    assert.ok((await reading.listTools()).tools.every((each) => each.annotations.readOnlyHint));
    await assert.rejects(reading.callTool({ name: 'archive_chat', arguments: { chatID: mine } }), /no tool of that name/);
    await reading.close();
    const named = await stdioClient(server, { args: ['--tools', 'search,get_chat'] });
    assert.deepEqual((await named.listTools()).tools.map((each) => each.name), ['search', 'get_chat']);
    await named.close();
    const wrong = await run(['mcp', '--tools', 'serach', '--data-dir', server.dataDir]);
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /no MCP tool serach/);
  });

  test('a token that is revoked ends its reach at once, and a server that is away is named', async () => {
    const token = await mint(server, { name: 'pipe' });
    const client = await stdioClient(server, { token });
    await tool(client, 'get_accounts');
    await server.cli(['token', 'revoke', 'pipe']);
    await assert.rejects(client.callTool({ name: 'get_accounts', arguments: {} }), /Unauthorized/);
    await client.close();
    const away = stdioClient({ ...server, baseURL: 'http://127.0.0.1:9' }, { token });
    await assert.rejects(away, /No Switchboard server/);
  });

  test('the owner’s token goes to nobody who merely listens, and a setting that is none stops it', async () => {
    const seen = [];
    const stranger = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.end('{}');
    });
    await new Promise((ready) => stranger.listen(0, '127.0.0.1', ready));
    const { port } = stranger.address();
    const elsewhere = await run(['mcp', '--url', `http://127.0.0.1:${port}`, '--data-dir', server.dataDir]);
    assert.equal(elsewhere.code, 1);
    assert.match(elsewhere.stderr, /owner's token is for no other/);
    const client = await stdioClient(server, { named: false, env: { SWITCHBOARD_PORT: String(port) } });
    assert.equal((await tool(client, 'get_accounts')).data.accounts.length, 3);
    await client.close();
    assert.deepEqual(seen, []);
    stranger.close();
    for (const [mode, why] of [['readonly', /SWITCHBOARD_MCP cannot be readonly/], ['off', /MCP is off/]]) {
      const stopped = await run(['mcp', '--data-dir', server.dataDir], undefined, undefined, { SWITCHBOARD_MCP: mode });
      assert.equal(stopped.code, 1);
      assert.match(stopped.stderr, why);
    }
  });
});
