// Kills the server again and again while clients work, and holds it to everything it acknowledged.
//   node fire/kills.mjs [--times 200] [--seed NUMBER]
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { cutStartShort, startServer } from '../server.mjs';
import { eventually, finish } from '../support.mjs';
import { disagreements, look, settingsDisagreements, settle } from './agreement.mjs';
import { command } from './rounds.mjs';
import { Follower } from './follower.mjs';
import { Chance } from './random.mjs';
import { town } from './town.mjs';

/** How long what was accepted before a kill may take to be delivered after it. */
const PATIENCE = 15_000;

/** Kills `times` times. Fails with what was lost or doubled, and the seed. */
export async function kills({ times, seed, say = () => {} }) {
  const server = await startServer();
  let whole = false;
  try {
    const chance = new Chance(seed, 'kills');
    const place = await town(server, seed);
    const followers = place.people.map((who) => new Follower(server, who, place.conversations));
    const run = { server, chance, ...place, followers };
    await Promise.all(followers.map((follower) => follower.connect()));
    for (let round = 1; round <= times; round++) {
      run.ledger.round = round;
      await trafficUntilKill(run);
      // Some starts are killed as well: they have what the last kill left to finish.
      if (chance.next() < 0.15) await cutStartShort(server.dataDir, chance.between(50, 900));
      await server.start();
      await afterKill(run);
      say(round, `${run.ledger.messages.size} messages`);
    }
    await wholeCheck(run);
    await Promise.all(followers.map((follower) => follower.close()));
    whole = true;
    return run.ledger.messages.size;
  } catch (error) {
    throw new Error(`Seed ${seed}: ${error.message}\nThe data is in ${server.dataDir}`, { cause: error });
  } finally {
    if (whole) await finish(server);
    else await server.kill();
  }
}

async function trafficUntilKill({ server, chance, lanes }) {
  let isOver = false;
  const traffic = Promise.all(lanes.map((lane) => lane.run(() => isOver)));
  // A lane that fails ends the wait: its sentence is the one to hear.
  await Promise.race([pause(chance.between(50, 600)), traffic]);
  isOver = true;
  await server.kill();
  await traffic;
}

async function afterKill(run) {
  const { chance, ledger, followers } = run;
  await Promise.all(followers.map((follower) => follower.connect()));
  await sendSomeAgain(chance, ledger.recent);
  await comesToRest(run, () => PATIENCE);
  const newest = ledger.recent.filter((sent) => sent.round === ledger.round);
  await Promise.all(sample(chance, newest, 5).map(findsOnce));
}

/**
 * What everybody is told comes in order: once all have got something that was sent after everything else, nothing is still on
 * its way, and what nobody answered has happened or never will.
 */
export async function comesToRest({ ledger, conversations, lanes, people, followers }, left) {
  const everybody = conversations.find((conversation) => conversation.sides.length === people.length);
  await Promise.all(people.slice(0, 2).map((who) => lanes.find((lane) => lane.who === who).send(everybody)));
  const recent = ledger.recent;
  await agree(everybody, recent, people, followers, left());
  await Promise.all([
    ...conversations.filter((each) => each !== everybody).map((each) => agree(each, recent, people, followers, left())),
    ...lanes.map((lane) => becomesNothing(() => settingsDisagreements(lane), left())),
  ]);
}

/** Repeats half of what got no answer and some of what got one, as a client would that was cut off. */
export async function sendSomeAgain(chance, recent) {
  const again = recent.filter((sent) => chance.next() < (sent.isAcknowledged ? 0.05 : 0.5) && !sent.removed.allows(true));
  for (const sent of again) sent.wasSentAgain ||= !sent.isAcknowledged;
  await Promise.all(again.map((sent) => sent.lane.deliver(sent)));
}

async function agree(conversation, sent, people, followers, milliseconds) {
  const fenceOf = (side) => side.fences.at(-2) ?? '0';
  let views;
  await becomesNothing(async () => {
    views = await look(conversation, fenceOf);
    return [
      ...disagreements(conversation, views, sent, people),
      ...views.map(({ side, messages }) =>
        followers.find((follower) => follower.who === side.who).differsFrom(side, messages, fenceOf(side)),
      ),
    ].filter(Boolean);
  }, milliseconds);
  settle(conversation, views, sent);
  for (const { side, messages } of views) side.fences.push(messages.at(-1)?.sortKey ?? side.fences.at(-1));
}

/** Looks until there is nothing to complain about; then what was delivered late was still delivered in time. */
export async function becomesNothing(complaints, milliseconds = PATIENCE) {
  let last;
  await eventually(async () => (last = await complaints()).length === 0, 'all agree', milliseconds).catch((error) => {
    throw new Error(last?.slice(0, 10).join('\n') || error.cause?.message || error.message, { cause: error.cause });
  });
}

const sample = (chance, items, count) => Array.from({ length: Math.min(count, items.length) }, () => chance.pick(items));

/** Its token finds a message once for everybody who has it, and not at all once it is deleted. */
async function findsOnce(sent) {
  for (const { who, chatID } of sent.conversation.sides) {
    const { items } = await who.sdk.messages.search({ query: sent.token, chatIDs: [chatID] });
    const isGone = sent.deleted.allows(true) || (who === sent.lane.who && sent.removed.allows(true));
    const expected = isGone ? [0] : sent.isAcknowledged ? [1] : [0, 1];
    assert.ok(expected.includes(items.length), `${sent.token} is found ${items.length} times by ${who.username}`);
    if (items.length > 0) assert.ok(sent.text.allows(items[0].text), `${sent.token} is found as ${items[0].text}`);
  }
}

/** Everything from the first kill to the last: lists, search, sockets, files and log. */
export async function wholeCheck({ server, ledger, conversations, people, lanes, followers = [] }) {
  for (const conversation of conversations) {
    let views;
    await becomesNothing(async () => {
      views = await look(conversation);
      return [
        ...disagreements(conversation, views, ledger.all, people),
        ...views.map(({ side, messages }) => followers.find((follower) => follower.who === side.who)?.differsFrom(side, messages)),
      ].filter(Boolean);
    });
    for (const view of views) await searchAgrees(view);
  }
  for (const lane of lanes) await becomesNothing(() => settingsDisagreements(lane));
  const verified = await server.cli(['verify']);
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
}

/** A search for the word that every message has gives what the list gives. */
async function searchAgrees({ side, messages }) {
  const found = [];
  for await (const message of side.who.sdk.messages.search({ query: 'fire', chatIDs: [side.chatID], limit: 20 })) found.push(message);
  const listed = messages.filter((message) => !message.isDeleted && message.text?.includes('fire'));
  assert.deepEqual(
    found.map((message) => `${message.id} ${message.text}`).sort(),
    listed.map((message) => `${message.id} ${message.text}`).sort(),
    `search and list of ${side.who.username}`,
  );
}

await command(import.meta, { times: 200 }, async (options) => {
  const count = await kills(options);
  return `${options.times} kills, ${count} messages: nothing lost, nothing doubled.`;
});
