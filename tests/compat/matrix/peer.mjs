// The person on the other side: a Matrix client that is not ours (matrix-js-sdk), and every event as the homeserver gave it.
import assert from 'node:assert/strict';
import { eventually } from '../support.mjs';
import { ClientEvent, createClient, EventType, MsgType, Preset, ReceiptType, RelationType } from './client.mjs';

export class Peer {
  static #running = new Set();

  /** Ends the clients that a failed test left running. */
  static endAll() {
    Peer.#running.forEach((peer) => peer.stop());
  }

  /** Every event the client was given from the homeserver, as it came, in order. */
  events = [];

  constructor(homeserver, account) {
    this.homeserver = homeserver;
    this.account = account;
    this.userID = account.userID;
    this.client = createClient({
      baseUrl: homeserver.baseURL,
      userId: account.userID,
      accessToken: account.accessToken,
      deviceId: account.deviceID,
      useAuthorizationHeader: true,
    });
    this.client.on(ClientEvent.Event, (event) => this.events.push(structuredClone(event.event)));
  }

  /** A new account with a client that follows it. */
  static async start(homeserver, name, displayName = name) {
    const peer = new Peer(homeserver, await homeserver.register(name, { displayName }));
    const ready = new Promise((resolve) => peer.client.on(ClientEvent.Sync, (state) => state === 'PREPARED' && resolve()));
    await peer.client.startClient({ initialSyncLimit: 50, lazyLoadMembers: false });
    Peer.#running.add(peer);
    await ready;
    return peer;
  }

  stop() {
    Peer.#running.delete(this);
    this.client.stopClient();
  }

  // --- what came ---------------------------------------------------------------------------------------------------

  /** The first event that fits, now or when it comes; `fits` gets the raw event. */
  seen = (fits, what = fits, milliseconds) => eventually(() => this.events.find(fits), `${this.account.name} saw ${what}`, milliseconds);

  /** The message of a room with this body. */
  heard = (roomID, body, milliseconds) =>
    this.seen((event) => event.room_id === roomID && event.content?.body === body && !isEdit(event), `“${body}”`, milliseconds);

  /** What is in a room, oldest first, of these types, as the homeserver has it now. */
  async history(roomID, types = ['m.room.message']) {
    const events = [];
    for (let from; ;) {
      const query = { dir: 'b', limit: 500, from, filter: JSON.stringify({ types }) };
      const page = await this.call('GET', `/rooms/${encodeURIComponent(roomID)}/messages`, { query });
      events.unshift(...page.chunk.reverse());
      if (!page.end) return events;
      from = page.end;
    }
  }

  /** An event as the homeserver has it now, with what it aggregated. */
  event = (roomID, eventID) => this.call('GET', `/rooms/${encodeURIComponent(roomID)}/event/${encodeURIComponent(eventID)}`);

  state = (roomID, type, key = '') => this.client.getStateEvent(roomID, type, key);

  /** The joined membership of a room: user id → `{ display_name, avatar_url }`. */
  members = async (roomID) => (await this.call('GET', `/rooms/${encodeURIComponent(roomID)}/joined_members`)).joined;

  /** The event up to which a user has read a room, as this client knows it. */
  readUpTo = (roomID, userID) => this.client.getRoom(roomID)?.getEventReadUpTo(userID, true);

  isTyping = (roomID, userID) => this.client.getRoom(roomID)?.getMember(userID)?.typing === true;

  call = (method, path, options = {}) =>
    this.homeserver.call(method, `/_matrix/client/v3${path}`, { token: this.account.accessToken, ...options });

  // --- rooms -------------------------------------------------------------------------------------------------------

  /** Makes a room and invites people (peers or user ids). `options` goes to the homeserver as it is. */
  async room(name, others = [], options = {}) {
    const invite = others.map((other) => other.userID ?? other);
    const { room_id } = await this.client.createRoom({ name, invite, preset: Preset.PrivateChat, ...options });
    return room_id;
  }

  direct = (other) => this.room(undefined, [other], { is_direct: true, preset: Preset.TrustedPrivateChat });

  encrypted = (name, others) =>
    this.room(name, others, {
      initial_state: [{ type: 'm.room.encryption', state_key: '', content: { algorithm: 'm.megolm.v1.aes-sha2' } }],
    });

  /** Joins a room and waits until the client has it. */
  async join(roomID) {
    await eventually(
      async () => (await this.call('POST', `/join/${encodeURIComponent(roomID)}`, { body: {} })).room_id,
      'the room can be joined',
    );
    await eventually(() => this.client.getRoom(roomID)?.getMyMembership() === 'join', 'the room is in the sync');
  }

  /** Joins whatever room it is that the peer is invited to next; gives its id. */
  async accept(fits = () => true) {
    const invited = () => this.client.getRooms().find((room) => room.getMyMembership() === 'invite' && fits(room));
    const { roomId } = await eventually(invited, `${this.account.name} is invited`);
    await this.join(roomId);
    return roomId;
  }

  set = (roomID, type, content, key = '') => this.client.sendStateEvent(roomID, type, content, key);
  leave = (roomID) => this.client.leave(roomID);
  kick = (roomID, other, reason) => this.client.kick(roomID, other.userID ?? other, reason);
  ban = (roomID, other) => this.client.ban(roomID, other.userID ?? other);
  invite = (roomID, other) => this.client.invite(roomID, other.userID ?? other);

