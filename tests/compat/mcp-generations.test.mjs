// Both generations of the protocol as their own clients speak them, and the Inspector's command line.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { binary, startServer } from './server.mjs';
import { call, finish, watchedFetch } from './support.mjs';

const me = { name: 'switchboard-compat', version: '1.0.0' };
const STATELESS = '2026-07-28';

describe('generations of mcp', () => {
  let server;
  before(async () => {
    server = await startServer();
  });
  after(() => finish(server));

  const http = () =>
    new StreamableHTTPClientTransport(new URL(`${server.baseURL}/v0/mcp`), {
      fetch: watchedFetch(server),
      requestInit: { headers: { Authorization: `Bearer ${server.token}` } },
    });
  const stdio = () =>
    new StdioClientTransport({
      command: binary,
      args: ['mcp', '--url', server.baseURL, '--data-dir', server.dataDir],
      env: { PATH: process.env.PATH, HOME: process.env.HOME },
    });

  for (const [way, transport] of [['HTTP', http], ['standard input and output', stdio]]) {
    test(`a client without a handshake is served over ${way}`, async () => {
      const client = new Client(me, { versionNegotiation: { mode: { pin: STATELESS } } });
      await client.connect(transport());
      assert.equal(client.getNegotiatedProtocolVersion(), STATELESS);
      const { tools } = await client.listTools();
      assert.equal(tools.length, 16);
      const result = await client.callTool({ name: 'get_accounts', arguments: {} });
      assert.equal(result.structuredContent.accounts.length, 1);
      const refused = await client.callTool({ name: 'get_chat', arguments: { chatID: '999' } });
      assert.ok(refused.isError);
      await client.close();
    });

    test(`a client with a handshake is served over ${way}`, async () => {
      const client = new Client(me, { versionNegotiation: { mode: 'legacy' } });
      await client.connect(transport());
      assert.equal(client.getNegotiatedProtocolVersion(), '2025-11-25');
      assert.equal((await client.listTools()).tools.length, 16);
      await client.close();
    });
  }

  for (const version of ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25']) {
    test(`${version} is agreed on when it is asked for`, async () => {
      const body = { jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: version, capabilities: {}, clientInfo: me } };
      const answer = await call(server, 'POST', '/v0/mcp', { body, headers: { accept: 'application/json, text/event-stream' } });
      assert.equal(answer.json.result.protocolVersion, version, answer.text);
      assert.equal(answer.headers.get('mcp-session-id'), null);
    });
  }

  // It needs a newer Node than the rest and takes long to install, so it is there only when asked for.
  const inspector = process.env.SWITCHBOARD_MCP_INSPECTOR;
  if (inspector) {
    test('the Inspector lists and calls tools', async () => {
      const flags = ['--cli', `${server.baseURL}/mcp`, '--transport', 'http', '--header', `Authorization: Bearer ${server.token}`];
      const listed = JSON.parse(await output(inspector, [...flags, '--method', 'tools/list']));
      assert.equal(listed.tools.length, 16);
      const called = JSON.parse(await output(inspector, [...flags, '--method', 'tools/call', '--tool-name', 'get_accounts']));
      assert.equal(called.structuredContent.accounts.length, 1);
      const piped = JSON.parse(
        await output(inspector, ['--cli', binary, 'mcp', '--url', server.baseURL, '--data-dir', server.dataDir, '--method', 'tools/list']),
      );
      assert.equal(piped.tools.length, 16);
    });
  }
});

function output(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: fileURLToPath(new URL('.', import.meta.url)), stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { out: '', err: '' };
    child.stdout.on('data', (data) => (said.out += data));
    child.stderr.on('data', (data) => (said.err += data));
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve(said.out) : reject(new Error(said.out + said.err))));
  });
}
