// One client in the traffic: a person's program that does one thing after the other until its server is gone.
import assert from 'node:assert/strict';
import { Register, Sent, tokenOf } from './ledger.mjs';

const usual = { send: 40, edit: 14, react: 16, delete: 4, remove: 2, read: 8, search: 4, draft: 4, archive: 4, mute: 2, rename: 2 };
const KEPT_IN_REACH = 60;

export class Lane {
  #sent = 0;
  #edits = 0;
  #drafts = 0;
  /** What it sent of late, and so may edit and delete. */
  #mine = [];
  /** Of its quiet chat, where nobody writes. */
  settings = { isArchived: new Register(false), isMuted: new Register(false), draft: new Register(null), title: null };
  /** By conversation: the sort key up to which it has read. */
  readTo = new Map();

  constructor({ name, who, emoji, conversations, quiet, ledger, chance, weights = usual }) {
    Object.assign(this, { name, who, emoji, conversations, quiet, ledger, chance, weights });
    this.settings.title = new Register(quiet.name);
  }

  /** Acts until `isOver()`. Only the end of the server may cut a request off. */
  async run(isOver) {
    while (!isOver()) {
      try {
        await this.#act(this.chance.weighed(this.weights));
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        if (error.status) {
          assert.ok(this.#mayBeRefused(error), `${this.name}: ${error.message}`);
        } else if (isOver()) {
          return;
        } else {
          throw new Error(`${this.name}: a request failed though the server was not killed: ${error.message}`, { cause: error });
        }
      }
    }
  }

  /** Others delete what one reacts to, and a send may take longer than a request waits for it. */
  #mayBeRefused = (error) =>
    [404, 409].includes(error.status) || /was deleted/.test(error.message) || this.toleratedStatus?.(error.status);

  #act(what) {
    switch (what) {
      case 'send':
        return this.send(this.chance.pick(this.conversations));
      case 'edit':
        return this.#edit();
      case 'react':
        return this.#react();
      case 'delete':
        return this.#take((sent, side) => sent.deleted.set(true, () => this.who.sdk.messages.delete(sent.id, { chatID: side.chatID })));
      case 'remove':
        return this.#take((sent, side) =>
          sent.removed.set(true, () => this.who.sdk.messages.delete(sent.id, { chatID: side.chatID, forEveryone: false })),
        );
      case 'read':
        return this.#read();
      case 'search':
        return this.who.sdk.messages.search({ query: 'fire', limit: 20 });
      case 'draft':
        return this.#draft();
      case 'archive':
        return this.#toggle('isArchived', (chatID, archived) => this.who.sdk.chats.archive(chatID, { archived }));
      case 'mute':
        return this.#toggle('isMuted', (chatID, isMuted) => this.who.sdk.chats.update(chatID, { isMuted }));
      case 'rename':
        return this.#rename();
      default:
        throw new Error(`No lane can ${what}.`);
    }
  }

  async send(conversation) {
    const token = `${this.name}n${this.#sent++}`;
    const text = `${token} fire in round ${this.ledger.round}${this.#filler()}`;
    const sent = new Sent(token, this, conversation, text, { text }, this.ledger.round);
    if (this.chance.next() < 0.04) {
      const content = Buffer.from(text).toString('base64');
      const { uploadID } = await this.who.sdk.assets.uploadBase64({ content, fileName: `${token}.txt` });
      sent.body.attachment = { uploadID };
    }
    this.ledger.add(sent);
    await this.deliver(sent);
    return sent;
  }

  /** Some messages are as long as `longest` says, so that they need room. */
  #filler = () => (this.longest && this.chance.next() < 0.3 ? ` ${'long '.repeat(this.longest / 5)}`.trimEnd() : '');

  /** Sends, or sends again: under its key it is one message however often this is called. */
  async deliver(sent) {
    const { chatID } = sent.conversation.sideOf(this.who);
    const { pendingMessageID } = await this.who.sdk.messages.send(chatID, sent.body, { headers: { 'Idempotency-Key': sent.key } });
    if (sent.isAcknowledged) {
      assert.equal(pendingMessageID, sent.id, `${sent.token} was answered with another id when it was sent again`);
      return;
    }
    sent.id = pendingMessageID;
    this.#mine.push(sent);
    if (this.#mine.length > KEPT_IN_REACH) this.#mine.shift();
  }

  #candidate(fits = () => true) {
    const candidates = this.#mine.filter((sent) => sent.isPlain && sent.round >= this.ledger.round - 1 && fits(sent));
    return candidates.length === 0 ? null : this.chance.pick(candidates);
  }

  async #edit() {
    const sent = this.#candidate((candidate) => !candidate.body.attachment);
    if (!sent) return;
    const text = `${sent.token} fire edit ${++this.#edits}`;
    await sent.text.set(text, () => this.who.sdk.messages.update(sent.id, { chatID: sent.conversation.sideOf(this.who).chatID, text }));
  }

  /** Takes back a message of its own that is not the newest: there is always something to look at. */
  async #take(take) {
    const sent = this.#candidate();
    if (sent) await take(sent, sent.conversation.sideOf(this.who));
  }

  /** Reacts to anybody's message, or takes the reaction back. */
  async #react() {
    const { chatID } = this.chance.pick(this.conversations).sideOf(this.who);
    const { items } = await this.who.sdk.messages.list(chatID, { limit: 25 });
    const seen = items.filter((message) => this.#sentOf(message)?.round >= this.ledger.round - 1 && !message.isDeleted);
    if (seen.length === 0) return;
    const message = this.chance.pick(seen);
    const sent = this.#sentOf(message);
    const register = sent.reactionOf(this);
    const { reactions } = this.who.sdk.chats.messages;
    const want = !register.allowed.at(-1);
    const request = want
      ? () => reactions.add(message.id, { chatID, reactionKey: this.emoji })
      : () => reactions.delete(this.emoji, { chatID, messageID: message.id });
    await register.set(want, request);
  }

  #sentOf = (message) => this.ledger.messages.get(tokenOf(message.text));

  async #read() {
    const conversation = this.chance.pick(this.conversations);
    const { chatID } = conversation.sideOf(this.who);
    const [newest] = (await this.who.sdk.messages.list(chatID, { limit: 5 })).items;
    if (!newest) return;
    await this.who.sdk.chats.markRead(chatID, { messageID: newest.id });
    const before = this.readTo.get(conversation) ?? '';
    if (newest.sortKey > before) this.readTo.set(conversation, newest.sortKey);
  }

  async #draft() {
    const { chatID } = this.quiet.sideOf(this.who);
    const { draft } = this.settings;
    if (!draft.allows(null) || !draft.isCertain) return draft.set(null, () => this.who.sdk.chats.update(chatID, { draft: null }));
    const text = `draft ${++this.#drafts}`;
    return draft.set(text, () => this.who.sdk.chats.update(chatID, { draft: { text } }));
  }

  #toggle(name, request) {
    const register = this.settings[name];
    const want = !register.allowed.at(-1);
    return register.set(want, () => request(this.quiet.sideOf(this.who).chatID, want));
  }

  #rename() {
    const title = `Quiet ${this.name} ${++this.#edits}`;
    return this.settings.title.set(title, () => this.who.sdk.chats.update(this.quiet.sideOf(this.who).chatID, { title }));
  }
}
