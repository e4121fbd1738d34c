// HTTP and WebSocket by hand, over bare TCP: what clients' libraries would never send, and every byte of the answer.
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';

/**
 * Sends bytes and reads until the other side ends: `{ bytes, end }`, where `end` is `closed`, `reset` or `timeout`.
 * With `hangUp` our side is closed after the last byte.
 */
export function exchange(port, bytes, { hangUp = false, milliseconds = 15_000 } = {}) {
  return new Promise((resolve) => {
    const parts = [];
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const done = (end) => {
      clearTimeout(overdue);
      socket.destroy();
      resolve({ bytes: Buffer.concat(parts), end });
    };
    const overdue = setTimeout(() => done('timeout'), milliseconds);
    socket.on('data', (part) => parts.push(part));
    socket.on('end', () => done('closed'));
    socket.on('error', () => done('reset'));
    if (hangUp) socket.end(bytes);
    else socket.write(bytes);
  });
}

/** One answer: `{ status, headers, body }`; `undefined` when it is none or not whole. */
export function parseAnswer(bytes, method) {
  const head = bytes.indexOf('\r\n\r\n');
  const [first, ...lines] = bytes.subarray(0, Math.max(head, 0)).toString('latin1').split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1]);
  if (!status) return undefined;
  const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
  const rest = bytes.subarray(head + 4);
  if (method === 'HEAD' || status === 204 || status === 304) return { status, headers, body: Buffer.alloc(0) };
  if (headers.get('transfer-encoding') === 'chunked') {
    const body = unchunk(rest);
    return body && { status, headers, body };
  }
  const length = headers.has('content-length') ? Number(headers.get('content-length')) : rest.length;
  return rest.length >= length ? { status, headers, body: rest.subarray(0, length) } : undefined;
}

function unchunk(bytes) {
  const parts = [];
  for (let at = 0; ;) {
    const line = bytes.indexOf('\r\n', at);
    const length = line < 0 ? Number.NaN : Number.parseInt(bytes.toString('latin1', at, line), 16);
    if (Number.isNaN(length) || line + 2 + length > bytes.length) return undefined;
    if (length === 0) return Buffer.concat(parts);
    parts.push(bytes.subarray(line + 2, line + 2 + length));
    at = line + 2 + length + 2;
  }
}

/** A client’s frame. `mask: false` breaks the rule that clients mask; `claim` lies about the length. */
export function frame({ opcode = 1, fin = true, reserved = 0, mask = true, payload = Buffer.alloc(0), claim = payload.length }) {
  const first = Buffer.from([(fin ? 0x80 : 0) | (reserved << 4) | opcode]);
  const flag = mask ? 0x80 : 0;
  let length;
  if (claim < 126) length = Buffer.from([flag | claim]);
  else if (claim < 65_536) length = Buffer.from([flag | 126, claim >> 8, claim & 0xff]);
  else {
    length = Buffer.alloc(9, flag | 127);
    length.writeBigUInt64BE(BigInt(claim), 1);
  }
  if (!mask) return Buffer.concat([first, length, payload]);
  const key = Buffer.from([0x12, 0x34, 0x56, 0x78]);
  return Buffer.concat([first, length, key, Buffer.from(payload.map((byte, at) => byte ^ key[at & 3]))]);
}

/** The server’s frames in these bytes: `[{ opcode, fin, masked, payload }]`; the last one may still be on its way. */
export function frames(bytes) {
  const found = [];
  for (let at = 0; at + 2 <= bytes.length;) {
    const [opcode, fin, masked] = [bytes[at] & 0x0f, bytes[at] >= 0x80, bytes[at + 1] >= 0x80];
    let [length, from] = [bytes[at + 1] & 0x7f, at + 2];
    if (length === 126) [length, from] = [from + 2 <= bytes.length ? bytes.readUInt16BE(from) : Infinity, from + 2];
    else if (length === 127) [length, from] = [from + 8 <= bytes.length ? Number(bytes.readBigUInt64BE(from)) : Infinity, from + 8];
    if (from + length > bytes.length) break;
    found.push({ opcode, fin, masked, payload: bytes.subarray(from, from + length) });
    at = from + length;
  }
  return found;
}

/**
 * Opens a socket, sends raw bytes, then `last`, and waits until `enough(frames)` or the end: `{ frames, end }`.
 * `end` is `open` when it was enough, else as in `exchange`; `refused` when there was no upgrade.
 */
export function webSocket(port, token, bytes, last, enough, milliseconds = 15_000) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let [received, open] = [Buffer.alloc(0), false];
    const done = (end) => {
      clearTimeout(overdue);
      socket.destroy();
      resolve({ frames: open ? frames(received) : [], end });
    };
    const overdue = setTimeout(() => done('timeout'), milliseconds);
    socket.on('end', () => done(open ? 'closed' : 'refused'));
    socket.on('error', () => done('reset'));
    socket.on('data', (part) => {
      received = Buffer.concat([received, part]);
      const head = received.indexOf('\r\n\r\n');
      if (!open && head >= 0) {
        if (!received.toString('latin1', 0, 12).endsWith(' 101')) return done('refused');
        open = true;
        received = received.subarray(head + 4);
        socket.write(Buffer.concat([bytes, last]));
      }
      if (open && enough(frames(received))) done('open');
    });
    socket.write(
      `GET /v1/ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
    );
  });
}
