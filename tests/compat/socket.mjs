// A reader of the event socket that keeps every frame and waits for the ones a test asks for.
import assert from 'node:assert/strict';
import WebSocket from 'ws';

export class EventSocket {
  static #open = new Set();

  /** Ends the connections that a failed test left open. */
  static endAll() {
    EventSocket.#open.forEach((socket) => socket.ws.terminate());
  }

  frames = [];
  #position = 0;
  #waiting = new Set();

  /** Connects without waiting for anything. */
  constructor(server, token = server.token, { headers = {}, url } = {}) {
    this.ws = new WebSocket(url ?? `${server.baseURL.replace('http', 'ws')}/v1/ws`, {
      headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
    });
    EventSocket.#open.add(this);
    this.closed = new Promise((resolve) => {
      this.ws.on('close', (code, reason) => {
        EventSocket.#open.delete(this);
        resolve({ code, reason: reason.toString() });
        this.#waiting.forEach((look) => look());
      });
    });
    /** Status and body when the server answers the upgrade with a plain response; else never. */
    this.refused = new Promise((resolve) => {
      this.ws.on('unexpected-response', (_, response) => {
        let text = '';
        response
          .setEncoding('utf8')
          .on('data', (part) => {
            text += part;
          })
          .on('end', () => resolve({ status: response.statusCode, headers: new Headers(response.headers), text, json: parse(text) }));
      });
    });
    this.opened = new Promise((resolve) => this.ws.on('open', resolve));
    this.ws.on('error', () => {
      /* the close event follows and says the same */
    });
    this.ws.on('message', (data, binary) => {
      assert.equal(binary, false, 'frames are text');
      this.frames.push(JSON.parse(data.toString()));
      this.#waiting.forEach((look) => look());
    });
  }

  /** Connects, reads `ready`, and subscribes. */
  static async open(server, token, chatIDs = ['*']) {
    const socket = new EventSocket(server, token);
    await socket.next((frame) => frame.type === 'ready');
    if (chatIDs) await socket.set(chatIDs);
    return socket;
  }

  send(frame) {
    this.ws.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
  }

  /** Replaces the subscriptions and gives the acknowledgement. */
  async set(chatIDs, requestID = `r${Math.random()}`) {
    this.send({ type: 'subscriptions.set', requestID, chatIDs });
    return this.next((frame) => frame.requestID === requestID);
  }

  /** The next unread frame that fits; those before it count as read. */
  next(fits = () => true, milliseconds = 30_000) {
    return new Promise((resolve, reject) => {
      const look = () => {
        for (let at = this.#position; at < this.frames.length; at++) {
          if (!fits(this.frames[at])) continue;
          this.#position = at + 1;
          return done(resolve, this.frames[at]);
        }
        if (this.ws.readyState === WebSocket.CLOSED) done(reject, new Error('the socket closed before the frame came'));
      };
      const overdue = setTimeout(
        () =>
          done(reject, new Error(`no such frame: ${fits}; unread: ${JSON.stringify(this.frames.slice(this.#position)).slice(0, 2000)}`)),
        milliseconds,
      );
      const done = (settle, value) => {
        clearTimeout(overdue);
        this.#waiting.delete(look);
        settle(value);
      };
      this.#waiting.add(look);
      look();
    });
  }

  nextMessage = (chatID, fits = () => true) =>
    this.next((frame) => frame.type === 'message.upserted' && frame.chatID === chatID && frame.entries?.some(fits));

  nextChat = (chatID) => this.next((frame) => frame.type === 'chat.upserted' && frame.chatID === chatID);

  /** Frames of the kinds that carry `seq`. */
  get events() {
    return this.frames.filter((frame) => 'seq' in frame);
  }

  async close() {
    this.ws.close();
    return this.closed;
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
