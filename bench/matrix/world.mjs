// Makes homeservers full of rooms for the figures, once, and starts copies of them.
//   node bench/matrix/world.mjs make [--rooms 1000] [--events 20]    into bench/.data, unless it is there; takes minutes
//   node bench/matrix/world.mjs start [--rooms 1000] [--events 20]   a copy in memory; prints JSON and runs until standard input ends
//   node bench/matrix/world.mjs say --dir DIR [--rooms 200] [--events 25]   more events in some of the rooms of a running copy
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Chance } from '../../tests/compat/fire/random.mjs';
import { Homeserver, memoryFolder } from '../../tests/compat/matrix/homeserver.mjs';

const data = fileURLToPath(new URL('../.data/', import.meta.url));
/** More requests at a time than this only wait for each other in the homeserver. */
const AT_ONCE = 8;
const SERVICE = 'dummy';
const WORDS = `time year people way day man thing woman life child world school state family student group country problem hand part place
case week company system program question work government number night point home water room mother area money story fact month lot right
study book eye job word business issue side kind head house service friend father power hour game line end member law car city community
name president team minute idea body information back parent face level office door health person art war history party result change
morning reason research girl guy moment air teacher force education`.split(/\s+/);

// Every first sync is worked out anew.
const settings = 'caches: {sync_response_cache_duration: 0s}\n';
const folderOf = (rooms, events) => join(data, `matrix-${rooms}x${events}`);

/** Runs the jobs, a few at a time. */
async function each(jobs, work) {
  let next = 0;
  const hand = async () => {
    while (next < jobs.length) await work(jobs[next++]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, hand));
}

/** A sentence; few words are frequent. `known` marks one message in a hundred for searches. */
function sentence(chance, n) {
  const words = Array.from({ length: chance.between(3, 15) }, () => WORDS[Math.floor(WORDS.length * chance.next() ** 3)]);
  if (n % 100 === 0) words.push('quinquereme');
  return words.join(' ');
}

export async function make(rooms, events) {
  const folder = folderOf(rooms, events);
  if (existsSync(join(folder, 'world.json'))) return folder;
  await mkdir(data, { recursive: true });
  const homeserver = await Homeserver.start({ config: settings });
  try {
    const reader = await homeserver.register('reader', { displayName: 'Reader' });
    const chance = new Chance(1, 'matrix world');
    const ghosts = Array.from({ length: 50 }, (_, n) => `@${SERVICE}_person${n}:${homeserver.serverName}`);
    const as = (method, path, body, query) =>
      homeserver.call(method, `/_matrix/client/v3${path}`, { token: homeserver.services[SERVICE].asToken, body, query });
    await each(ghosts, async (user) => {
      await as('POST', '/register', {
        type: 'm.login.application_service',
        username: user.slice(1, user.indexOf(':')),
        inhibit_login: true,
      });
      await as('PUT', `/profile/${encodeURIComponent(user)}/displayname`, { displayname: `Person ${user.slice(1)}` }, { user_id: user });
    });
    const made = [];
    const jobs = Array.from({ length: rooms }, (_, n) => ({
      n,
      ghost: chance.pick(ghosts),
      texts: Array.from({ length: events }, (_, at) => sentence(chance, n * events + at)),
    }));
    const began = Date.now();
    await each(jobs, async ({ n, ghost, texts }) => {
      const body = {
        name: n % 3 ? `Room ${n} about ${WORDS[n % WORDS.length]}` : undefined,
        preset: 'private_chat',
        invite: [ghost],
        room_version: '11',
        is_direct: n % 3 === 0,
      };
      const { room_id: room } = await homeserver.call('POST', '/_matrix/client/v3/createRoom', { token: reader.accessToken, body });
      await as('POST', `/join/${encodeURIComponent(room)}`, {}, { user_id: ghost });
      for (const [at, text] of texts.entries()) {
        const path = `/rooms/${encodeURIComponent(room)}/send/m.room.message/w${at}`;
        await as(
          'PUT',
          path,
          { msgtype: 'm.text', body: text, 'm.mentions': {} },
          { user_id: ghost, ts: 1_750_000_000_000 + n * 60_000 + at * 1_000 },
        );
      }
      made.push({ room, ghost });
      if (made.length % 100 === 0)
        process.stderr.write(`${made.length} of ${rooms} rooms after ${Math.round((Date.now() - began) / 1000)} s\n`);
    });
    await writeFile(join(homeserver.folder, 'world.json'), JSON.stringify({ reader, rooms: made, events }));
    await homeserver.pause();
    // It appears whole or not at all.
    await rm(`${folder}.new`, { recursive: true, force: true });
    await cp(homeserver.folder, `${folder}.new`, { recursive: true });
    await rename(`${folder}.new`, folder);
  } finally {
    await homeserver.stop();
  }
  return folder;
}

/** Starts a copy in memory: `{ homeserver, reader, rooms }`. `stop` of the homeserver removes the copy. */
export async function startCopy(rooms, events) {
  const source = await make(rooms, events);
  const folder = await memoryFolder('world');
  await cp(source, folder, { recursive: true });
  const homeserver = await Homeserver.start({ folder, config: settings });
  return { homeserver, ...JSON.parse(await readFile(join(folder, 'world.json'), 'utf8')) };
}

/** So many more events in the first of the rooms, by the ghosts that are in them. */
export async function say(homeserver, world, rooms, events, word = 'more') {
  const token = homeserver.services[SERVICE].asToken;
  await each(world.rooms.slice(0, rooms), async ({ room, ghost }) => {
    for (let n = 0; n < events; n++) {
      const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${word}${n}-${process.pid}`;
      await homeserver.call('PUT', path, {
        token,
        query: { user_id: ghost },
        body: { msgtype: 'm.text', body: `${word} ${n}`, 'm.mentions': {} },
      });
    }
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { rooms: { type: 'string' }, events: { type: 'string' }, dir: { type: 'string' } },
  });
  const number = (name, otherwise) => Number(values[name] ?? otherwise);
  if (positionals[0] === 'make') {
    process.stdout.write(`${await make(number('rooms', 1_000), number('events', 20))}\n`);
  } else if (positionals[0] === 'start') {
    const { homeserver, reader, rooms } = await startCopy(number('rooms', 1_000), number('events', 20));
    process.stdout.write(`${JSON.stringify({ baseURL: homeserver.baseURL, folder: homeserver.folder, reader, rooms: rooms.length })}\n`);
    for await (const _ of process.stdin);
    await homeserver.stop();
  } else if (positionals[0] === 'say') {
    const homeserver = await Homeserver.attach(values.dir);
    await say(homeserver, JSON.parse(await readFile(join(values.dir, 'world.json'), 'utf8')), number('rooms', 200), number('events', 25));
  } else {
    process.stderr.write('make, start or say: see the head of this file\n');
    process.exitCode = 2;
  }
}
