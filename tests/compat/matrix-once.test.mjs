// Exactly once and in order per chat, both ways, through cut connections and through kills of our own process.
// With SWITCHBOARD_FULL=1 at full length. Every run prints its seed; SWITCHBOARD_SEED makes other choices.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { Chance, testSeed } from './fire/random.mjs';
import { chatNamed, connected, joinAs, matrixStage, textsOf } from './matrix/ours.mjs';
import { bodies } from './matrix/peer.mjs';
import { Proxy } from './matrix/proxy.mjs';
import { matrixSuite } from './matrix/suite.mjs';
import { eventually } from './support.mjs';

// At full length a homeserver takes too long for continuous integration.
const isFull = !!process.env.SWITCHBOARD_FULL && !process.env.CI;
const patience = isFull ? 7_200_000 : 1_200_000;
const seed = testSeed();
const lengths = isFull
  ? { sends: 1_000, received: 10_000, kills: 40, heard: 1_000, rooms: 10 }
  : { sends: 60, received: 300, kills: 4, heard: 60, rooms: 4 };

matrixSuite('exactly once and in order', ['homeserver'], ({ after, before, test }) => {
  let stage;
  let proxy;
  let us;
  let bob;
  before(async () => {
    stage = await matrixStage();
    proxy = await Proxy.start(stage.homeserver, seed);
    bob = await stage.peer('bob', 'Bob');
    us = await stage.signIn('ada', 'Ada', { at: proxy.baseURL });
  });
  after(() => stage?.finish());

  /** Rooms with their chats, and what was said in each, by whom. */
  const lanes = (title) =>
    Promise.all(
      Array.from({ length: lengths.rooms }, async (_, n) => {
        const room = await bob.room(`${title} ${n}`, [us]);
        await joinAs(us, stage.homeserver, room);
        return { room, chatID: (await chatNamed(us, `${title} ${n}`, undefined, 60_000)).id, ours: [], theirs: [] };
      }),
    );

  /** The other person says so many lines in every room, one after the other. */
  async function theirTurn(lane, count) {
    for (let n = 0; n < count; n++) {
      const body = `theirs ${n}`;
      const path = `/rooms/${encodeURIComponent(lane.room)}/send/m.room.message/t${n}-${seed}`;
      await bob.call('PUT', path, { body: { msgtype: 'm.text', body, 'm.mentions': {} } });
      lane.theirs.push(body);
    }
  }

  /** We say so many lines, each when the one before was taken, by repeating what was not answered. */
  async function ourTurn(lane, count, until) {
    for (let n = 0; n < count; n++) {
      const text = `ours ${n}`;
      for (;;) {
        try {
          await us.sdk.messages.send(lane.chatID, { text }, { headers: { 'Idempotency-Key': `${lane.room} ${n} ${seed}` } });
          break;
        } catch (error) {
          // Only a server that is not there may leave a send unanswered.
          if (error.status || !until) throw error;
          await pause(50);
        }
      }
      lane.ours.push(text);
    }
  }

  async function agree(all, milliseconds) {
    const check = async (what, list, expected) => assert.deepEqual(await list(), expected, `${what} (seed ${seed})`);
    for (const { room, chatID, ours, theirs } of all) {
      const [fitsOurs, fitsTheirs] = [(text) => text.startsWith('ours '), (text) => text.startsWith('theirs ')];
      await eventually(
        async () => bodies(await bob.history(room), fitsOurs).length >= ours.length,
        `ours at the homeserver (seed ${seed})`,
        milliseconds,
      );
      await eventually(
        async () => (await textsOf(us, chatID, fitsTheirs)).length >= theirs.length,
        `theirs here (seed ${seed})`,
        milliseconds,
      );
      await check('ours at the homeserver', async () => bodies(await bob.history(room), fitsOurs), ours);
      await check('theirs here', () => textsOf(us, chatID, fitsTheirs), theirs);
      await check('ours here', () => textsOf(us, chatID, fitsOurs), ours);
      await eventually(
        async () => {
          const newest = (await us.sdk.messages.list(chatID, { limit: 200 })).items.filter(
            (message) => message.isSender && message.sendStatus,
          );
          return newest.every((message) => message.sendStatus.status === 'SUCCESS');
        },
        'each of ours ends in success',
        milliseconds,
      );
    }
  }

  test(
    `${lengths.sends} sends and ${lengths.received} received events through connections that are cut anywhere`,
    { timeout: patience },
    async (context) => {
      context.diagnostic(`Seed ${seed}`);
      const all = await lanes('Cut');
      proxy.cut(200, 600_000);
      const cutting = { on: true };
      // Besides the cuts by bytes, what is open is dropped now and then, at any moment of its life.
      const chance = new Chance(seed, 'drops');
      const dropping = (async () => {
        while (cutting.on) {
          await pause(chance.between(1_000, 5_000));
          proxy.drop();
        }
      })();
      await Promise.all(
        all.flatMap((lane) => [theirTurn(lane, lengths.received / lengths.rooms), ourTurn(lane, lengths.sends / lengths.rooms)]),
      );
      // It goes on for a while after the last was said: what is left goes out through cuts, too.
      await eventually(
        async () =>
          (
            await Promise.all(all.map(async ({ room }) => bodies(await bob.history(room), (body) => body.startsWith('ours ')).length))
          ).reduce((a, b) => a + b) >=
          lengths.sends * 0.9,
        'most of ours went out through the cuts',
        600_000,
      );
      cutting.on = false;
      await dropping;
      assert.ok(proxy.counts.cuts >= 5, JSON.stringify(proxy.counts));
      context.diagnostic(`Connections ${proxy.counts.connections}, cut ${proxy.counts.cuts}, requests ${proxy.requests.length}`);
      proxy.clear();
      await agree(all, 300_000);
    },
  );

  test(`${lengths.kills} kills of our own process between stored and acknowledged`, { timeout: patience }, async (context) => {
    context.diagnostic(`Seed ${seed}`);
    const all = await lanes('Kill');
    const chance = new Chance(seed, 'kills');
    const killing = { on: true };
    const talk = Promise.all(
      all.flatMap((lane) => [theirTurn(lane, lengths.heard / lengths.rooms), ourTurn(lane, lengths.sends / lengths.rooms, killing)]),
    );
    for (let n = 0; n < lengths.kills; n++) {
      await pause(chance.between(50, 1_500));
      await stage.server.kill();
      await pause(chance.between(0, 300));
      await stage.server.start();
    }
    await talk;
    killing.on = false;
    await connected(us, 'connected', 60_000);
    await agree(all, 120_000);
    const verified = await stage.server.cli(['verify']);
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  });
});
