// Arbitrary requests that no document describes: search text, cursors, forms, headers, frames, bytes.
import fc from 'fast-check';
import { anyText, damage, damaged } from './shapes.mjs';
import { frame } from './wire.mjs';

const OPERATORS = [
  'AND',
  'OR',
  'NOT',
  'NEAR(',
  'NEAR(a b, 5)',
  '(',
  ')',
  '"',
  '""',
  '*',
  '^',
  ':',
  'body:',
  'titles :',
  '-',
  '+',
  '{a b}:',
  ',',
  ';',
  "'",
  '\\',
  '%',
  '_',
  '\u0000',
  ':c1',
  ':me',
  ':any',
  'rowid',
];

/** What people type into a search box, and what databases would read as orders. */
export const searchText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...OPERATORS),
      anyText.filter((text) => text.length < 300),
      fc.constantFrom('apple', 'ban*', '日本語', 'don’t', '🎉', 'café'),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .chain((parts) => fc.constantFrom(' ', '').map((glue) => parts.join(glue)));

/** A real cursor (of one of these lists) with some of its characters or bytes changed. */
export const cursor = (lists) =>
  fc.record({
    from: fc.constantFrom(...lists),
    to: fc.constantFrom(...lists),
    inside: fc.boolean(),
    edits: damage,
    direction: fc.constantFrom('before', 'after'),
  });

/** Changes a cursor: its characters, or the bytes that they stand for. */
export function changedCursor(text, { inside, edits }) {
  return inside
    ? damaged(Buffer.from(text, 'base64url'), edits).toString('base64url')
    : damaged(Buffer.from(text), edits).toString('latin1');
}

const token = fc.constantFrom('file', 'fileName', 'mimeType', 'x', '', 'file"; filename="y', '日本語', 'a\r\nb', '\u0000');

const disposition = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('form-data', 'attachment', '', 'form-data;'),
      token,
      fc.option(
        anyText.filter((text) => text.length < 2_000),
        { nil: undefined },
      ),
    )
    .map(([kind, name, file]) => `Content-Disposition: ${kind}; name="${name}"${file === undefined ? '' : `; filename="${file}"`}`),
  fc.constantFrom(
    'Content-Disposition: form-data; name=file; filename=a',
    'Content-Disposition: form-data; name="file"; filename*=UTF-8\'\'%e2%82',
    'Content-Disposition: form-data',
    'Content-Disposition',
    ': x',
    'X'.repeat(40_000),
    '',
  ),
);

const part = fc.record({
  headers: fc.array(
    fc.oneof(
      { weight: 3, arbitrary: disposition },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          'Content-Type: image/png',
          'Content-Type: ',
          'Content-Transfer-Encoding: base64',
          'content-type: multipart/mixed; boundary=B',
          'X: \u0001',
        ),
      },
    ),
    { maxLength: 3 },
  ),
  content: fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom('', '--B', '\r\n--B', '\r\n--B--\r\n', '{}', 'image/png').map(Buffer.from),
    fc.nat(400_000).map((size) => Buffer.alloc(size, '\r\n-')),
  ),
  separator: fc.constantFrom('\r\n--B\r\n', '--B\r\n', '\r\n--B \t\r\n', '\n--B\n', '\r\n--BB\r\n', '\r\n--b\r\n'),
});

/** A multipart form, whole or broken: `{ type, bytes }`. */
export const form = fc
  .record({
    type: fc.oneof(
      { weight: 4, arbitrary: fc.constant('multipart/form-data; boundary=B') },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          'multipart/form-data; boundary="B"',
          'multipart/form-data',
          'multipart/form-data; boundary=',
          `multipart/form-data; boundary=${'b'.repeat(300)}`,
          'multipart/mixed; boundary=B',
          'multipart/form-data; boundary=B; boundary=C',
          'text/plain',
          'application/json',
          'multipart/form-data; boundary="B',
        ),
      },
    ),
    parts: fc.array(part, { maxLength: 4 }),
    end: fc.constantFrom('\r\n--B--\r\n', '\r\n--B--', '--B--', '', '\r\n', '\r\n--B'),
    edits: damage,
  })
  .map(({ type, parts, end, edits }) => ({
    type,
    bytes: damaged(
      Buffer.concat([
        ...parts.flatMap(({ headers, content, separator }) => [Buffer.from(`${separator}${headers.join('\r\n')}\r\n\r\n`), content]),
        Buffer.from(end),
      ]),
      edits,
    ),
  }));

const headerText = fc.oneof(
  anyText.map((text) => text.replace(/[\r\n\0]/g, '?')).filter((text) => text.length < 6_000),
  fc.string({ minLength: 0, maxLength: 30 }).map((text) => text.replace(/[\r\n\0]/g, '?')),
);

const headerPart = (...values) => fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: headerText });

