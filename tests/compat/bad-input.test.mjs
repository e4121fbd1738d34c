// Whatever is sent: the contract's error object with the right 4xx, never a 5xx, and the server goes on.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { startServer } from './server.mjs';
import { assertError, call, CODES, direct, expectStatus, finish, person, say, sdk } from './support.mjs';

describe('bad input', () => {
  let server;
  let ada;
  let chat;
  let message;
  before(async () => {
    server = await startServer();
    ada = await person(server, 'ada');
    const bob = await person(server, 'bob');
    [chat] = await direct(ada, bob);
    message = await say(ada, chat, 'a target');
  });
  after(async () => {
    await expectStatus(200, server, 'GET', '/v1/info');
    assert.doesNotMatch(server.output, /Unhandled exception/i);
    await finish(server);
  });

  /** Every route that takes a body, with the fields a body may have there. */
  const bodies = () => [
    ['POST', '/v1/chats', ['accountID', 'type', 'participantIDs', 'title', 'messageText']],
    ['POST', '/v1/chats/start', ['accountID', 'user', 'allowInvite', 'messageText']],
    [
      'PATCH',
      `/v1/chats/${chat}`,
      ['title', 'description', 'imgURL', 'isArchived', 'isLowPriority', 'isMuted', 'isPinned', 'messageExpirySeconds', 'draft'],
    ],
    ['POST', `/v1/chats/${chat}/archive`, ['archived']],
    ['POST', `/v1/chats/${chat}/read`, ['messageID']],
    ['POST', `/v1/chats/${chat}/unread`, ['messageID']],
    ['POST', `/v1/chats/${chat}/reminders`, ['reminder']],
    ['POST', `/v1/chats/${chat}/messages`, ['text', 'replyToMessageID', 'attachment']],
    ['PUT', `/v1/chats/${chat}/messages/${message.id}`, ['text']],
    ['POST', `/v1/chats/${chat}/messages/${message.id}/reactions`, ['reactionKey', 'transactionID']],
    ['POST', '/v1/assets/download', ['url']],
    ['POST', '/v1/assets/upload/base64', ['content', 'fileName', 'mimeType']],
    ['POST', '/v1/focus', ['chatID', 'messageID', 'draftText', 'draftAttachmentPath']],
    ['POST', '/v1/bridges/local/login-sessions', ['flowID', 'loginID', 'accountID']],
  ];
  /** Logging in is the owner’s business, everything else Ada’s. */
  const tokenFor = (path) => (path.startsWith('/v1/bridges') ? server.token : ada.token);
  const post = (method, path, raw, type = 'application/json') =>
    call(server, method, path, { token: tokenFor(path), raw, headers: { 'content-type': type } });

  test('a field of the wrong type is named', async () => {
    const arrays = new Set(['participantIDs']);
    const objects = new Set(['user', 'draft', 'reminder', 'attachment']);
    const flags = new Set(['allowInvite', 'isArchived', 'isLowPriority', 'isMuted', 'isPinned', 'archived']);
    for (const [method, path, fields] of bodies()) {
      for (const field of fields) {
        for (const value of [7, 'text', true, [], {}, [7], [[]]]) {
          const right = arrays.has(field)
            ? Array.isArray(value) && !value.length
            : objects.has(field)
              ? typeof value === 'object' && !Array.isArray(value)
              : flags.has(field)
                ? typeof value === 'boolean'
                : field === 'messageExpirySeconds'
                  ? typeof value === 'number'
                  : typeof value === 'string';
          if (right) continue;
          const answer = await call(server, method, path, { token: tokenFor(path), body: { [field]: value } });
          assert.equal(
            answer.status,
            422,
            `${method} ${path} ${JSON.stringify({ [field]: value })} → ${answer.status} ${answer.text.slice(0, 200)}`,
          );
          assertError(answer, 'validation_error');
          assert.ok(
            answer.json.details.issues.some((issue) => issue.path[0] === 'body' && issue.path[1] === field),
            `${method} ${path}: no issue names ${field}: ${JSON.stringify(answer.json.details.issues)}`,
          );
        }
      }
    }
  });

  test('what is not a JSON object is refused', async () => {
    for (const [method, path] of bodies()) {
      for (const raw of ['{', '}', '{"a":}', '{"a":1,}', "{'a':1}", '\u0000', 'undefined', '{"a":1} trailing', '{"a":NaN}', '<xml/>']) {
        const answer = await post(method, path, raw);
        assert.equal(answer.status, 400, `${method} ${path} ${raw} → ${answer.status} ${answer.text.slice(0, 200)}`);
        assertError(answer, 'bad_request');
      }
      for (const raw of ['[]', '"text"', '7', 'true', 'null']) {
        const answer = await post(method, path, raw);
        assert.ok([200, 204, 400, 404, 422].includes(answer.status), answer.text);
        if (raw !== 'null') {
          assert.ok([400, 422].includes(answer.status), `${method} ${path} ${raw} → ${answer.status}`);
          assertError(answer, ['bad_request', 'validation_error']);
        }
      }
    }
  });

  test('bytes that are not UTF-8 are refused', async () => {
    for (const bytes of ['fffe', 'c328', 'eda080', 'f8a1a1a1a1', 'c0af', 'e2']) {
      const raw = Buffer.concat([Buffer.from('{"text":"'), Buffer.from(bytes, 'hex'), Buffer.from('"}')]);
      const answer = await post('POST', `/v1/chats/${chat}/messages`, raw);
      assertError(answer, 'bad_request');
      assert.equal(answer.status, 400, bytes);
    }
  });

  test('text with odd characters is taken or refused, and never breaks a page', async () => {
    for (const text of [
      '\u0000',
      'a\u0000b',
      '\u0001\u001f',
      '\ud800',
      '\udfff\ud800',
      '\ufffe\uffff',
      '\u202e abc',
      '\u2028',
      '𝔘',
      'e\u0301'.repeat(500),
      'Z̸̧͔'.repeat(300),
      '\r\n\r\n',
      '   ',
    ]) {
      const answer = await call(server, 'POST', `/v1/chats/${chat}/messages`, { token: ada.token, body: { text } });
      assert.ok(
        [200, 400, 422].includes(answer.status),
        `${JSON.stringify(text.slice(0, 20))} → ${answer.status} ${answer.text.slice(0, 200)}`,
      );
      await expectStatus(200, server, 'GET', `/v1/chats/${chat}/messages`, { token: ada.token });
    }
  });

  test('JSON that is deep or large is refused in time', async () => {
    const deep = (open, close, depth) => open.repeat(depth) + close.repeat(depth);
    for (const raw of [
      deep('[', ']', 100_000),
      deep('{"a":', '1}', 100_000).replace('{"a":1}', '{"a":1}'),
      '['.repeat(500_000),
      `{"text":${deep('[', ']', 5_000)}}`,
      `{"draft":${'{"text":'.repeat(2_000)}1${'}'.repeat(2_000)}}`,
    ]) {
      const began = Date.now();
      const answer = await post('POST', `/v1/chats/${chat}/messages`, raw);
      assert.ok([400, 413, 422].includes(answer.status), `${raw.slice(0, 30)} → ${answer.status}`);
      assert.equal(typeof answer.json?.message, 'string');
      assert.ok(Date.now() - began < 5_000);
    }
    const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`k${n}`, n])));
    assert.ok([413, 422].includes((await post('POST', `/v1/chats/${chat}/messages`, wide)).status));
    for (const size of [1_000_000, 20_000_000]) {
      const answer = await call(server, 'POST', `/v1/chats/${chat}/messages`, { token: ada.token, body: { text: 'x'.repeat(size) } }).catch(
        (error) => {
          if (['EPIPE', 'ECONNRESET', 'UND_ERR_SOCKET'].includes(error.cause?.code)) return { status: 413 }; // cut off while still sending
          throw error;
        },
      );
      assert.ok([413, 422].includes(answer.status), `${size} → ${answer.status}`);
    }
    const many = await call(server, 'POST', '/v1/chats', {
      token: ada.token,
      body: { accountID: ada.accountID, type: 'group', participantIDs: Array.from({ length: 20_000 }, (_, n) => `@x${n}:y`) },
    });
    assert.ok([404, 413, 422].includes(many.status), String(many.status));
  });

  test('ids are read after splitting the path, and odd ones are simply unknown', async () => {
    for (const id of [
      'a%2Fb',
      '%2F',
      '..%2F..%2Fetc',
      '%2e%2e',
      '%00',
      '%25',
      '%',
      '%zz',
      '%ff',
      '%c3%28',
      '%E2%82',
      '!a%3Ab',
      'x'.repeat(3_000),
      '%F0%9F%8E%88',
      "'%20OR%201=1",
      '-1',
      '1e3',
      '0x1',
      '9'.repeat(50),
      '%20',
      '+',
      ';',
      '*',
    ]) {
      for (const path of [
        `/v1/chats/${id}`,
        `/v1/chats/${id}/messages`,
        `/v1/chats/${chat}/messages/${id}`,
        `/v1/accounts/${id}`,
        `/v1/bridges/${id}`,
        `/v1/accounts/${id}/contacts/list`,
        `/v1/bridges/local/logins/${id}`,
        `/v1/bridges/local/login-sessions/${id}`,
      ]) {
        const answer = await rawGet(server, path, ada.token);
        const tidied = id === '%2e%2e' && answer.status === 200; // another route’s path after the dots are resolved
        assert.ok(tidied || [400, 404].includes(answer.status), `${path.slice(0, 80)} → ${answer.status} ${answer.body.slice(0, 200)}`);
      }
    }
    const encoded = await expectStatus(
      200,
      server,
      'GET',
      `/v1/chats/${[...Buffer.from(chat)].map((byte) => `%${byte.toString(16)}`).join('')}`,
      { token: ada.token },
    );
    assert.equal(encoded.json.id, chat);
    await expectStatus(404, server, 'DELETE', `/v1/chats/${chat}/messages/${message.id}/reactions/a%2Fb`, { token: ada.token });
  });

  test('queries of the wrong shape are refused by name, or ignored where they mean nothing', async () => {
    for (const [path, field] of [
      ['/v1/chats/search?limit=x', 'limit'],
      ['/v1/chats/search?type=x', 'type'],
      ['/v1/chats/search?inbox=x', 'inbox'],
      ['/v1/chats/search?scope=x', 'scope'],
      ['/v1/chats/search?unreadOnly=x', 'unreadOnly'],
      ['/v1/chats/search?lastActivityAfter=x', 'lastActivityAfter'],
      ['/v1/messages/search?sender=', null],
      ['/v1/messages/search?dateAfter=2026-13-45T00:00:00Z', 'dateAfter'],
      ['/v1/messages/search?chatType=x', 'chatType'],
      ['/v1/messages/search?mediaTypes=x', 'mediaTypes'],
      ['/v1/messages/search?includeMuted=x', 'includeMuted'],
      ['/v1/messages/search?direction=x', 'direction'],
      [`/v1/chats/${'!x:y'}?unknown=1`, undefined],
      ['/v1/chats?account_ids=x', null],
      ['/v1/chats?direction=x', 'direction'],
      ['/v1/chats?cursor=', null],
      ['/v1/chats?limit=', null],
      ['/v1/chats/search?query=', null],
      ['/v1/search?query=', 'query'],
      ['/v1/chats/search?limit=1&limit=2', undefined],
      ['/v1/messages/search?query=%ff%fe', undefined],
      ['/v1/chats/search?query=%00', undefined],
      [`/v1/chats/search?query=${'a'.repeat(5_000)}`, undefined],
      [`/v1/messages/search?${'accountIDs=x&'.repeat(800)}`, undefined],
      ['/v1/chats/search?query=a+b%20c', null],
    ]) {
      const answer = await call(server, 'GET', path, { token: ada.token });
      if (field === null) assert.equal(answer.status, 200, `${path} → ${answer.status} ${answer.text}`);
      else if (field) {
        assert.equal(answer.status, 422, `${path} → ${answer.status}`);
        assertError(answer, 'validation_error');
        assert.deepEqual(answer.json.details.issues[0].path.slice(0, 2), ['query', field]);
      } else assert.ok(answer.status < 500);
    }
  });

  test('a made-up cursor is refused on every route that pages', async () => {
    for (const path of [
      '/v1/chats',
      '/v1/chats/search',
      '/v1/messages/search',
      `/v1/chats/${chat}/messages`,
      `/v1/accounts/${ada.accountID}/contacts/list`,
    ]) {
      for (const cursor of ['garbage', 'AAAA', 'eyJhIjoxfQ', '%00', '🎈', 'a'.repeat(3_000), '-', '====']) {
        const answer = await call(server, 'GET', `${path}?cursor=${encodeURIComponent(cursor)}`, { token: ada.token });
        assert.equal(answer.status, 400, `${path} ${cursor.slice(0, 20)} → ${answer.status} ${answer.text.slice(0, 100)}`);
        assertError(answer, 'invalid_cursor');
      }
      const { oldestCursor } = (await call(server, 'GET', path, { token: ada.token })).json;
      if (!oldestCursor) continue;
      for (const broken of [`${oldestCursor}x`, oldestCursor.slice(0, -2), oldestCursor.slice(1)]) {
        const answer = await call(server, 'GET', `${path}?cursor=${encodeURIComponent(broken)}`, { token: ada.token });
        assert.ok([200, 400].includes(answer.status));
      }
    }
  });

  test('unknown routes and methods have the error object, too', async () => {
    for (const [method, path] of [
      ['GET', '/nope'],
      ['GET', '/v1'],
      ['GET', '/v1/nope'],
      ['GET', '/v2/chats'],
      ['POST', '/v0/send-message'],
      ['GET', '/v0/get-chat'],
      ['GET', `/v1/chats/${chat}/nope`],
      ['GET', '/v1//chats'],
      ['GET', '/V1/nope'],
      ['GET', '/.env'],
      ['GET', '/../../etc/passwd'],
    ]) {
      const answer = await call(server, method, path, { token: ada.token });
      assert.equal(answer.status, 404, `${method} ${path} → ${answer.status}`);
      assertError(answer, 'not_found');
    }
    for (const [method, path] of [
      ['DELETE', '/v1/chats'],
      ['PUT', '/v1/info'],
      ['PATCH', '/v1/accounts'],
      ['POST', '/v1/labels'],
    ]) {
      const answer = await call(server, method, path, { token: ada.token });
      assert.ok([404, 405].includes(answer.status), `${method} ${path} → ${answer.status}`);
      assert.equal(typeof answer.json.message, 'string');
      assert.equal(typeof answer.json.code, 'string');
    }
    const matrix = await expectStatus(404, server, 'GET', '/_matrix/client/v3/sync', { token: ada.token });
    assert.equal(matrix.json.errcode, 'M_UNRECOGNIZED');
  });

  test('a request without a body is one with an empty body', async () => {
    for (const [method, path] of bodies()) {
      const [none, empty] = [
        await call(server, method, path, { token: tokenFor(path) }),
        await call(server, method, path, { token: tokenFor(path), body: {} }),
      ];
      assert.equal(none.status, empty.status, `${method} ${path}: ${none.text} / ${empty.text}`);
      if (none.status >= 400) assertError(none, [...CODES]);
    }
  });

  test('fields nobody knows are ignored, twice-named ones do no harm, and any Accept will do', async () => {
    await expectStatus(204, server, 'POST', `/v1/chats/${chat}/archive`, {
      token: ada.token,
      body: { archived: false, x: { y: [1] }, __proto__: 1, constructor: null },
    });
    const twice = await post('POST', `/v1/chats/${chat}/archive`, '{"archived":true,"archived":false}');
    assert.ok([204, 400].includes(twice.status));
    for (const accept of ['text/xml', '*/*', 'application/octet-stream', 'nonsense', '']) {
      await expectStatus(200, server, 'GET', '/v1/chats', { token: ada.token, headers: { accept } });
    }
    const charset = await post('POST', `/v1/chats/${chat}/archive`, '{"archived":false}', 'application/json; charset=UTF-8');
    assert.equal(charset.status, 204);
    await expectStatus(204, server, 'POST', `/v1/chats/${chat}/archive`, { token: ada.token, body: { archived: false } });
  });

  test('connections that speak nonsense end, and the server goes on', async () => {
    for (const text of [
      '\r\n\r\n',
      'GET\r\n\r\n',
      'NONSENSE / HTTP/9.9\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
      `GET /v1/info HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`,
      'POST /v1/chats HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n',
      'POST /v1/chats HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`,
      '\x16\x03\x01\x02\x00\x01\x00\x01\xfc',
    ]) {
      const answer = await exchange(server, text);
      assert.doesNotMatch(answer, /^HTTP\/1\.1 50[0-4]/);
      await expectStatus(200, server, 'GET', '/v1/info');
    }
  });

  test('many bad requests at once leave the good ones alone', async () => {
    const bad = Array.from({ length: 200 }, (_, n) =>
      post('POST', `/v1/chats/${n % 2 ? chat : 'nope'}/messages`, n % 3 ? '{"text":7}' : '{').then((answer) => answer.status),
    );
    const good = Array.from({ length: 20 }, (_, n) => ada.sdk.messages.send(chat, { text: `in the storm ${n}` }));
    assert.ok((await Promise.all(bad)).every((status) => status >= 400 && status < 500));
    assert.equal((await Promise.all(good)).length, 20);
    assert.equal((await sdk(server, ada.token).messages.search({ query: 'storm' })).items.length, 20);
  });
});

function exchange(server, text, { halfClose = true } = {}) {
  return new Promise((resolve) => {
    const socket = connect(server.port, '127.0.0.1', () => {
      const bytes = Buffer.from(text, 'latin1');
      if (halfClose) socket.end(bytes);
      else socket.write(bytes);
    });
    let answer = '';
    socket.setTimeout(5_000, () => socket.destroy());
    socket.on('error', () => {
      /* being cut off is an answer */
    });
    socket.on('close', () => resolve(answer));
    socket.setEncoding('latin1').on('data', (part) => {
      answer += part;
    });
  });
}

/** A GET with the path exactly as given: `fetch` would tidy it up. */
async function rawGet(server, path, token) {
  const answer = await exchange(
    server,
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
    { halfClose: false },
  );
  return { status: Number(answer.slice(9, 12)), body: answer.slice(answer.indexOf('\r\n\r\n') + 4) };
}
