// Mixed traffic of several people on one server: what clients do all day, at random.
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { toFile } from '@beeper/desktop-api';
import WebSocket from 'ws';
import { direct, group, person } from '../support.mjs';

const WORDS = 'apple apply banana café straße наш 日本語 今日は tomorrow meeting 🎉 lunch report photo blue river don’t'.split(' ');

/** Answers that mean only that two of these people were at the same thing: gone meanwhile, or not yet delivered. */
const HARMLESS = new Set([404, 409]);

/** Four people with a group and two direct chats. */
export async function town(server) {
  const people = [];
  for (const name of ['ada', 'bob', 'cleo', 'dan']) {
    people.push({ ...(await person(server, name, name[0].toUpperCase() + name.slice(1))), chats: [], own: [], files: [] });
  }
  const [ada, bob, cleo, dan] = people;
  for (const [members, sides] of [
    [[ada, bob], await direct(ada, bob)],
    [[cleo, dan], await direct(cleo, dan)],
    [people, await group('Everybody', ...people)],
  ]) {
    members.forEach((member, at) => member.chats.push(sides[at]));
  }
  return people;
}

/** Traffic from now until `stop()`. Counts what it does and keeps what must not happen. */
export class Traffic {
  done = new Map();
  problems = [];
  #ends = false;
  #running = [];
  #sockets = new Set();

  constructor(server, people, random, { pace, backupEvery }) {
    Object.assign(this, { server, people, random, pace });
    for (const who of people) {
      for (let lane = 0; lane < 2; lane++)
        this.#running.push(
          this.#repeat(
            () => this.#act(who),
            () => -Math.log(1 - random.next()) * pace,
          ),
        );
      this.#running.push(
        this.#repeat(
          () => this.#listen(who),
          () => 200 + random.below(2_000),
        ),
      );
      this.#listener(who);
    }
    this.#running.push(
      this.#repeat(
        () => this.#beSlow(random.pick(people)),
        () => 3_000,
      ),
    );
    this.#running.push(
      this.#repeat(
        () => this.#backup(),
        () => backupEvery,
      ),
    );
  }

  get count() {
    return [...this.done.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Ends everything that was begun. */
  async stop() {
    this.#ends = true;
    await Promise.all(this.#running);
    for (const socket of this.#sockets) socket.terminate();
  }

  async #repeat(action, wait) {
    while (!this.#ends) {
      await action();
      // A pause in small steps, so that the end is not waited for.
      for (let left = wait(); left > 0 && !this.#ends; left -= 250) await pause(Math.min(left, 250));
    }
  }

  async #act(who) {
    const [name, action] = this.random.weighted(actions);
    try {
      await action(who, this.random.pick(who.chats), this.random);
    } catch (error) {
      if (!HARMLESS.has(error.status) && this.problems.length < 50) this.problems.push(`${name}: ${error.status ?? ''} ${error.message}`);
    }
    this.done.set(name, (this.done.get(name) ?? 0) + 1);
  }

  #socket(who) {
    const socket = new WebSocket(`${this.server.baseURL.replace('http', 'ws')}/v1/ws`, {
      headers: { authorization: `Bearer ${who.token}` },
    });
    this.#sockets.add(socket);
    socket.on('error', (error) => this.#ends || socket.mayFail || this.problems.push(`socket: ${error.message}`));
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('open', () => socket.send('{"type":"subscriptions.set","chatIDs":["*"]}'));
    this.done.set('socket', (this.done.get('socket') ?? 0) + 1);
    return socket;
  }

  /** A socket that stays open all the time and reads everything. */
  #listener(who) {
    const socket = this.#socket(who);
    socket.on('message', () => this.done.set('event', (this.done.get('event') ?? 0) + 1));
    socket.on('close', (code) => this.#ends || this.problems.push(`a socket that reads was closed with ${code}`));
  }

  /** A socket that comes and goes, with or without a farewell. */
  async #listen(who) {
    const socket = this.#socket(who);
    await new Promise((resolve) => socket.once('message', resolve).once('close', resolve));
    await pause(this.random.below(1_500));
    if (this.random.next() < 0.5) socket.close();
    else socket.terminate();
  }

  /** A socket that does not read, until the server has enough of it or half a minute is over. */
  async #beSlow(who) {
    const socket = this.#socket(who);
    socket.mayFail = true;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await Promise.race([new Promise((resolve) => socket.once('open', resolve)), closed]);
    socket.pause();
    for (let left = 30_000; left > 0 && !this.#ends && socket.readyState === WebSocket.OPEN; left -= 250) await pause(250);
    socket.terminate();
  }

  async #backup() {
    const file = join(this.server.dataDir, `../backup-${process.pid}-${this.count}.tar`);
    const { code, stdout, stderr } = await this.server.cli(['backup', file]);
    if (code !== 0) this.problems.push(`backup ended with ${code}: ${stdout}${stderr}`);
    await rm(file, { force: true });
    this.done.set('backup', (this.done.get('backup') ?? 0) + 1);
  }
}

const sentence = (random) => Array.from({ length: 1 + random.below(12) }, () => random.pick(WORDS)).join(' ');

