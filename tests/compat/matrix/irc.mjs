// A real IRC network for tests: Debian's ngircd on loopback, and a client for it that is nothing but a socket and lines.
import { spawn } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../server.mjs';
import { eventually } from '../support.mjs';
import { memoryFolder, program } from './homeserver.mjs';

/** Starts an IRC server; it ends with this process if not before. Gives `{ port, stop() }`. */
export async function startIrcServer() {
  const [port, folder] = [await freePort(), await memoryFolder('irc')];
  const file = join(folder, 'ngircd.conf');
  await writeFile(file, settings(port));
  const child = spawn(program('ngircd'), ['run', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said = (said + text).slice(-4_000)));
  const ended = new Promise((resolve) => child.once('close', resolve));
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  await eventually(
    () => {
      if (child.exitCode !== null) throw new Error(said);
      return /now listening|listening on/i.test(said) || answers(port);
    },
    'the IRC server answers',
    15_000,
  );
  return {
    port,
    async stop() {
      end();
      process.removeListener('exit', end);
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const answers = (port) =>
  new Promise((resolve) => {
    const probe = connect(port, '127.0.0.1', () => resolve(true));
    probe.once('error', () => resolve(false)).once('close', () => resolve(false));
    probe.once('connect', () => probe.destroy());
  });

const settings = (port) => `[Global]
Name = irc.hs.test
Info = A network for tests
Listen = 127.0.0.1
Ports = ${port}
MotdPhrase = "Hello"
ServerUID = ${process.getuid?.() === 0 ? 'irc' : process.getuid?.()}
ServerGID = ${process.getuid?.() === 0 ? 'irc' : process.getgid?.()}
[Limits]
MaxConnectionsIP = 0
MaxJoins = 0
MaxNickLength = 30
MaxPenaltyTime = 0
PingTimeout = 120
[Options]
DNS = no
Ident = no
PAM = no
SyslogFacility = daemon
`;

/** One connection to an IRC server. `on(line)` gets every line as `{ from, command, words, text }`; `text` is the last word. */
export class IrcClient {
  lines = [];
  listeners = new Set();

  constructor(port, nick) {
    this.nick = nick;
    this.socket = connect(port, '127.0.0.1');
    let rest = '';
    this.socket.setEncoding('utf8').on('data', (data) => {
      const lines = (rest + data).split('\r\n');
      rest = lines.pop();
      for (const line of lines) this.#take(line);
    });
    this.socket.on('error', () => {});
  }

  static async open(port, nick, channel) {
    const client = new IrcClient(port, nick);
    client.write(`NICK ${nick}`);
    client.write(`USER ${nick} 0 * :${nick}`);
    await client.next((line) => line.command === '001', 'the welcome');
    if (channel) await client.join(channel);
    return client;
  }

  #take(raw) {
    const [, , from, command, rest] = /^(:([^ !]+)\S* )?(\S+) ?(.*)$/.exec(raw);
    if (command === 'PING') return this.write(`PONG ${rest}`);
    const [middle, ...trailing] = ` ${rest}`.split(' :');
    const words = [...middle.trim().split(' ').filter(Boolean), ...(trailing.length ? [trailing.join(' :')] : [])];
    const line = { from, command, words, text: words.at(-1) };
    this.lines.push(line);
    this.listeners.forEach((listener) => listener(line));
  }

  /** One line; line breaks in it cannot begin another command. */
  write(line) {
    this.socket.write(`${line.replace(/[\r\n]+/g, ' ')}\r\n`);
  }

  async join(channel) {
    this.write(`JOIN ${channel}`);
    await this.next((line) => line.command === '366' && line.words.includes(channel), `the names of ${channel}`);
  }

  say(target, text) {
    this.write(`PRIVMSG ${target} :${text}`);
  }

  next = (fits, what = fits, milliseconds) => eventually(() => this.lines.find(fits), `${this.nick} on IRC saw ${what}`, milliseconds);

  /** The line somebody said in a channel, or to this nick. */
  heard = (target, text, milliseconds) =>
    this.next((line) => line.command === 'PRIVMSG' && line.words[0] === target && line.text === text, `“${text}”`, milliseconds);

  close() {
    this.socket.destroy();
  }
}
