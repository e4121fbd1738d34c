// What the clients asked for and what they were promised. It says what must be true after any kill.

/**
 * A value that one client sets, one request at a time. What was answered holds. What was asked for and not answered may
 * have happened, or may yet.
 */
export class Register {
  #value;
  #asked = [];

  constructor(value) {
    this.#value = value;
  }

  /** Sets it by `request`. The answer ends all doubt; a refusal means it did not happen; silence leaves it open. */
  async set(value, request) {
    this.#asked.push(value);
    try {
      await request();
    } catch (error) {
      if (error.status < 500) this.#asked.splice(this.#asked.lastIndexOf(value), 1);
      throw error;
    }
    this.#value = value;
    this.#asked = [];
  }

  get allowed() {
    return [this.#value, ...this.#asked];
  }

  get isCertain() {
    return this.#asked.length === 0;
  }

  allows(value) {
    return this.allowed.includes(value);
  }

  /** Everything has come to rest: what is there now stays. */
  settle(value) {
    this.#value = value;
    this.#asked = [];
  }
}

/** A message that a lane sent, or tried to. Its token is a word that no other message has, and stays through edits. */
export class Sent {
  /** The message's id at the sender, once a request for it was answered. */
  id = null;
  deleted = new Register(false);
  /** Deleted for the sender alone. */
  removed = new Register(false);
  /** By lane. */
  reactions = new Map();

  constructor(token, lane, conversation, text, body, round) {
    Object.assign(this, { token, lane, conversation, body, round, key: `key-${token}`, text: new Register(text) });
  }

  get isAcknowledged() {
    return this.id !== null;
  }

  /** Whether it may be edited, deleted and reacted to without guessing. */
  get isPlain() {
    return this.isAcknowledged && !this.deleted.allows(true) && !this.removed.allows(true);
  }

  reactionOf(lane) {
    if (!this.reactions.has(lane)) this.reactions.set(lane, new Register(false));
    return this.reactions.get(lane);
  }
}

/** The token of a message's text: its first word. */
export const tokenOf = (text) => (text ?? '').split(' ', 1)[0];

/** Some people who share a chat, and each one's id of it. */
export class Conversation {
  constructor(name, people, chatIDs) {
    this.name = name;
    this.sides = people.map((who, index) => ({ who, chatID: chatIDs[index], fences: ['0'], known: new Map() }));
  }

  sideOf(who) {
    return this.sides.find((side) => side.who === who);
  }
}

/** All that was sent, by token. */
export class Ledger {
  round = 0;
  messages = new Map();

  add(sent) {
    this.messages.set(sent.token, sent);
  }

  /** What may still change, and so is looked at after each kill. */
  get recent() {
    return [...this.messages.values()].filter((sent) => sent.round >= this.round - 1);
  }

  get all() {
    return [...this.messages.values()];
  }
}