  /** Changes some power levels of a room and keeps the others. */
  async power(roomID, changes) {
    await this.set(roomID, 'm.room.power_levels', { ...(await this.state(roomID, 'm.room.power_levels')), ...changes });
  }

  /** Upgrades a room; gives the id of the new one, which has this name and invites the same people. */
  async upgrade(roomID, others, version = '11') {
    const { replacement_room } = await this.client.upgradeRoom(roomID, version);
    for (const other of others) await this.invite(replacement_room, other);
    return replacement_room;
  }

  // --- what the person does ----------------------------------------------------------------------------------------

  /** Sends any event; gives its id. */
  send = async (roomID, type, content) => (await this.client.sendEvent(roomID, type, content)).event_id;

  message = (roomID, content) => this.send(roomID, EventType.RoomMessage, { 'm.mentions': {}, ...content });
  text = (roomID, body, more = {}) => this.message(roomID, { msgtype: MsgType.Text, body, ...more });
  html = (roomID, body, html, more = {}) => this.text(roomID, body, { format: 'org.matrix.custom.html', formatted_body: html, ...more });

  reply = (roomID, eventID, body, more = {}) =>
    this.text(roomID, body, { 'm.relates_to': { 'm.in_reply_to': { event_id: eventID } }, ...more });

  /** In a thread; a real reply there when `to` names a message, else only with the fallback that older clients need. */
  thread = (roomID, root, body, to) =>
    this.text(roomID, body, {
      'm.relates_to': { rel_type: 'm.thread', event_id: root, is_falling_back: !to, 'm.in_reply_to': { event_id: to ?? root } },
    });

  edit = (roomID, eventID, body, more = {}) => {
    const content = { msgtype: MsgType.Text, body, 'm.mentions': {}, ...more };
    const relation = { rel_type: RelationType.Replace, event_id: eventID };
    return this.message(roomID, { ...content, body: `* ${body}`, 'm.new_content': content, 'm.relates_to': relation });
  };

  redact = (roomID, eventID, reason) => this.client.redactEvent(roomID, eventID, undefined, { reason });

  react = (roomID, eventID, key, more = {}) =>
    this.send(roomID, EventType.Reaction, { 'm.relates_to': { rel_type: RelationType.Annotation, event_id: eventID, key }, ...more });

  /** Puts bytes on the homeserver; gives their mxc address. */
  async upload(bytes, name, type) {
    return (await this.client.uploadContent(bytes, { name, type, includeFilename: true })).content_uri;
  }

  /** A file of any kind; `caption` makes the body say something else than the file's name. */
  async file(roomID, msgtype, [name, type, bytes], { caption, info = {}, ...more } = {}) {
    const url = await this.upload(bytes, name, type);
    const content = { msgtype, body: caption ?? name, filename: name, url, info: { mimetype: type, size: bytes.length, ...info }, ...more };
    return { url, eventID: await this.message(roomID, content) };
  }

  async sticker(roomID, [name, type, bytes], body) {
    const url = await this.upload(bytes, name, type);
    return {
      url,
      eventID: await this.send(roomID, EventType.Sticker, { body, url, info: { mimetype: type, size: bytes.length, w: 7, h: 5 } }),
    };
  }

  voice = (roomID, file, duration) =>
    this.file(roomID, MsgType.Audio, file, {
      info: { duration },
      'org.matrix.msc3245.voice': {},
      'org.matrix.msc1767.audio': { duration, waveform: [0, 512, 1024, 256] },
    });

  location = (roomID, body, uri) =>
    this.message(roomID, { msgtype: MsgType.Location, body, geo_uri: uri, 'org.matrix.msc3488.location': { uri } });

  poll = (roomID, question, answers) =>
    this.send(roomID, 'org.matrix.msc3381.poll.start', {
      'org.matrix.msc1767.text': [question, ...answers].join('\n'),
      'org.matrix.msc3381.poll.start': {
        kind: 'org.matrix.msc3381.poll.disclosed',
        max_selections: 1,
        question: { 'org.matrix.msc1767.text': question },
        answers: answers.map((text, at) => ({ id: `answer-${at}`, 'org.matrix.msc1767.text': text })),
      },
    });

  read = (roomID, eventID, type = ReceiptType.Read) =>
    this.call('POST', `/rooms/${encodeURIComponent(roomID)}/receipt/${type}/${encodeURIComponent(eventID)}`, { body: {} });

  typing = (roomID, is = true) => this.client.sendTyping(roomID, is, 20_000);
}

export const isEdit = (event) => event.content?.['m.relates_to']?.rel_type === 'm.replace';

/** The content of a message as a client would show it now: what the newest edit of its author made of it. */
export function shown(event) {
  const replacement = event.unsigned?.['m.relations']?.['m.replace'];
  return replacement ? replacement.content['m.new_content'] : event.content;
}

/** The files of `events` that are messages, each body once: what exactly once and in order is about. */
export function bodies(events, fits = () => true) {
  const all = events.filter((event) => event.content?.body !== undefined && !isEdit(event) && fits(event.content.body));
  assert.equal(new Set(all.map((event) => event.event_id)).size, all.length, 'an event id came twice');
  return all.map((event) => event.content.body);
}
