// What stands between Switchboard and the homeserver when the network is bad. Two layers on one port: the outer one counts bytes
// and cuts connections wherever they are; the inner one reads HTTP and answers, delays, truncates, loses or repeats on command.
import { once } from 'node:events';
import { Agent, createServer as createHttpServer, request as httpRequest } from 'node:http';
import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Chance } from '../fire/random.mjs';

export class Proxy {
  static #running = new Set();

  /** Ends the proxies that a failed test left running. */
  static async endAll() {
    await Promise.all([...Proxy.#running].map((proxy) => proxy.stop()));
  }

  /** What has happened so far. `requests` are `{ method, path, status }`, where the status is what the client was given, if anything. */
  counts = { connections: 0, cuts: 0, bytes: 0, answered: 0, slowed: 0, truncated: 0, lost: 0, silenced: 0, repeated: 0 };
  requests = [];
  #rules = [];
  #sockets = new Set();
  #last = new Map();
  #agent = new Agent({ keepAlive: true, maxSockets: 64 });

  /** In front of a homeserver; `target` may be changed later. */
  static async start(homeserver, seed = 1) {
    const proxy = new Proxy();
    proxy.target = homeserver.port;
    proxy.chance = new Chance(seed, 'proxy');
    proxy.inner = createHttpServer((request, response) => proxy.#serve(request, response));
    proxy.inner.keepAliveTimeout = 60_000;
    proxy.outer = createServer((socket) => proxy.#carry(socket));
    for (const server of [proxy.inner, proxy.outer]) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
    proxy.port = proxy.outer.address().port;
    proxy.baseURL = `http://127.0.0.1:${proxy.port}`;
    Proxy.#running.add(proxy);
    return proxy;
  }

  async stop() {
    Proxy.#running.delete(this);
    this.clear();
    this.outer.close();
    this.inner.close();
    this.drop();
    this.inner.closeAllConnections();
    this.#agent.destroy();
  }

  // --- commands ----------------------------------------------------------------------------------------------------

  /** From now on every connection is cut after so many bytes, both ways counted, from `least` to `most`, small numbers more often. */
  cut(least, most) {
    this.limits = () => Math.floor(least + (most - least) * this.chance.next() ** 4);
  }

  /** Refuses and cuts everything until `clear`: the network is gone. */
  down() {
    this.isDown = true;
    this.drop();
  }

  /** Cuts the connections that are open now. */
  drop() {
    this.#sockets.forEach((socket) => socket.destroy());
  }

  // Each of these takes a pattern for `METHOD /path?query` and how many requests it is for (Infinity by default).

  /** Answers by itself; the homeserver is not asked. */
  answer = (pattern, { status, headers = {}, body = {} }, times) => this.#rule('answer', pattern, times, { status, headers, body });
  /** Lets the request through, and the answer only at this many bytes a second. */
  slow = (pattern, bytesPerSecond, times) => this.#rule('slow', pattern, times, { bytesPerSecond });
  /** Lets the request through, and ends the answer somewhere in its body although its length said more. */
  truncate = (pattern, times) => this.#rule('truncate', pattern, times);
  /** Lets the request through and throws the answer away: the homeserver did it, and the client does not know. */
  lose = (pattern, times) => this.#rule('lose', pattern, times);
  /** Takes the request and never answers, nor asks the homeserver. */
  silence = (pattern, times) => this.#rule('silence', pattern, times);
  /** Gives the last good answer to such a request once more, and the homeserver is not asked. */
  repeat = (pattern, times) => this.#rule('repeat', pattern, times);

  /** Ends all of that. */
  clear() {
    this.#rules = [];
    this.limits = undefined;
    this.isDown = false;
  }

  #rule(kind, pattern, times = Infinity, more = {}) {
    const rule = { kind, pattern, left: times, ...more };
    this.#rules.push(rule);
    return rule;
  }

  // --- the outer layer ---------------------------------------------------------------------------------------------

  #carry(socket) {
    if (this.isDown) return socket.destroy();
    this.counts.connections++;
    const inner = connect(this.inner.address().port, '127.0.0.1');
    let left = this.limits?.() ?? Infinity;
    const end = () => {
      for (const one of [socket, inner]) {
        one.destroy();
        this.#sockets.delete(one);
      }
    };
    const pass = (to) => (data) => {
      this.counts.bytes += data.length;
      // A limit that comes while the connection is open counts from then on.
      if (this.limits && left === Infinity) left = this.limits();
      left -= data.length;
      if (left > 0 || !this.limits) return to.write(data);
      this.counts.cuts++;
      // What was before the cut still arrives.
      to.write(data.subarray(0, Math.max(0, data.length + left)), end);
    };
    socket.on('data', pass(inner));
    inner.on('data', pass(socket));
    for (const one of [socket, inner]) {
      this.#sockets.add(one);
      one.setNoDelay(true).on('error', end).on('close', end);
    }
  }

  // --- the inner layer ---------------------------------------------------------------------------------------------

  async #serve(request, response) {
    const [parts, entry] = [[], { method: request.method, path: request.url, at: Date.now() }];
    this.requests.push(entry);
    response.on('error', () => {}).on('finish', () => (entry.status = response.statusCode));
    try {
      for await (const part of request) parts.push(part);
    } catch {
      return; // The client is gone.
    }
    const line = `${request.method} ${request.url}`;
    const rule = this.#rules.find((one) => one.left > 0 && one.pattern.test(line));
    if (rule) rule.left--;
    if (rule?.kind === 'silence') return void this.counts.silenced++;
    if (rule?.kind === 'answer') {
      this.counts.answered++;
      const text = typeof rule.body === 'string' ? rule.body : JSON.stringify(rule.body);
      return void response.writeHead(rule.status, { 'content-type': 'application/json', ...rule.headers }).end(text);
    }
    const known = rule?.kind === 'repeat' && this.#last.get(rule.pattern.source);
    if (known) {
      this.counts.repeated++;
      return void response.writeHead(known.status, known.headers).end(known.body);
    }
    await this.#forward(request, Buffer.concat(parts), response, rule);
  }

  async #forward({ method, url, headers }, body, response, rule) {
    const upstream = httpRequest({ host: '127.0.0.1', port: this.target, method, path: url, headers, agent: this.#agent });
    response.on('close', () => upstream.destroy());
    try {
      upstream.end(body);
      const [answer] = await once(upstream, 'response');
      const parts = [];
      for await (const part of answer) parts.push(part);
      await this.#give(`${method} ${url}`, answer, Buffer.concat(parts), response, rule);
    } catch {
      // The homeserver does not answer, or the client has gone: neither hears more.
      response.destroy();
    }
  }

  async #give(line, { statusCode: status, headers }, body, response, rule) {
    const { 'transfer-encoding': _, connection: __, ...kept } = { ...headers, 'content-length': body.length };
    if (status === 200)
      for (const { kind, pattern } of this.#rules)
        if (kind === 'repeat' && pattern.test(line)) this.#last.set(pattern.source, { status, headers: kept, body });
    if (rule?.kind === 'lose') {
      this.counts.lost++;
      return response.destroy();
    }
    response.writeHead(status, kept);
    if (rule?.kind === 'truncate') {
      this.counts.truncated++;
      response.write(body.subarray(0, this.chance.below(Math.max(1, body.length))));
      await pause(5);
      return response.destroy();
    }
    if (rule?.kind !== 'slow') return response.end(body);
    this.counts.slowed++;
    const step = Math.max(1, Math.ceil(rule.bytesPerSecond / 20));
    for (let at = 0; at < body.length && !response.destroyed; at += step) {
      response.write(body.subarray(at, at + step));
      await pause(50);
    }
    response.end();
  }
}
