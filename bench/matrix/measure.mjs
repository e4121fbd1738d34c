// What stands beside Switchboard's figures at a homeserver; every command prints one line of JSON.
//   node bench/matrix/measure.mjs sdk     --base URL --user ID --token TOKEN   matrix-js-sdk's first sync, in memory
//   node bench/matrix/measure.mjs plain   --base URL --token TOKEN             downloading the same answer and parsing its JSON
//   node bench/matrix/measure.mjs search  --base URL --token TOKEN [--times 20]  the homeserver's own search
//   node bench/matrix/measure.mjs latency --dir DIR [--times 100] [--socket URL --socket-token TOKEN]
//            from asking the homeserver to take an event until a bare long poll has it; and, with --socket, until our socket has it
// All take --events (how many a room; 20). DIR is the folder of a running homeserver of world.mjs, URL and TOKEN what it prints.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Homeserver } from '../../tests/compat/matrix/homeserver.mjs';

const options = { base: {}, user: {}, token: {}, events: {}, times: {}, dir: {}, socket: {}, 'socket-token': {} };
for (const option of Object.values(options)) option.type = 'string';
const { values, positionals } = parseArgs({ allowPositionals: true, options });
const events = Number(values.events ?? 20);
const times = Number(values.times ?? (positionals[0] === 'search' ? 20 : 100));

const quantile = (list, part) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * part))];
const round = (number) => Math.round(number * 100) / 100;
const spread = (list) => ({
  p50: round(quantile(list, 0.5)),
  p95: round(quantile(list, 0.95)),
  most: round(Math.max(...list)),
  count: list.length,
});

