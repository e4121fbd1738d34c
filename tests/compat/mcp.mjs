// Clients of the MCP endpoint: the official SDK, over HTTP and over standard input and output.
import assert from 'node:assert/strict';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { binary } from './server.mjs';
import { watchedFetch } from './support.mjs';

const me = { name: 'switchboard-compat', version: '1.0.0' };

/** A client of the official SDK that went through `initialize`. It checks each result against the tool's output schema. */
export async function mcpClient(server, token = server.token, path = '/v0/mcp') {
  const client = new Client(me);
  const transport = new StreamableHTTPClientTransport(new URL(server.baseURL + path), {
    fetch: watchedFetch(server),
    requestInit: token === null ? {} : { headers: { Authorization: `Bearer ${token}` } },
  });
  await client.connect(transport);
  await client.listTools(); // what the output schemas are is known from now on
  return client;
}

/** The same over standard input and output. */
export async function stdioClient(server, { token, args = [], env = {}, named = true } = {}) {
  const client = new Client(me);
  const transport = new StdioClientTransport({
    command: binary,
    args: ['mcp', ...(named ? ['--url', server.baseURL] : []), '--data-dir', server.dataDir, ...args],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...(token ? { SWITCHBOARD_TOKEN: token } : {}), ...env },
    stderr: 'inherit',
  });
  try {
    await client.connect(transport);
    await client.listTools();
  } catch (error) {
    await client.close();
    throw error;
  }
  return client;
}

/** Calls a tool that must succeed: `{ text, data, result }`. */
export async function tool(client, name, args = {}) {
  const result = await client.callTool({ name, arguments: args });
  assert.ok(!result.isError, `${name}: ${result.content[0]?.text}`);
  assert.equal(result.content[0].type, 'text');
  return { text: result.content[0].text, data: result.structuredContent, result };
}

/** Calls a tool that must be refused with this code: the text of the refusal. */
export async function refusedTool(client, name, args, code) {
  const result = await client.callTool({ name, arguments: args });
  assert.ok(result.isError, `${name} was not refused: ${result.content[0]?.text}`);
  assert.equal(result._meta['org.switchboard.chat/error'].code, code, result.content[0].text);
  assert.equal(result.structuredContent, undefined);
  return result.content[0].text;
}
