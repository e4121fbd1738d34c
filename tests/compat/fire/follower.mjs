// A program that keeps a copy of its chats as clients do: it listens, and after every reconnect fetches what it missed.
import assert from 'node:assert/strict';
import { EventSocket } from '../socket.mjs';
import { messagesAfter } from './agreement.mjs';

export class Follower {
  #socket;
  #heard = new Set();
  #next = 0;
  /** What went wrong inside an event handler, where nobody can catch it. */
  fault = null;
  /** By chat id: messages by id. */
  chats = new Map();

  constructor(server, who, conversations) {
    this.server = server;
    this.who = who;
    this.sides = conversations.map((conversation) => conversation.sideOf(who)).filter(Boolean);
    for (const side of this.sides) this.chats.set(side.chatID, new Map());
  }

  /** Listens first, then fetches what lies after each chat's fence; what it hears meanwhile is newer than what it fetches. */
  async connect() {
    this.#heard.clear();
    this.#next = 0;
    this.#socket = new EventSocket(this.server, this.who.token);
    const socket = this.#socket;
    socket.ws.on('message', () => this.#take(socket.frames.pop()));
    socket.ws.once('open', () => socket.send({ type: 'subscriptions.set', requestID: 'all', chatIDs: ['*'] }));
    await new Promise((resolve, reject) => {
      this.acknowledged = resolve;
      socket.closed.then(({ code }) => reject(new Error(`the socket of ${this.who.username} closed with ${code}`)));
    });
    await Promise.all(this.sides.map((side) => this.#fetch(side)));
  }

  async #fetch(side) {
    const fence = side.fences.at(-2) ?? '0';
    const fetched = new Map((await messagesAfter(side, fence)).map((message) => [message.id, message]));
    const chat = this.chats.get(side.chatID);
    for (const [id, message] of chat) {
      if (message.sortKey > fence && !fetched.has(id) && !this.#heard.has(id)) chat.delete(id);
    }
    for (const [id, message] of fetched) if (!this.#heard.has(id)) chat.set(id, message);
  }

  #take(frame) {
    if (frame.requestID === 'all') return this.acknowledged();
    if (!('seq' in frame)) return;
    const first = this.#next === 0 ? frame.seq : this.#next;
    if (frame.seq !== first) this.fault ??= `${this.who.username} got event ${frame.seq} where ${first} was due`;
    this.#next = frame.seq + 1;
    const chat = this.chats.get(frame.chatID);
    if (!chat || !frame.type.startsWith('message.')) return;
    for (const id of frame.ids) {
      this.#heard.add(id);
      if (frame.type === 'message.deleted') chat.delete(id);
    }
    for (const message of frame.entries ?? []) chat.set(message.id, message);
  }

  /** Whether its copy is what the server shows of a side after a fence: a sentence, or null when they agree. */
  differsFrom(side, messages, fence = '0') {
    assert.equal(this.fault, null);
    const copy = this.chats.get(side.chatID);
    const ids = new Set(messages.map((message) => message.id));
    for (const [id, message] of copy) {
      if (message.sortKey <= fence || ids.has(id)) continue;
      return `${this.who.username} has heard of ${id} (${message.text}), which is not in the list`;
    }
    for (const message of messages) {
      const [heard, listed] = [copy.get(message.id), message].map((each) => each && essence(each));
      if (heard !== listed) return `${this.who.username} has heard ${heard} and the list says ${listed}`;
    }
    return null;
  }

  async close() {
    await this.#socket?.close();
  }
}

/** What an event says whenever it changes. Whether others have read it is told by the chat. */
const essence = ({ id, sortKey, text, isDeleted, editedTimestamp, reactions, sendStatus, attachments }) =>
  JSON.stringify([
    id,
    sortKey,
    text ?? '',
    !!isDeleted,
    editedTimestamp ?? null,
    (reactions ?? []).map((reaction) => reaction.id).sort(),
    sendStatus?.status ?? null,
    (attachments ?? []).map((attachment) => attachment.fileName),
  ]);