/** Headers that the server reads; `[name, value]`. */
export const headers = fc.array(
  fc.oneof(
    fc.tuple(
      fc.constant('Authorization'),
      headerPart(
        'Bearer',
        'Bearer ',
        'bearer @@token@@',
        'Bearer  @@token@@',
        'Basic YTpi',
        'Bearer @@token@@x',
        'Bearer @@token@@, Bearer x',
        'Bearer ' + 'x'.repeat(5_000),
        '@@token@@',
      ),
    ),
    fc.tuple(
      fc.constant('Host'),
      headerPart(
        '127.0.0.1',
        'localhost',
        'evil.example',
        '[::1]',
        '[::1',
        ':80',
        '',
        '127.0.0.1:99999',
        '127.1',
        '2130706433',
        'a b',
        'LOCALHOST.',
        'localhost@evil',
      ),
    ),
    fc.tuple(
      fc.constant('Origin'),
      headerPart('null', 'http://localhost', 'http://evil.example', 'file://', 'http://', 'http://[::1', 'https://localhost.evil.example'),
    ),
    fc.tuple(
      fc.constant('Content-Type'),
      headerPart(
        'application/json',
        'application/json; charset=utf-16',
        'application/json; charset="',
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data',
        '/',
        ';',
        'application/json;;;',
        'application/problem+json',
      ),
    ),
    fc.tuple(
      fc.constant('Range'),
      headerPart(
        'bytes=0-0',
        'bytes=-1',
        'bytes=5-1',
        'bytes=0-',
        'bytes=0-0,2-2',
        `bytes=${Array.from({ length: 500 }, (_, n) => `${n}-${n}`)}`,
        'bytes=99999999999999999999-',
        'bytes=',
        'items=0-1',
        'bytes=a-b',
        'bytes=--1',
      ),
    ),
    fc.tuple(
      fc.constantFrom('If-Range', 'If-None-Match', 'If-Match', 'If-Modified-Since', 'If-Unmodified-Since'),
      headerPart('*', '"x"', 'W/"', '"', 'Thu, 99 Foo 2026 00:00:00 GMT', 'Sun, 06 Nov 1994 08:49:37 GMT'),
    ),
    fc.tuple(fc.constant('Accept'), headerPart('*/*', 'text/html;q=2', ';;;', 'application/xml')),
    fc.tuple(fc.constant('Accept-Encoding'), headerPart('gzip', 'br;q=x', 'identity;q=0, *;q=0')),
    fc.tuple(fc.constant('Idempotency-Key'), headerPart('one', '', 'k'.repeat(255), 'k'.repeat(256), 'é', '\u0001')),
    fc.tuple(
      fc.constantFrom(
        'X-Stainless-Retry-Count',
        'X-Stainless-Timeout',
        'X-Forwarded-Host',
        'X-Forwarded-Proto',
        'Access-Control-Request-Method',
        'Cookie',
        'Referer',
        'X-HTTP-Method-Override',
      ),
      headerPart('1', '-1', '99999999999999999999', 'x', 'DELETE', 'a, b', '"'),
    ),
  ),
  { maxLength: 4 },
);

/** HTTP that is not quite HTTP. */
export const rawHttp = fc
  .record({
    line: fc.constantFrom(
      'GET /v1/info HTTP/1.1',
      'GET /v1/chats HTTP/1.1',
      'POST /v1/chats/@@chatID@@/messages HTTP/1.1',
      'OPTIONS * HTTP/1.1',
      'CONNECT a:1 HTTP/1.1',
      'GET http://127.0.0.1/v1/info HTTP/1.1',
      'TRACE / HTTP/1.1',
      'PRI * HTTP/2.0',
      'GET /v1/info HTTP/1.0',
      'GET //v1//info HTTP/1.1',
      'GET /v1/chats?a=%zz HTTP/1.1',
    ),
    headers: fc.array(
      fc.constantFrom(
        'Host: 127.0.0.1',
        'Host: a',
        'Authorization: Bearer @@token@@',
        'Content-Length: 5',
        'Content-Length: -1',
        'Content-Length: 5, 6',
        'Content-Length: 99999999999999999999',
        'Transfer-Encoding: chunked',
        'Transfer-Encoding: x',
        'Expect: 100-continue',
        'Expect: x',
        'Connection: close',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Upgrade: h2c',
        'Sec-WebSocket-Version: 12',
        'Sec-WebSocket-Key: x',
        'Content-Type: application/json',
        ' folded',
        'no colon',
        `X: ${'x'.repeat(20_000)}`,
        ': empty',
      ),
      { maxLength: 8 },
    ),
    body: fc.constantFrom(
      '',
      '{"text":"x"}',
      '5\r\nhello\r\n0\r\n\r\n',
      'zz\r\n',
      'ffffffffffffffff\r\n',
      '5\r\nhel',
      '0\r\n\r\nGET /v1/info HTTP/1.1\r\n\r\n',
    ),
    edits: damage,
  })
  .map(({ line, headers: list, body, edits }) => ({
    text: `${line}\r\n${list.map((header) => `${header}\r\n`).join('')}\r\n${body}`,
    edits,
  }));

const payload = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  anyText.filter((text) => text.length < 3_000).map((text) => Buffer.from(text)),
  fc.constantFrom(0, 1, 125, 126, 65_535, 65_536, 70_000, 200_000).map((size) => Buffer.alloc(size, 'x')),
  fc
    .constantFrom('{"type":"subscriptions.set","chatIDs":["*"]}', '{}', '[]', 'null', '{"type":"subscriptions.set"}')
    .map((text) => Buffer.from(text)),
);

/** Frames by the book and against it: `{ bytes, whole }`; when not whole the server has to wait for more. */
export const rawFrames = fc
  .array(
    fc.record({
      opcode: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(1, 1, 2, 0, 8, 9, 10) }, { weight: 1, arbitrary: fc.nat(15) }),
      fin: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
      reserved: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(7) }),
      mask: fc.oneof({ weight: 8, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
      payload,
      lie: fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(1, 1_000_000, 2 ** 40) }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((list) => ({
    whole: list.every(({ lie }) => lie === 0),
    bytes: Buffer.concat(list.map(({ lie, ...rest }) => frame({ ...rest, claim: rest.payload.length + lie }))),
  }));