const commands = {
  async sdk() {
    const { ClientEvent, createClient } = await import('../../tests/compat/matrix/client.mjs');
    const began = performance.now();
    const client = createClient({ baseUrl: values.base, userId: values.user, accessToken: values.token, deviceId: 'BENCH' });
    await new Promise((resolve) => {
      client.on(ClientEvent.Sync, (state) => state === 'PREPARED' && resolve());
      client.startClient({ initialSyncLimit: events, lazyLoadMembers: true });
    });
    const milliseconds = performance.now() - began;
    const rooms = client.getRooms();
    const kept = rooms.reduce((sum, room) => sum + room.getLiveTimeline().getEvents().length, 0);
    return {
      milliseconds: round(milliseconds),
      rooms: rooms.length,
      events: kept,
      peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    };
  },

  async plain() {
    const filter = {
      presence: { not_types: ['*'] },
      room: { state: { lazy_load_members: true }, timeline: { limit: events, lazy_load_members: true } },
    };
    const url = `${values.base}/_matrix/client/v3/sync?timeout=0&set_presence=offline&filter=${encodeURIComponent(JSON.stringify(filter))}`;
    const began = performance.now();
    const response = await fetch(url, { headers: { authorization: `Bearer ${values.token}` } });
    const firstByte = performance.now() - began;
    const bytes = Buffer.from(await response.arrayBuffer());
    const download = performance.now() - began;
    const answer = JSON.parse(bytes.toString());
    const milliseconds = performance.now() - began;
    const joined = Object.values(answer.rooms.join);
    const count = joined.reduce((sum, room) => sum + room.timeline.events.length, 0);
    return {
      milliseconds: round(milliseconds),
      firstByte: round(firstByte),
      download: round(download),
      bytes: bytes.length,
      rooms: joined.length,
      events: count,
    };
  },

  async search() {
    const taken = [];
    let count = 0;
    for (let n = 0; n < times; n++) {
      const term = ['quinquereme', 'history', 'community moment', 'time'][n % 4];
      const body = JSON.stringify({
        search_categories: { room_events: { search_term: term, keys: ['content.body'], order_by: 'recent', filter: { limit: 20 } } },
      });
      const began = performance.now();
      const response = await fetch(`${values.base}/_matrix/client/v3/search`, {
        method: 'POST',
        body,
        headers: { authorization: `Bearer ${values.token}` },
      });
      count += (await response.json()).search_categories.room_events.results.length;
      taken.push(performance.now() - began);
    }
    return { milliseconds: spread(taken), results: count };
  },

  async latency() {
    const homeserver = await Homeserver.attach(values.dir);
    const world = JSON.parse(await readFile(join(values.dir, 'world.json'), 'utf8'));
    const seen = { sync: new Map(), socket: new Map() };
    const stop = new AbortController();
    const socket = values.socket && (await listen(values.socket, values['socket-token'], seen.socket));
    const polling = poll(homeserver, world.reader.accessToken, seen.sync, stop.signal);
    await polling.ready;
    const { room, ghost } = world.rooms[0];
    const token = homeserver.services.dummy.asToken;
    const [asked, accepted] = [new Map(), new Map()];
    for (let n = 0; n < times; n++) {
      const body = `latency ${n} ${process.pid}`;
      const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/l${n}-${process.pid}`;
      asked.set(body, performance.now());
      await homeserver.call('PUT', path, { token, query: { user_id: ghost }, body: { msgtype: 'm.text', body } });
      accepted.set(body, performance.now());
      // As people write: the one before has gone everywhere by then.
      await pause(100);
    }
    for (let wait = 0; wait < 100 && (seen.sync.size < times || (socket && seen.socket.size < times)); wait++) await pause(50);
    stop.abort();
    socket?.close();
    const since = (from, map) => spread([...map].filter(([body]) => from.has(body)).map(([body, at]) => at - from.get(body)));
    const both = [...seen.socket].filter(([body]) => seen.sync.has(body)).map(([body, at]) => at - seen.sync.get(body));
    return {
      barePollSinceAsked: since(asked, seen.sync),
      barePollSinceAccepted: since(accepted, seen.sync),
      ...(socket
        ? {
            socketSinceAsked: since(asked, seen.socket),
            socketSinceAccepted: since(accepted, seen.socket),
            socketAfterBarePoll: spread(both),
          }
        : {}),
    };
  },
};

/** The least that a client can be: it asks, notes when which body was there, and asks again. */
function poll(homeserver, token, seen, signal) {
  const filter = JSON.stringify({ presence: { not_types: ['*'] }, room: { timeline: { limit: 20 }, state: { lazy_load_members: true } } });
  const sync = async (query) =>
    homeserver.call('GET', '/_matrix/client/v3/sync', { token, query: { filter, set_presence: 'offline', ...query } });
  let isReady;
  const ready = new Promise((resolve) => (isReady = resolve));
  (async () => {
    let { next_batch: since } = await sync({ timeout: 0 });
    isReady();
    while (!signal.aborted) {
      const answer = await sync({ timeout: 1_000, since });
      const now = performance.now();
      since = answer.next_batch;
      for (const { timeline } of Object.values(answer.rooms?.join ?? {}))
        for (const { content } of timeline.events) if (content.body) seen.set(content.body, now);
    }
  })();
  return { ready };
}

/** Our socket, noting the same of every message. */
async function listen(url, token, seen) {
  const require = createRequire(new URL('../../tests/compat/package.json', import.meta.url));
  const WebSocket = require('ws');
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.on('message', (data) => {
    const now = performance.now();
    for (const { text } of JSON.parse(data).entries ?? []) if (text && !seen.has(text)) seen.set(text, now);
  });
  const subscribed = new Promise((resolve) =>
    socket.on('message', (data) => JSON.parse(data).type === 'subscriptions.updated' && resolve()),
  );
  socket.send(JSON.stringify({ type: 'subscriptions.set', chatIDs: ['*'] }));
  await subscribed;
  return socket;
}

const command = commands[positionals[0]];
if (!command) {
  process.stderr.write('sdk, plain, search or latency: see the head of this file\n');
  process.exit(2);
}
process.stdout.write(`${JSON.stringify(await command())}\n`);
process.exit(0);
