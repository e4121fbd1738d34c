// A real homeserver for a test file: one of its own, or the one that `npm test` started for all files.
import { execFile, spawnSync } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../server.mjs';

const scripts = fileURLToPath(new URL('../../homeserver/', import.meta.url));
export const program = (name) => join(scripts, name);
const run = promisify(execFile);

/**
 * The application services every homeserver here knows, each with a port, tokens and users `@NAME_…` of its own. A test file
 * takes one that no other file takes, because only one program can be an application service at a time.
 */
export const SERVICES = ['dummy', 'signal', 'chatter', 'irc', 'faulty', 'spare'];

/** Whether this machine can run the tests of these programs: `false` to go on, else the reason, for the `skip` of a test. */
export function missing(...programs) {
  // In continuous integration a missing program is a failure, which the start itself then explains.
  if (process.env.CI) return false;
  for (const name of programs) {
    const { status, stderr, error } = spawnSync(program(name), ['check'], { encoding: 'utf8' });
    if (status !== 0) return (stderr || error?.message || `${name} cannot run`).trim();
  }
  return false;
}

/** Memory, where there is some: a homeserver on a disk waits for it with every message. */
export const memoryFolder = (name) => mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), `switchboard-${name}-`));

/** The homeserver that is shared by all test files of this run, or one for this file where there is none. */
export const sharedHomeserver = () =>
  process.env.SWITCHBOARD_HOMESERVER ? Homeserver.attach(process.env.SWITCHBOARD_HOMESERVER) : Homeserver.start();

/** A homeserver, with the calls that are nobody's: making accounts and looking at its state. */
export class Homeserver {
  #isOurs;

  constructor(folder, isOurs) {
    this.folder = folder;
    this.#isOurs = isOurs;
  }

  /** Starts one on a fresh folder in memory; it ends with this process if not before. `config` are more settings of Synapse, as YAML. */
  static async start({ folder, config, serverName = 'hs.test' } = {}) {
    const server = new Homeserver(folder ?? (await memoryFolder('homeserver')), true);
    server.serverName = serverName;
    const services = {};
    for (const name of SERVICES) {
      const [asToken, hsToken, port] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex'), await freePort()];
      services[name] = { name, asToken, hsToken, port };
      await writeFile(join(server.folder, `service-${name}.yaml`), registration(services[name]));
    }
    await writeFile(join(server.folder, 'services.json'), JSON.stringify(services));
    if (config) await writeFile(join(server.folder, 'more.yaml'), config);
    try {
      await server.begin();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** The one that another process started on a folder, and will stop. */
  static async attach(folder) {
    const server = new Homeserver(folder, false);
    await server.#read();
    return server;
  }

  async #read() {
    const text = async (name) => (await readFile(join(this.folder, name), 'utf8')).trim();
    this.baseURL = await text('base_url');
    this.port = Number(new URL(this.baseURL).port);
    this.serverName = await text('server_name');
    this.services = JSON.parse(await text('services.json'));
  }

  /** Starts the process, on the same port as before if it ran before. */
  async begin() {
    const more = join(this.folder, 'more.yaml');
    const services = SERVICES.flatMap((name) => ['--appservice', join(this.folder, `service-${name}.yaml`)]);
    const port = String(this.port ?? 0);
    const options = ['--port', port, '--server-name', this.serverName, '--until', String(process.pid), ...services];
    await run(program('homeserver'), ['start', '--dir', this.folder, ...options, ...(existsSync(more) ? ['--config', more] : [])]);
    await this.#read();
  }

  /** Ends it as a power cut would. */
  async kill() {
    process.kill(Number(await readFile(join(this.folder, 'pid'), 'utf8')), 'SIGKILL');
  }

  /** Ends it and keeps all it has. */
  pause = () => run(program('homeserver'), ['stop', '--dir', this.folder]);

  /** Ends it and starts it again with all it had. */
  async restart() {
    await this.pause();
    await this.begin();
  }

  /** Ends it for good, unless it is shared. */
  async stop() {
    if (!this.#isOurs) return;
    await this.pause();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** One request: the answer's JSON, or an error with `status` and `errcode`. */
  async call(method, path, { token, body, query, headers } = {}) {
    const url = new URL(this.baseURL + path);
    for (const [key, value] of Object.entries(query ?? {})) if (value !== undefined) url.searchParams.set(key, value);
    const isBinary = Buffer.isBuffer(body);
    const response = await fetch(url, {
      method,
      headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
      body: body === undefined || isBinary ? body : JSON.stringify(body),
    });
    const text = await response.text();
    if (response.ok) return text ? JSON.parse(text) : {};
    const error = new Error(`${method} ${path} answered ${response.status} ${text.slice(0, 500)}`);
    error.status = response.status;
    error.errcode = /"errcode":\s*"(\w+)"/.exec(text)?.[1];
    throw error;
  }

  /** A new account. Others may have taken the name in this homeserver, so the user id gets something random at its end. */
  async register(name, { displayName, admin = false } = {}) {
    const path = '/_synapse/admin/v1/register';
    const [username, password] = [`${name}-${randomBytes(3).toString('hex')}`, randomBytes(12).toString('hex')];
    const { nonce } = await this.call('GET', path);
    const secret = (await readFile(join(this.folder, 'registration.secret'), 'utf8')).trim();
    const mac = createHmac('sha1', secret)
      .update([nonce, username, password, admin ? 'admin' : 'notadmin'].join('\0'))
      .digest('hex');
    const made = await this.call('POST', path, {
      body: { nonce, username, password, admin, mac, displayname: displayName ?? name },
    });
    return { name, username, password, userID: made.user_id, accessToken: made.access_token, deviceID: made.device_id };
  }

  /** The access token of an administrator of this homeserver. */
  async adminToken() {
    this.admin ??= await this.register('admin', { admin: true });
    return this.admin.accessToken;
  }

  /** The devices of an account, as the homeserver knows them. */
  async devices(userID) {
    const path = `/_synapse/admin/v2/users/${encodeURIComponent(userID)}/devices`;
    return (await this.call('GET', path, { token: await this.adminToken() })).devices;
  }
}

const registration = ({ name, asToken, hsToken, port }) => `id: ${name}
url: 'http://127.0.0.1:${port}'
as_token: ${asToken}
hs_token: ${hsToken}
sender_localpart: ${name}bot
rate_limited: false
receive_ephemeral: true
namespaces:
  users: [{exclusive: true, regex: '@${name}_.*:.*'}]
  aliases: [{exclusive: true, regex: '#${name}_.*:.*'}]
  rooms: []
`;