/** Remembers what one may edit and delete later, and forgets the oldest. */
function keep(list, item) {
  list.push(item);
  if (list.length > 200) list.shift();
}

const anyMessage = async (who, chat, random) => random.pick((await who.sdk.messages.list(chat, { limit: 50 })).items);

const actions = [
  [
    20,
    'send',
    async (who, chat, random) => {
      const replyToMessageID = random.next() < 0.1 ? (await anyMessage(who, chat, random))?.id : undefined;
      const { pendingMessageID } = await who.sdk.messages.send(chat, {
        text: sentence(random),
        ...(replyToMessageID ? { replyToMessageID } : {}),
      });
      keep(who.own, [chat, pendingMessageID]);
    },
  ],
  [
    3,
    'upload',
    async (who, chat, random) => {
      const content = randomBytes(1 + random.below(random.next() < 0.1 ? 300_000 : 20_000));
      const uploaded =
        random.next() < 0.5
          ? await who.sdk.assets.upload({ file: await toFile(content, 'notes.bin'), fileName: 'notes.bin' })
          : await who.sdk.assets.uploadBase64({ content: content.toString('base64'), fileName: 'notes.bin' });
      await who.sdk.messages.send(chat, { text: 'a file', attachment: { uploadID: uploaded.uploadID } });
    },
  ],
  [
    4,
    'download',
    async (who, chat, random) => {
      const { items } = await who.sdk.messages.search({ chatIDs: [chat], mediaTypes: ['file'], limit: 20 });
      const url = random.pick(items)?.attachments?.[0]?.id;
      if (!url) return;
      const range = random.next() < 0.3 ? { headers: { range: `bytes=${random.below(50)}-${50 + random.below(500)}` } } : {};
      const answer = await who.sdk.assets.serve({ url }, range).catch((error) => {
        if (error.status !== 416) throw error;
      });
      await answer?.arrayBuffer();
    },
  ],
  [
    8,
    'edit',
    async (who, _, random) => {
      const [chatID, id] = random.pick(who.own) ?? [];
      if (id) await who.sdk.messages.update(id, { chatID, text: sentence(random) });
    },
  ],
  [
    6,
    'delete',
    async (who, _, random) => {
      const [chatID, id] = who.own.length > 20 ? who.own.splice(random.below(who.own.length), 1)[0] : [];
      if (id) await who.sdk.messages.delete(id, { chatID, ...(random.next() < 0.3 ? { forEveryone: false } : {}) });
    },
  ],
  [
    8,
    'react',
    async (who, chatID, random) => {
      const message = await anyMessage(who, chatID, random);
      if (message) await who.sdk.chats.messages.reactions.add(message.id, { chatID, reactionKey: random.pick(['👍', '🎉', '❤️']) });
    },
  ],
  [
    4,
    'unreact',
    async (who, chatID, random) => {
      const message = await anyMessage(who, chatID, random);
      const own = message?.reactions?.find((reaction) => reaction.participantID === who.userID);
      if (own) await who.sdk.chats.messages.reactions.delete(own.reactionKey, { chatID, messageID: message.id });
    },
  ],
  [8, 'read', (who, chat) => who.sdk.chats.markRead(chat)],
  [2, 'unread', (who, chat) => who.sdk.chats.markUnread(chat)],
  [
    10,
    'page',
    async (who, chat, random) => {
      let query = { limit: 1 + random.below(60) };
      for (let pages = 1 + random.below(4); pages > 0; pages--) {
        const page = await who.sdk.messages.list(chat, query);
        if (!page.hasMore) return;
        query = { ...query, cursor: page.oldestCursor };
      }
    },
  ],
  [
    8,
    'search',
    (who, chat, random) =>
      who.sdk.messages.search({
        query: random.pick(WORDS),
        limit: 20,
        ...(random.next() < 0.3 ? { chatIDs: [chat] } : {}),
        ...(random.next() < 0.3 ? { sender: random.pick(['me', 'others']) } : {}),
      }),
  ],
  [
    3,
    'chat search',
    (who, _, random) =>
      who.sdk.chats.search({ query: random.pick(['every', 'ada', 'bob', 'x']), scope: random.pick(['titles', 'participants']) }),
  ],
  [2, 'search all', (who, _, random) => who.sdk.search({ query: random.pick(WORDS) })],
  [6, 'chats', (who) => who.sdk.chats.list({ limit: 25 })],
  [
    3,
    'draft',
    async (who, chat, random) => {
      await who.sdk.chats.update(chat, { draft: null });
      if (random.next() < 0.7) await who.sdk.chats.update(chat, { draft: { text: sentence(random) } });
    },
  ],
  [2, 'archive', (who, chat, random) => who.sdk.chats.archive(chat, { archived: random.next() < 0.5 })],
  [
    1,
    'reminder',
    async (who, chat) => {
      await who.sdk.chats.reminders.create(chat, { reminder: { remindAt: new Date(Date.now() + 86_400_000).toISOString() } });
      await who.sdk.chats.reminders.delete(chat);
    },
  ],
  [2, 'contacts', (who) => who.sdk.accounts.contacts.list(who.accountID, { limit: 50 })],
].map(([weight, name, action]) => [weight, [name, action]]);
