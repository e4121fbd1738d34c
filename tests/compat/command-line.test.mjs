// The program at the command line: first start, refusals in one sentence, and the admin commands.
import assert from 'node:assert/strict';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { freePort, freshFolder, run, startServer } from './server.mjs';
import { assertError, call, eventually, expectStatus, finish, join, sdk } from './support.mjs';

describe('command line', () => {
  let server;
  before(async () => {
    server = await startServer();
  });
  after(() => finish(server));

  const serve = (dataDir, port) => run(['serve', '--data-dir', dataDir, '--host', '127.0.0.1', '--port', String(port)]);

  /** A refusal: a non-zero exit code and one sentence on the error stream. */
  function assertRefused({ code, stdout, stderr }, mentions) {
    assert.ok(Number.isInteger(code) && code !== 0, `exit code ${code}\n${stdout}${stderr}`);
    assert.doesNotMatch(stdout + stderr, /\n\s+at |Unhandled exception/i, 'a stack trace is not a sentence');
    assert.match(stderr.trim(), /[.!]$/, `not a sentence: ${stderr}`);
    assert.ok(stderr.trim().split('\n').length <= 2, `more than a sentence: ${stderr}`);
    assert.match(stderr, mentions);
  }

  test('the first start makes a private folder and a private token, and does not print the token', async () => {
    assert.equal((await stat(server.dataDir)).mode & 0o777, 0o700);
    const file = joinPath(server.dataDir, 'owner.token');
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal((await readFile(file, 'utf8')).trim(), server.token);
    // It answers a moment before it has printed its greeting.
    await eventually(() => server.output.includes(file), 'its path is printed');
    assert.ok(!server.output.includes(server.token), 'the token is not, without a terminal');
    assert.ok(server.output.includes(server.baseURL), 'the address is');
    assert.match(server.output, /curl/);
  });

  test('a folder is made where there is none', async () => {
    const dataDir = joinPath(await freshFolder(), 'new', 'folder');
    const own = await startServer({ dataDir });
    assert.equal((await stat(dataDir)).mode & 0o777, 0o700);
    assert.equal((await own.stop()).code, 0);
    await own.remove();
  });

  test('a second process on the same folder is refused', async () => {
    assertRefused(await serve(server.dataDir, await freePort()), /already|in use|another/i);
    await expectStatus(200, server, 'GET', '/v1/info');
  });

  test('a taken port is refused', async () => {
    const dataDir = await freshFolder();
    assertRefused(await serve(dataDir, server.port), new RegExp(String(server.port)));
    await rm(dataDir, { recursive: true });
  });

  test('a folder that cannot be one is refused', async () => {
    const parent = await freshFolder();
    await writeFile(joinPath(parent, 'file'), '');
    assertRefused(await serve(joinPath(parent, 'file'), await freePort()), /file|folder|directory/i);
    assertRefused(await serve('/proc/nowhere', await freePort()), /\/proc\/nowhere/);
    await rm(parent, { recursive: true });
  });

  test('nonsense on the command line is refused', async () => {
    for (const args of [
      ['frobnicate'],
      ['serve', '--port', 'x'],
      ['serve', '--port', '99999'],
      ['serve', '--nope'],
      ['token', 'create'],
      ['token', 'revoke'],
    ]) {
      const { code, stdout, stderr } = await run([...args, '--data-dir', server.dataDir], 10_000);
      assert.ok(Number.isInteger(code) && code !== 0, `${args.join(' ')} → ${code}`);
      assert.ok(stderr.length > 0);
      assert.doesNotMatch(stdout + stderr, /\n\s+at |Unhandled exception/i);
    }
  });

  test('says its version and its commands', async () => {
    const version = await run(['--version']);
    assert.equal(version.code, 0);
    assert.match(version.stdout.trim(), /\d+\.\d+\.\d+/);
    const help = await run(['--help']);
    assert.equal(help.code, 0);
    for (const word of ['serve', 'token', 'accounts', 'doctor', '--data-dir']) assert.ok(help.stdout.includes(word), word);
    for (const command of [['serve'], ['token'], ['token', 'create'], ['doctor']])
      assert.equal((await run([...command, '--help'])).code, 0);
    const create = await run(['token', 'create', '--help']);
    for (const option of ['--name', '--scopes', '--account', '--chat', '--expires', '--json'])
      assert.ok(create.stdout.includes(option), option);
  });

  test('makes, lists and revokes tokens while the server runs', async () => {
    const account = await join(server, 'ada', 'Ada');
    const create = await server.cli([
      'token',
      'create',
      '--name',
      'agent',
      '--scopes',
      'read,write',
      '--account',
      account.accountID,
      '--expires',
      '30d',
      '--json',
    ]);
    assert.equal(create.code, 0, create.stderr);
    const { token, ...rest } = create.json();
    assert.equal(typeof token, 'string');
    assert.ok(token.length >= 43, '256 bits');
    assert.deepEqual(
      (await sdk(server, token).accounts.list()).map((item) => item.accountID),
      [account.accountID],
    );

    const list = await server.cli(['token', 'list', '--json']);
    assert.equal(list.code, 0);
    const listed = list.json();
    const entries = listed.tokens ?? listed.items ?? listed;
    assert.ok(!list.stdout.includes(token) && !list.stdout.includes(server.token), 'a list holds no secrets');
    const entry = entries.find((item) => item.name === 'agent');
    assert.ok(entry, list.stdout);
    if ('id' in rest) assert.equal(String(entry.id), String(rest.id));
    assert.deepEqual([entry.scopes].flat().join(' ').split(/[ ,]+/).sort(), ['read', 'write']);
    assert.ok(JSON.stringify(entry).includes(account.accountID));
    assert.ok(!JSON.stringify(entry).match(/hash/i));
    const table = await server.cli(['token', 'list']);
    assert.equal(table.code, 0);
    assert.match(table.stdout, /agent/);

    const revoke = await server.cli(['token', 'revoke', String(entry.id)]);
    assert.equal(revoke.code, 0, revoke.stderr);
    assertError(await call(server, 'GET', '/v1/accounts', { token }), 'unauthorized');
    assertRefused(await server.cli(['token', 'revoke', 'no-such-token']), /no-such-token/);
    await expectStatus(200, server, 'GET', '/v1/accounts');
  });

  test('a token for what does not exist is not made', async () => {
    assertRefused(await server.cli(['token', 'create', '--name', 'x', '--scopes', 'read', '--account', 'local_nobody']), /local_nobody/);
    assertRefused(await server.cli(['token', 'create', '--name', 'x', '--scopes', 'read,fly']), /fly/);
    assertRefused(await server.cli(['token', 'create', '--name', 'x', '--scopes', 'read', '--expires', 'soon']), /soon/);
  });

  test('without --json a new token is shown once, readable', async () => {
    const { code, stdout } = await server.cli(['token', 'create', '--name', 'by hand', '--scopes', 'read']);
    assert.equal(code, 0);
    const candidates = stdout.match(/[\w-]{40,}/g) ?? [];
    const statuses = await Promise.all(candidates.map(async (token) => (await call(server, 'GET', '/v1/accounts', { token })).status));
    assert.ok(statuses.includes(200), `no working token in:\n${stdout}`);
  });

  test('lists accounts', async () => {
    const { code, stdout, json } = await server.cli(['accounts', 'list', '--json']);
    assert.equal(code, 0);
    const listed = json();
    const accounts = listed.accounts ?? listed.items ?? listed;
    assert.ok(
      accounts.some((account) => account.accountID === 'local_owner'),
      stdout,
    );
    const table = await server.cli(['accounts', 'list']);
    assert.match(table.stdout, /local_owner/);
  });

  test('the doctor finds a healthy house healthy, and a broken one broken', async () => {
    const well = await server.cli(['doctor']);
    assert.equal(well.code, 0, well.stdout + well.stderr);
    const asJson = await server.cli(['doctor', '--json']);
    assert.equal(asJson.code, 0);
    assert.equal(typeof asJson.json(), 'object');
    const broken = await freshFolder();
    const own = await startServer({ dataDir: broken });
    await own.stop();
    const { readdir } = await import('node:fs/promises');
    const database = (await readdir(broken)).find((name) => /\.(db|sqlite3?)$/.test(name));
    assert.ok(database, 'there is a database in the folder');
    const path = joinPath(broken, database);
    const bytes = await readFile(path);
    for (const extra of ['-wal', '-shm']) await rm(path + extra, { force: true });
    bytes.fill(0x5a, 0, Math.min(bytes.length, 8192));
    await writeFile(path, bytes);
    const ill = await run(['doctor', '--data-dir', broken]);
    assert.ok(ill.code !== 0, ill.stdout);
    assert.doesNotMatch(ill.stdout + ill.stderr, /\n\s+at |Unhandled exception/i);
    assertRefused(await serve(broken, await freePort()), /database/i);
    await rm(broken, { recursive: true });
  });

  test('serve is what it does when nothing is asked', async () => {
    const dataDir = await freshFolder();
    await mkdir(dataDir, { recursive: true });
    const { code, stderr } = await run(['--data-dir', dataDir, '--host', '127.0.0.1', '--port', String(server.port)]);
    assert.ok(code !== 0 && stderr.includes(String(server.port)), 'it tried to serve, and found the port taken');
    await rm(dataDir, { recursive: true });
  });
});
