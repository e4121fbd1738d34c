// An application service that behaves like a bridge of the bridgev2 kind: ghosts, portals, logins with a space each, and the
// state and status events by which a client tells all that apart. The other network is the test: it speaks through ghosts.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { eventually } from '../support.mjs';

/** What the other network can do, as a bridge says it (`com.beeper.room_features`). */
export const FEATURES = {
  id: 'test.features.2026_01',
  formatting: { bold: 2, italic: 2, inline_link: 2, 'code_block.syntax_highlighting': 0 },
  file: {
    'm.image': { mime_types: { 'image/png': 2, 'image/*': 1 }, caption: 2, max_caption_length: 1024, max_size: 5_000_000, max_width: 4096 },
    'm.file': { mime_types: { '*/*': 2 }, caption: 1, max_size: 10_000_000 },
    'org.matrix.msc3245.voice': { mime_types: { 'audio/ogg': 2 }, max_duration: 60 },
  },
  state: { 'm.room.name': { level: 2 }, 'm.room.topic': { level: 1 }, 'com.beeper.disappearing_timer': { level: 2 } },
  member_actions: { invite: 2, kick: 1, leave: 2, ban: -2 },
  max_text_length: 4096,
  location_message: 1,
  poll: 0,
  thread: 0,
  reply: 2,
  edit: 2,
  edit_max_count: 10,
  edit_max_age: 900,
  delete: 2,
  delete_max_age: 172_800,
  delete_for_me: false,
  disappearing_timer: { types: ['after_send'], timers: [3_600_000, 86_400_000], omit_empty_timer: false },
  reaction: 2,
  reaction_count: 1,
  allowed_reactions: ['👍️', '❤️', '😂️'],
  custom_emoji_reactions: false,
  read_receipts: true,
  typing_notifications: true,
  archive: false,
  mark_as_unread: false,
  delete_chat: true,
};

