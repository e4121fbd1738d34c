// A data folder of every released schema, brought up to date by today's server. keep-folder.mjs makes them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { shown } from './kept.mjs';
import { freshFolder, startServer } from './server.mjs';
import { collect, direct, eventually, finish, person, sdk, tell, texts } from './support.mjs';

const kept = fileURLToPath(new URL('kept', import.meta.url));
const names = readdirSync(kept).filter((file) => file.endsWith('.tar.gz')).map((file) => file.slice(0, -'.tar.gz'.length));

test('there is a folder of the first schema', () => assert.ok(names.includes('schema-1')));

for (const name of names) {
  describe(`the kept folder ${name}`, () => {
    test('is brought up to date: everything is there, what waited is delivered, and work goes on', async () => {
      const facts = JSON.parse(readFileSync(`${kept}/${name}.json`, 'utf8'));
      const dataDir = await freshFolder();
      execFileSync('tar', ['-xzf', `${kept}/${name}.tar.gz`, '-C', dataDir]);
      const server = await startServer({ dataDir });
      try {
        await contentIsWhole(server, facts);
        await waitingIsDelivered(server, facts);
        await workGoesOn(server, facts);
        const verified = await server.cli(['verify']);
        assert.equal(verified.code, 0, verified.stdout + verified.stderr);
        // And the start after that changes nothing.
        await server.restart();
        await contentIsWhole(server, facts);
      } finally {
        await finish(server);
      }
    });
  });
}

async function contentIsWhole(server, { tokens, expected }) {
  const now = JSON.parse(JSON.stringify(await shown(server, tokens)));
  for (const [name, before] of Object.entries(expected)) {
    const known = new Set(before.chats.map((chat) => chat.id));
    assert.deepEqual({ ...now[name], chats: now[name].chats.filter((chat) => known.has(chat.id)) }, before, `what ${name} sees`);
  }
}

/** The server was killed with sends in its outbox: at last each is at both sides once, and some only since today's start. */
async function waitingIsDelivered(server, { tokens, waiting, killedAt }) {
  const [bob, cleo] = [sdk(server, tokens.bob), sdk(server, tokens.cleo)];
  const expected = waiting.sends.map((send) => send.text).sort();
  await eventually(async () => {
    assert.deepEqual(texts(await collect(cleo.messages.list(waiting.to, { limit: 200 }))).sort(), expected);
    return true;
  }, 'what waited is delivered once');
  const sent = await collect(bob.messages.list(waiting.from, { limit: 200 }));
  assert.deepEqual(
    sent.map(({ id, text }) => ({ id, text })).sort((one, other) => Number(one.id) - Number(other.id)),
    waiting.sends.map(({ id, text }) => ({ id, text })).sort((one, other) => Number(one.id) - Number(other.id)),
  );
  assert.ok(sent.every((message) => message.sendStatus.status === 'SUCCESS'));
  assert.ok(
    sent.some((message) => message.sendStatus.timestamp > killedAt),
    'the folder was to be kept with sends that wait',
  );
}

/** Somebody new is met by somebody old. */
async function workGoesOn(server, { tokens, expected }) {
  const dora = await person(server, 'dora', 'Dora');
  const [{ accountID, user }] = expected.ada.accounts;
  const ada = { username: 'ada', accountID, userID: user, sdk: sdk(server, tokens.ada) };
  const [mine, theirs] = await direct(dora, ada);
  const [, received] = await tell(dora, mine, ada, theirs, 'hello from today');
  assert.deepEqual(
    (await ada.sdk.messages.search({ query: 'hello today' })).items.map((message) => message.id),
    [received.id],
  );
}
