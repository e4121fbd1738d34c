// A small IRC bridge: a channel is a portal, whoever is in it is a ghost, and what the user writes is said by the user's own nick.
import { Bridge } from './bridge.mjs';
import { IrcClient } from './irc.mjs';

/** What IRC can do: text and nothing else. */
const FEATURES = {
  id: 'irc.1',
  formatting: { bold: 1, italic: 1 },
  max_text_length: 400,
  state: { 'm.room.topic': { level: 2 } },
  member_actions: { leave: 2 },
};

export class IrcBridge {
  /** IRC names make no difference between upper and lower case. */
  #portals = new Map();
  #queue = Promise.resolve();

  constructor(bridge, ircPort) {
    this.bridge = bridge;
    this.ircPort = ircPort;
    bridge.onEvent = (event, portal) => this.#toIrc(event, portal);
  }

  static async start(homeserver, ircPort, options = {}) {
    const bridge = await Bridge.start(homeserver, 'irc', { protocol: 'irc', name: 'IRC', sendStatus: 'SUCCESS', ...options });
    return new IrcBridge(bridge, ircPort);
  }

  /** Signs a Matrix user in on IRC under a nick. */
  async login(userID, nick) {
    this.user = await this.bridge.login(userID, { id: nick });
    this.irc = await IrcClient.open(this.ircPort, nick);
    this.irc.listeners.add((line) => {
      // One after the other, so that what was said stays in order.
      this.#queue = this.#queue.then(() => this.#fromIrc(line)).catch((error) => (this.failure ??= error));
    });
    return this.user;
  }

  /** Joins a channel on IRC and makes its room; gives the room's id. */
  async join(channel) {
    const names = this.irc.next((line) => line.command === '353' && line.words.includes(channel), 'who is there');
    await this.irc.join(channel);
    const others = (await names).text
      .trim()
      .split(/\s+/)
      .map((name) => name.replace(/^[~&@%+]+/, ''))
      .filter((nick) => nick !== this.irc.nick);
    const ghosts = await Promise.all(others.map((nick) => this.bridge.ghost(nick)));
    const portal = await this.bridge.portal(this.user, { id: channel, type: 'group', name: channel, ghosts, features: FEATURES });
    this.#portals.set(channel.toLowerCase(), portal);
    return portal.roomID;
  }

  async #fromIrc({ from, command, words, text }) {
    if (!from || from === this.irc.nick || from.includes('.')) return;
    const target = command === 'PRIVMSG' && words[0] === this.irc.nick ? from : words[0];
    if (command === 'PRIVMSG') {
      const portal = this.#portals.get(target.toLowerCase()) ?? (await this.#direct(from));
      const [, action] = /^\u0001ACTION (.*)\u0001$/.exec(text) ?? [];
      const ghost = await this.#present(portal, from);
      await this.bridge.send(portal.roomID, ghost, { msgtype: action ? 'm.emote' : 'm.text', body: action ?? text, 'm.mentions': {} });
    } else if (command === 'QUIT') {
      const ghost = this.bridge.ghostID(from);
      for (const portal of this.#portals.values()) if (portal.present?.delete(ghost)) await this.bridge.leave(portal.roomID, ghost);
    } else {
      const portal = this.#portals.get(target?.toLowerCase());
      if (!portal) return;
      if (command === 'JOIN') await this.#present(portal, from);
      if (command === 'TOPIC') await this.bridge.setState(portal.roomID, 'm.room.topic', { topic: text });
      if (command === 'PART') await this.bridge.leave(portal.roomID, await this.#present(portal, from, false));
    }
  }

  async #direct(nick) {
    const portal = await this.bridge.portal(this.user, {
      id: nick,
      type: 'dm',
      ghosts: [await this.bridge.ghost(nick)],
      features: FEATURES,
    });
    this.#portals.set(nick.toLowerCase(), portal);
    return portal;
  }

  /** The ghost of a nick, which is in the room from now on, or from now on is not. */
  async #present(portal, nick, is = true) {
    const ghost = await this.bridge.ghost(nick);
    portal.present ??= new Set(
      Object.keys((await this.bridge.as('GET', `/rooms/${encodeURIComponent(portal.roomID)}/joined_members`)).joined),
    );
    if (is && !portal.present.has(ghost)) await this.bridge.add(portal.roomID, ghost);
    if (is) portal.present.add(ghost);
    else portal.present.delete(ghost);
    return ghost;
  }

  #toIrc({ type, content, state_key }, { id }) {
    if (type === 'm.room.message') {
      for (const line of content.body.split('\n').filter(Boolean))
        this.irc.say(id, content.msgtype === 'm.emote' ? `\u0001ACTION ${line}\u0001` : line);
    } else if (type === 'm.room.topic' && state_key === '') {
      this.irc.write(`TOPIC ${id} :${content.topic}`);
    }
  }

  async stop() {
    this.irc?.close();
    await this.#queue;
    await this.bridge.stop();
  }
}