/** A name of the other network as part of a user id: upper case and what user ids cannot hold is spelled out. */
export const encodeID = (id) =>
  [...Buffer.from(id)]
    .map((byte) => String.fromCharCode(byte))
    .map((character) => {
      if (/[a-z0-9.+-]/.test(character)) return character;
      if (/[A-Z]/.test(character)) return `_${character.toLowerCase()}`;
      return character === '_' ? '__' : `=${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
    })
    .join('');

export class Bridge {
  static #running = new Set();

  /** Ends the bridges that a failed test left running. */
  static async endAll() {
    await Promise.all([...Bridge.#running].map((bridge) => bridge.stop()));
  }

  /** What Matrix users did in portals, in order: raw events. */
  received = [];
  /** Typing and receipts that were pushed here. */
  ephemeral = [];
  portals = new Map();
  /** Matrix user id → access token of those whose account the bridge may use. */
  doublePuppets = new Map();
  #botUser;
  #ghosts = new Map();
  #transactions = new Set();
  #counter = 0;
  #turn = Promise.resolve();

  /**
   * `service` is one of SERVICES. `sendStatus`: what the bridge says of every message (`SUCCESS`, `PENDING`, `FAIL_RETRIABLE`,
   * `FAIL_PERMANENT`, or null for nothing). `deliveryReceipts`: the bot reads what was delivered. `bot` is what the bot is called,
   * if not as usual: a name that begins with the service's and `_`.
   */
  constructor(homeserver, service, { protocol = service, name = service, sendStatus = null, deliveryReceipts = false, bot } = {}) {
    Object.assign(this, { homeserver, service, sendStatus, deliveryReceipts });
    Object.assign(this, homeserver.services[service]);
    this.protocol = { id: protocol, displayname: name, external_url: 'https://network.example' };
    this.botID = `@${bot ?? `${service}bot`}:${homeserver.serverName}`;
    this.#botUser = bot ? this.botID : undefined;
    this.stateKey = `${homeserver.serverName}/${service}`;
  }

  static async start(homeserver, service, options) {
    const bridge = new Bridge(homeserver, service, options);
    bridge.http = createServer((request, response) => bridge.#answer(request, response));
    bridge.http.listen(bridge.port, '127.0.0.1');
    await once(bridge.http, 'listening');
    Bridge.#running.add(bridge);
    await bridge.#register(bridge.botID.slice(1, bridge.botID.indexOf(':')), `${bridge.protocol.displayname} bridge bot`);
    return bridge;
  }

  async stop() {
    Bridge.#running.delete(this);
    this.http.closeAllConnections();
    this.http.close();
  }

  /** A request as the bot, or as one of the ghosts. `ts` dates an event. */
  as = (method, path, body, { user = this.#botUser, ts } = {}) =>
    this.homeserver.call(method, `/_matrix/client/v3${path}`, { token: this.asToken, body, query: { user_id: user ?? undefined, ts } });

  async #register(localpart, displayName) {
    const body = { type: 'm.login.application_service', username: localpart, inhibit_login: true };
    await this.as('POST', '/register', body, { user: null }).catch((error) => {
      if (error.errcode !== 'M_USER_IN_USE') throw error;
    });
    const user = `@${localpart}:${this.homeserver.serverName}`;
    if (displayName) await this.as('PUT', `/profile/${encodeURIComponent(user)}/displayname`, { displayname: displayName }, { user });
    return user;
  }

  // --- people and chats of the other network -----------------------------------------------------------------------

  ghostID = (id) => `@${this.service}_${encodeID(id)}:${this.homeserver.serverName}`;

  /** Someone of the other network; made when asked for the first time. `avatar` is an mxc address. */
  async ghost(id, name = id, { avatar, identifiers } = {}) {
    const user = this.ghostID(id);
    if (this.#ghosts.get(user) === name) return user;
    await this.#register(user.slice(1, user.indexOf(':')), name);
    this.#ghosts.set(user, name);
    const profile = `/profile/${encodeURIComponent(user)}`;
    if (avatar) await this.as('PUT', `${profile}/avatar_url`, { avatar_url: avatar }, { user });
    // Not every homeserver keeps fields of the bridge's own; a client must live without them.
    if (identifiers) {
      const fields = { 'com.beeper.bridge.identifiers': identifiers, 'com.beeper.bridge.remote_id': id };
      for (const [field, value] of Object.entries(fields))
        await this.as('PUT', `${profile}/${field}`, { [field]: value }, { user }).catch(() => {});
    }
    return user;
  }

  /** The login of a Matrix user on the other network, with a space that the user is invited to. `puppet` is an account of theirs. */
  async login(userID, { id, name = id, doublePuppet, hasSpace = true } = {}) {
    const login = { id, name, userID, ownGhost: await this.ghost(id, name) };
    if (doublePuppet) this.doublePuppets.set(userID, doublePuppet);
    if (!hasSpace) return login;
    const info = this.#info({ channel: { id: '__personal_filtering_space__', 'fi.mau.receiver': id }, userID });
    const body = {
      name: `${this.protocol.displayname} (${name})`,
      creation_content: { type: 'm.space' },
      preset: 'private_chat',
      initial_state: this.#infoState({
        ...info,
        'com.beeper.room_type': 'personal_filtering_space',
        'com.beeper.room_type.v2': 'personal_filtering_space',
      }),
      invite: [userID],
    };
    login.space = (await this.as('POST', '/createRoom', body)).room_id;
    if (doublePuppet) await this.#joinAsPuppet(userID, login.space);
    return login;
  }

  /**
   * A chat of the other network as a room. `type`: `dm`, `group_dm` or `group`. `ghosts` are user ids. Without `name` the room
   * has none, as direct chats have by default. `features: null` leaves out what the network can do.
   */
  async portal(
    login,
    { id, type = 'group', name, topic, ghosts, features = FEATURES, timer, isRequest = false, shared = type === 'group', receiver },
  ) {
    const channel = { id, displayname: name ?? id, 'fi.mau.receiver': receiver ?? (shared ? '' : login.id) };
    if (isRequest) channel['com.beeper.message_request'] = true;
    const info = this.#info({ channel, userID: login.userID });
    if (type !== 'group') Object.assign(info, { 'com.beeper.room_type': 'dm', 'com.beeper.room_type.v2': type });
    const state = (stateType, content, key = '') => ({ type: stateType, state_key: key, content });
    const initial = [
      ...this.#infoState(info),
      state('io.element.functional_members', { service_members: [this.botID] }),
      ...(features ? [state('com.beeper.room_features', features, this.stateKey)] : []),
      ...(timer ? [state('com.beeper.disappearing_timer', timer)] : []),
    ];
    const body = {
      ...(name ? { name } : {}),
      ...(topic ? { topic } : {}),
      preset: 'private_chat',
      is_direct: type === 'dm',
      // Older rooms say who made them in the power levels; newer ones must not.
      room_version: '11',
      power_level_content_override: {
        users: { [this.botID]: 9001 },
        events: { 'm.room.name': 0, 'm.room.topic': 0, 'm.room.avatar': 0, 'com.beeper.disappearing_timer': 0 },
      },
      initial_state: initial,
      invite: [login.userID, ...ghosts],
    };
    const { room_id: roomID } = await this.as('POST', '/createRoom', body);
    for (const ghost of ghosts) await this.join(roomID, ghost);
    if (login.space) {
      await this.as('PUT', `/rooms/${encodeURIComponent(login.space)}/state/m.space.child/${encodeURIComponent(roomID)}`, {
        via: [this.homeserver.serverName],
      });
    }
    const portal = { roomID, id, type, login };
    this.portals.set(roomID, portal);
    if (this.doublePuppets.has(login.userID)) await this.#joinAsPuppet(login.userID, roomID);
    return portal;
  }

  #info = ({ channel, userID }) => ({ bridgebot: this.botID, creator: userID, protocol: this.protocol, channel });

  #infoState = (content) => ['m.bridge', 'uk.half-shot.bridge'].map((type) => ({ type, state_key: this.stateKey, content }));

  join = (roomID, user) => this.as('POST', `/join/${encodeURIComponent(roomID)}`, {}, { user });

  leave = (roomID, user) => this.as('POST', `/rooms/${encodeURIComponent(roomID)}/leave`, {}, { user });

  /** Someone joins the chat on the other network. */
  async add(roomID, ghost) {
    await this.as('POST', `/rooms/${encodeURIComponent(roomID)}/invite`, { user_id: ghost });
    await this.join(roomID, ghost);
  }

  async #joinAsPuppet(userID, roomID) {
    await this.homeserver.call('POST', `/_matrix/client/v3/join/${encodeURIComponent(roomID)}`, {
      token: this.doublePuppets.get(userID),
      body: {},
    });
  }

  setState = (roomID, type, content, key = '') =>
    this.as('PUT', `/rooms/${encodeURIComponent(roomID)}/state/${type}/${encodeURIComponent(key)}`, content);

  // --- what happens on the other network ---------------------------------------------------------------------------

  /** An event by a ghost (or by the bot without one), dated `ts` if given; gives its id. */
  async send(roomID, ghost, content, { type = 'm.room.message', ts } = {}) {
    const path = `/rooms/${encodeURIComponent(roomID)}/send/${type}/b${process.pid}-${Date.now()}-${++this.#counter}`;
    return (await this.as('PUT', path, content, { user: ghost, ts })).event_id;
  }

  say = (roomID, ghost, body, { ts, ...more } = {}) =>
    this.send(roomID, ghost, { msgtype: 'm.text', body, 'm.mentions': {}, ...more }, { ts });

  /** What the user wrote on their phone, by their account where the bridge may use it, else by their own ghost. */
  async sayAsUser(roomID, body, { ts } = {}) {
    const { login } = this.portals.get(roomID);
    const token = this.doublePuppets.get(login.userID);
    if (!token) {
      // The own ghost is in a room only once it has spoken there.
      return this.say(roomID, login.ownGhost, body, { ts }).catch(async (error) => {
        if (error.errcode !== 'M_FORBIDDEN') throw error;
        await this.add(roomID, login.ownGhost);
        return this.say(roomID, login.ownGhost, body, { ts });
      });
    }
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomID)}/send/m.room.message/p${Date.now()}-${++this.#counter}`;
    const content = { msgtype: 'm.text', body, 'm.mentions': {}, 'fi.mau.double_puppet_source': this.service };
    return (await this.homeserver.call('PUT', path, { token, body: content })).event_id;
  }

  react = (roomID, ghost, eventID, key) =>
    this.send(roomID, ghost, { 'm.relates_to': { rel_type: 'm.annotation', event_id: eventID, key } }, { type: 'm.reaction' });

  edit = (roomID, ghost, eventID, body) => {
    const content = { msgtype: 'm.text', body, 'm.mentions': {} };
    return this.say(roomID, ghost, `* ${body}`, { 'm.new_content': content, 'm.relates_to': { rel_type: 'm.replace', event_id: eventID } });
  };

  redact = (roomID, ghost, eventID, reason) =>
    this.as(
      'PUT',
      `/rooms/${encodeURIComponent(roomID)}/redact/${encodeURIComponent(eventID)}/r${Date.now()}-${++this.#counter}`,
      { reason },
      { user: ghost },
    );

  read = (roomID, ghost, eventID) =>
    this.as('POST', `/rooms/${encodeURIComponent(roomID)}/receipt/m.read/${encodeURIComponent(eventID)}`, {}, { user: ghost });

  typing = (roomID, ghost, is = true) =>
    this.as(
      'PUT',
      `/rooms/${encodeURIComponent(roomID)}/typing/${encodeURIComponent(ghost)}`,
      { typing: is, timeout: 20_000 },
      { user: ghost },
    );

  /** Says how it went with an event of the user's; `ts` dates the report. */
  status = (roomID, eventID, status, more = {}, ts = undefined) =>
    this.send(
      roomID,
      undefined,
      { network: this.protocol.id, 'm.relates_to': { rel_type: 'm.reference', event_id: eventID }, status, ...more },
      { type: 'com.beeper.message_send_status', ts },
    );

  /** The first event a Matrix user sent into a portal that fits, now or when it comes. */
  got = (fits, what = fits, milliseconds) => eventually(() => this.received.find(fits), `the bridge got ${what}`, milliseconds);

  // --- what the homeserver pushes ----------------------------------------------------------------------------------

  async #answer(request, response) {
    const parts = [];
    for await (const part of request) parts.push(part);
    const [, number] = /^\/_matrix\/app\/v1\/transactions\/([^?]+)/.exec(request.url) ?? [];
    const isKnown = request.headers.authorization === `Bearer ${this.hsToken}`;
    response.writeHead(!isKnown ? 403 : number ? 200 : 404, { 'content-type': 'application/json' }).end('{}');
    // A transaction that was answered may come again all the same.
    if (!isKnown || !number || this.#transactions.has(number)) return;
    this.#transactions.add(number);
    const { events = [], ephemeral = [] } = JSON.parse(Buffer.concat(parts));
    this.ephemeral.push(...ephemeral);
    // The next transaction comes as soon as this one is answered, and must not overtake it.
    this.#turn = this.#turn.then(async () => {
      for (const event of events) if (this.#isFromUser(event)) await this.#handle(event);
    });
  }

  #isFromUser = ({ sender, content }) =>
    sender !== this.botID && !sender.startsWith(`@${this.service}_`) && content?.['fi.mau.double_puppet_source'] !== this.service;

  async #handle(event) {
    this.received.push(event);
    if (
      !this.portals.has(event.room_id) ||
      !/^m\.(room\.message|sticker|reaction|room\.redaction|room\.(name|topic|avatar))$/.test(event.type)
    )
      return;
    try {
      if (this.sendStatus) await this.status(event.room_id, event.event_id, this.sendStatus, this.#outcome());
      if (this.deliveryReceipts && event.state_key === undefined) await this.read(event.room_id, undefined, event.event_id);
      await this.onEvent?.(event, this.portals.get(event.room_id));
    } catch (error) {
      this.failure ??= error;
    }
  }

  #outcome() {
    if (this.sendStatus === 'SUCCESS') return { delivered_to_users: [] };
    if (this.sendStatus === 'PENDING') return {};
    return { reason: 'm.foreign_network_error', message: 'The network did not take it.', internal_error: 'status 503 from upstream' };
  }
}
