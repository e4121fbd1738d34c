// Two programs, each with an identity and a token of its own, talk through the server.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServer } from './server.mjs';
import { collect, eventually, finish, person } from './support.mjs';

const TURNS = 20;

describe('conversation', () => {
  let server;
  const children = [];
  before(async () => {
    server = await startServer();
  });
  after(async () => {
    children.forEach((child) => child.kill());
    await finish(server);
  });

  function participant(who, peer, opens) {
    const child = spawn(process.execPath, [fileURLToPath(new URL('participant.mjs', import.meta.url))], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        ...process.env,
        BASE_URL: server.baseURL,
        TOKEN: who.token,
        ACCOUNT_ID: who.accountID,
        PEER: peer.username,
        TURNS: String(TURNS),
        ...(opens ? { OPENS: '1' } : {}),
      },
    });
    children.push(child);
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (data) => {
      output.stdout += data;
    });
    child.stderr.on('data', (data) => {
      output.stderr += data;
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    return {
      listening: () =>
        eventually(
          () => {
            assert.equal(child.exitCode, null, output.stderr);
            return output.stdout.includes('listening');
          },
          `${who.username} listens`,
          15_000,
        ),
      begin: () => child.stdin.write('go\n'),
      async result() {
        assert.equal(await ended, 0, output.stderr);
        return JSON.parse(output.stdout.trim().split('\n').at(-1));
      },
    };
  }

  test('twenty alternating messages, each an answer to an event', async () => {
    const [ada, bob] = [await person(server, 'ada', 'Ada'), await person(server, 'bob', 'Bob')];
    const [one, two] = [participant(ada, bob, true), participant(bob, ada, false)];
    await Promise.all([one.listening(), two.listening()]);
    one.begin();
    const [first, second] = await Promise.all([one.result(), two.result()]);
    const turns = Array.from({ length: TURNS }, (_, n) => n + 1);
    const [odd, even] = [turns.filter((turn) => turn % 2), turns.filter((turn) => turn % 2 === 0)];
    assert.deepEqual([first.said, first.heard, second.said, second.heard], [odd, even, even, odd]);
    assert.notEqual(first.chatID, second.chatID);
    for (const [who, { chatID }] of [
      [ada, first],
      [bob, second],
    ]) {
      const messages = (await collect(who.sdk.messages.list(chatID))).filter((message) => message.text?.startsWith('turn')).reverse();
      assert.deepEqual(
        messages.map((message) => message.text),
        turns.map((turn) => `turn ${turn}`),
      );
      assert.ok(messages.every((message, at) => message.senderID === (at % 2 ? bob : ada).userID));
      await eventually(async () => (await who.sdk.chats.retrieve(chatID)).unreadCount === 0);
    }
  });
});
