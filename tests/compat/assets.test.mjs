// Uploads, attachments, and serving files without giving anything else away.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import BeeperDesktop from '@beeper/desktop-api';
import { freshFolder, startServer } from './server.mjs';
import { files, png } from './samples.mjs';
import { assertError, call, direct, eventually, expectStatus, finish, ids, mint, note, person, refused, say } from './support.mjs';

describe('assets', () => {
  let server;
  let ada;
  let bob;
  let cleo;
  let mine;
  let theirs;
  let folder;
  before(async () => {
    server = await startServer();
    ada = await person(server, 'ada', 'Ada');
    bob = await person(server, 'bob', 'Bob');
    cleo = await person(server, 'cleo', 'Cleo');
    [mine, theirs] = await direct(ada, bob);
    folder = await freshFolder();
  });
  after(() => finish(server));

  const base64 = ([fileName, mimeType, bytes], who = ada) =>
    who.sdk.assets.uploadBase64({ content: bytes.toString('base64'), fileName, mimeType });
  const bytesOf = async (who, url) => Buffer.from(await (await who.sdk.assets.serve({ url })).arrayBuffer());
  const serve = (url, { method = 'GET', token = ada.token, headers } = {}) =>
    call(server, method, `/v1/assets/serve?url=${encodeURIComponent(url)}`, { token, headers });

  async function attach(attachment, text) {
    const { pendingMessageID } = await ada.sdk.messages.send(mine, { attachment, ...(text ? { text } : {}) });
    const sent = await eventually(async () => {
      const message = await ada.sdk.messages.retrieve(pendingMessageID, { chatID: mine });
      return message.sendStatus.status !== 'PENDING' && message;
    });
    assert.equal(sent.sendStatus.status, 'SUCCESS');
    const received = await eventually(
      async () =>
        (await bob.sdk.messages.list(theirs)).items.find((message) => message.attachments?.[0]?.fileName === sent.attachments[0].fileName),
      'the attachment arrived',
    );
    return [sent, received];
  }

  describe('upload', () => {
    test('a file stream, with what the server found out about it', async () => {
      const path = join(folder, 'chart.png');
      await writeFile(path, png(11, 4));
      const answer = await ada.sdk.assets.upload({ file: createReadStream(path) });
      assert.equal(typeof answer.uploadID, 'string');
      assert.equal(answer.fileName, 'chart.png');
      assert.equal(answer.mimeType, 'image/png');
      assert.equal(answer.fileSize, png(11, 4).length);
      assert.equal(typeof answer.srcURL, 'string');
      assert.deepEqual([answer.width, answer.height], [11, 4]);
      assert.equal(answer.error, undefined);
      assert.deepEqual(await bytesOf(ada, answer.srcURL), png(11, 4));
    });

    test('a Blob, a Buffer and a Response, with a name and a type of one’s own', async () => {
      const bytes = Buffer.from('some words');
      const blob = await ada.sdk.assets.upload({
        file: new File([bytes], 'in.txt', { type: 'text/plain' }),
        fileName: 'Größe 🎉.txt',
        mimeType: 'text/markdown',
      });
      assert.equal(blob.fileName, 'Größe 🎉.txt');
      assert.equal(blob.mimeType, 'text/markdown');
      assert.deepEqual(await bytesOf(ada, blob.srcURL), bytes);
      const named = await ada.sdk.assets.upload({ file: await BeeperDesktop.toFile(files.pdf[2], 'contract.pdf') });
      assert.deepEqual([named.fileName, named.mimeType, named.fileSize], ['contract.pdf', 'application/pdf', files.pdf[2].length]);
      const response = await ada.sdk.assets.upload({
        file: new Response(files.gif[2], { headers: { 'content-type': 'image/gif' } }),
        fileName: 'x.gif',
      });
      assert.deepEqual([response.mimeType, response.width, response.height], ['image/gif', 3, 2]);
    });

    test('base64, plain and as a data URL', async () => {
      const [fileName, , bytes] = files.png;
      const plain = await ada.sdk.assets.uploadBase64({ content: bytes.toString('base64'), fileName });
      assert.deepEqual(
        [plain.mimeType, plain.fileName, plain.fileSize, plain.width, plain.height],
        ['image/png', fileName, bytes.length, 7, 5],
      );
      const data = await ada.sdk.assets.uploadBase64({ content: `data:image/png;base64,${bytes.toString('base64')}` });
      assert.equal(data.fileSize, bytes.length);
      assert.ok(data.fileName, 'a file without a name gets one');
      assert.deepEqual(await bytesOf(ada, data.srcURL), bytes);
      for (const content of ['', 'not base64 at all!', undefined, 7]) await refused(422, ada.sdk.assets.uploadBase64({ content }));
    });

    test('the parts may come in any order', async () => {
      for (const order of [
        ['file', 'fileName', 'mimeType'],
        ['mimeType', 'fileName', 'file'],
      ]) {
        const form = new FormData();
        const parts = { file: new Blob(['x']), fileName: 'ordered.txt', mimeType: 'text/x-own' };
        for (const part of order) form.append(part, parts[part]);
        const { json } = await expectStatus(200, server, 'POST', '/v1/assets/upload', { token: ada.token, raw: form });
        assert.deepEqual([json.fileName, json.mimeType], ['ordered.txt', 'text/x-own']);
      }
    });

    test('a large file goes through whole', async () => {
      const bytes = Buffer.alloc(9_000_000);
      for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32LE((at * 2654435761) >>> 0, at);
      const answer = await ada.sdk.assets.upload({ file: new File([bytes], 'large.bin') });
      assert.equal(answer.fileSize, bytes.length);
      const hash = (data) => createHash('sha256').update(data).digest('hex');
      assert.equal(hash(await bytesOf(ada, answer.srcURL)), hash(bytes));
    });

    test('what is not an upload is refused', async () => {
      const form = (fill) => {
        const data = new FormData();
        fill(data);
        return data;
      };
      const post = (raw, headers) => call(server, 'POST', '/v1/assets/upload', { token: ada.token, raw, headers });
      assertError(await post(form((data) => data.append('fileName', 'x'))), 'validation_error');
      for (const answer of [
        await post('{}', { 'content-type': 'application/json' }),
        await post('x', { 'content-type': 'multipart/form-data' }),
        await post('--b\r\nbroken', { 'content-type': 'multipart/form-data; boundary=b' }),
        await post(undefined),
      ]) {
        assert.ok(answer.status >= 400 && answer.status < 500, answer.text);
        assertError(answer, ['bad_request', 'validation_error']);
      }
      const empty = await post(form((data) => data.append('file', new Blob([]), 'empty.txt')));
      assert.ok([200, 422].includes(empty.status), empty.text);
    });

    test('a hostile file name is only a name', async () => {
      const before = (await readdir(server.dataDir)).sort();
      for (const fileName of [
        '../../../evil.txt',
        '/etc/evil.txt',
        '..\\..\\evil.txt',
        'a\r\nX-Evil: 1.txt',
        'a"; x="b.txt',
        '\u0000.txt',
        '.',
        '..',
        'x'.repeat(3_000),
      ]) {
        const answer = await call(server, 'POST', '/v1/assets/upload/base64', { token: ada.token, body: { content: 'eA==', fileName } });
        assert.ok([200, 422].includes(answer.status), `${fileName}: ${answer.text}`);
        if (answer.status !== 200) continue;
        assert.doesNotMatch(answer.json.fileName, /[/\\\u0000\r\n]/, fileName);
        const served = await serve(answer.json.srcURL);
        assert.equal(served.status, 200);
        assert.equal(served.headers.get('x-evil'), null);
      }
      assert.deepEqual((await readdir(server.dataDir)).sort(), before, 'nothing new beside our own folders');
    });

    test('a body that is too large is refused before it is read', async () => {
      for (const [path, type, length] of [
        ['/v1/assets/upload', 'multipart/form-data; boundary=b', 600_000_000],
        ['/v1/assets/upload/base64', 'application/json', 900_000_000],
        [`/v1/chats/${encodeURIComponent(mine)}/messages`, 'application/json', 200_000_000],
      ]) {
        const began = Date.now();
        const head = await rawHead(server, [
          `POST ${path} HTTP/1.1`,
          `Host: 127.0.0.1:${server.port}`,
          `Authorization: Bearer ${ada.token}`,
          `Content-Type: ${type}`,
          `Content-Length: ${length}`,
          'Expect: 100-continue',
        ]);
        assert.match(head, /^HTTP\/1\.1 413 /, `${path}: ${head.slice(0, 200)}`);
        assert.match(head, /"message":/, 'with the error body');
        note(server, 'POST', path, 413, /x-beeper-desktop-version: /i.test(head));
        assert.ok(Date.now() - began < 2_000, 'at once');
      }
    });
  });

  describe('serve', () => {
    let upload;
    const bytes = Buffer.from('0123456789abcdefghij');
    before(async () => {
      upload = await base64(['digits.txt', 'text/plain', bytes]);
    });

    test('a whole file, with what a browser wants to know', async () => {
      const answer = await ada.sdk.assets.serve({ url: upload.srcURL });
      assert.equal(answer.status, 200);
      assert.match(answer.headers.get('content-type'), /^text\/plain/);
      assert.equal(answer.headers.get('content-length'), '20');
      assert.equal(answer.headers.get('accept-ranges'), 'bytes');
      assert.match(answer.headers.get('etag'), /^(W\/)?"[^"]+"$/);
      assert.match(answer.headers.get('content-disposition'), /digits\.txt/);
      assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
      assert.equal(await answer.text(), bytes.toString());
    });

    test('parts of it', async () => {
      for (const [range, content, contentRange] of [
        ['bytes=0-3', '0123', 'bytes 0-3/20'],
        ['bytes=15-', 'fghij', 'bytes 15-19/20'],
        ['bytes=-5', 'fghij', 'bytes 15-19/20'],
        ['bytes=18-100', 'ij', 'bytes 18-19/20'],
        ['bytes=-100', bytes.toString(), 'bytes 0-19/20'],
      ]) {
        const answer = await serve(upload.srcURL, { headers: { range } });
        assert.equal(answer.status, 206, range);
        assert.equal(answer.text, content, range);
        assert.equal(answer.headers.get('content-range'), contentRange);
        assert.equal(answer.headers.get('content-length'), String(content.length));
      }
      const several = await serve(upload.srcURL, { headers: { range: 'bytes=0-1,4-5' } });
      assert.ok([200, 206].includes(several.status));
      assert.equal((await serve(upload.srcURL, { headers: { range: 'lines=1-2' } })).status, 200, 'an unknown unit is ignored');
      const etag = (await serve(upload.srcURL)).headers.get('etag');
      assert.equal((await serve(upload.srcURL, { headers: { range: 'bytes=0-1', 'if-range': etag } })).status, 206);
      assert.equal((await serve(upload.srcURL, { headers: { range: 'bytes=0-1', 'if-range': '"other"' } })).status, 200);
    });

    test('a part beyond the end is not there', async () => {
      const answer = await serve(upload.srcURL, { headers: { range: 'bytes=20-30' } });
      assert.equal(answer.status, 416);
      assert.equal(answer.headers.get('content-range'), 'bytes */20');
    });

    test('nothing, when it is not the file that is meant', async () => {
      const etag = (await serve(upload.srcURL)).headers.get('etag');
      const other = await serve(upload.srcURL, { headers: { range: 'bytes=0-1', 'if-match': '"other"' } });
      assert.equal(other.status, 412);
      assert.equal(other.text, '');
      assert.equal((await serve(upload.srcURL, { headers: { range: 'bytes=0-1', 'if-match': etag } })).status, 206);
    });

    test('nothing, when one has it already', async () => {
      const etag = (await serve(upload.srcURL)).headers.get('etag');
      for (const known of [etag, `"x", ${etag}`, '*']) {
        const answer = await serve(upload.srcURL, { headers: { 'if-none-match': known } });
        assert.equal(answer.status, 304, known);
        assert.equal(answer.text, '');
        assert.equal(answer.headers.get('etag'), etag);
      }
      assert.equal((await serve(upload.srcURL, { headers: { 'if-none-match': '"other"' } })).status, 200);
    });

    test('the head alone', async () => {
      const answer = await serve(upload.srcURL, { method: 'HEAD' });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get('content-length'), '20');
      assert.equal(answer.text, '');
      assert.equal((await serve('mxc://local/nope', { method: 'HEAD' })).status, 404);
    });

    test('what a browser might run comes as a download', async () => {
      const page = Buffer.from('<!doctype html><script>alert(1)</script>');
      for (const [name, type] of [
        ['page.html', 'text/html'],
        ['image.svg', 'image/svg+xml'],
        ['page.xhtml', 'application/xhtml+xml'],
        ['script.js', 'text/javascript'],
        ['x.xml', 'text/xml'],
      ]) {
        const { srcURL } = await base64([name, type, page]);
        const answer = await serve(srcURL);
        assert.match(answer.headers.get('content-disposition'), /^attachment/, type);
        assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
      }
      const picture = await serve((await base64(files.png)).srcURL);
      assert.match(picture.headers.get('content-disposition'), /^inline/);
    });

    test('nothing outside our own folders', async () => {
      await writeFile(join(folder, 'secret.txt'), 'secret');
      await symlink(join(server.dataDir, 'owner.token'), join(folder, 'link')).catch(() => {});
      for (const url of [
        'file:///etc/passwd',
        `file://${server.dataDir}/owner.token`,
        `file://${folder}/secret.txt`,
        `file://${folder}/link`,
        `file://${server.dataDir}/uploads/../owner.token`,
        `file://${server.dataDir}/media/%2e%2e/owner.token`,
        'file://localhost/etc/passwd',
        'file:/etc/passwd',
        '/etc/passwd',
        '../owner.token',
        'mxc://local/../../owner.token',
        'mxc://local/..%2f..%2fowner.token',
        'mxc://../owner.token',
        'localmxc://x/../../owner.token',
        'http://127.0.0.1/x',
        'https://example.org/a.png',
        `${server.baseURL}/v1/assets/serve?url=file%3A%2F%2F%2Fetc%2Fpasswd`,
        'data:text/plain,x',
        'mxc://',
        'mxc',
        '',
        '\u0000',
      ]) {
        const answer = await serve(url);
        assert.ok(answer.status >= 400 && answer.status < 500, `${url} → ${answer.status}`);
        assert.doesNotMatch(answer.text, /root:|secret/);
        assert.ok(!answer.text.includes(server.token));
      }
      assert.equal((await serve('mxc://local/nope')).status, 404);
      assertError(await expectStatus(422, server, 'GET', '/v1/assets/serve', { token: ada.token }), 'validation_error');
    });
  });

  describe('download', () => {
    test('gives an address that serves the file, and says 200 with an error where it cannot', async () => {
      const [sent] = await attach({ uploadID: (await base64(files.png)).uploadID });
      const { srcURL, error } = await ada.sdk.assets.download({ url: sent.attachments[0].id });
      assert.equal(error, undefined);
      const direct = await fetch(srcURL, { headers: { authorization: `Bearer ${ada.token}` } });
      assert.deepEqual(Buffer.from(await direct.arrayBuffer()), files.png[2]);
      assert.deepEqual(await bytesOf(ada, srcURL), files.png[2], 'our own address is understood as a url');
      const missing = await ada.sdk.assets.download({ url: 'mxc://local/does-not-exist' });
      assert.equal(missing.srcURL, undefined);
      assert.equal(typeof missing.error, 'string');
      for (const url of ['', 'not a url', undefined, 7, 'ftp://x/y']) await refused(422, ada.sdk.assets.download({ url }));
    });
  });

  describe('attachments', () => {
    const cases = [
      ['image', files.png, 'img', 'IMAGE', {}],
      ['video', files.mp4, 'video', 'VIDEO', {}],
      ['audio', files.ogg, 'audio', 'AUDIO', {}],
      ['file', files.pdf, 'unknown', 'FILE', {}],
      ['gif', files.gif, 'img', null, { isGif: true }],
      ['sticker', files.png, 'img', 'STICKER', { isSticker: true }],
      ['voice-note', files.ogg, 'audio', 'VOICE', { isVoiceNote: true }],
      ['voiceNote', files.ogg, 'audio', 'VOICE', { isVoiceNote: true }],
    ];
    for (const [type, sample, readType, messageType, flags] of cases) {
      test(`sent as ${type}`, async () => {
        const fileName = `as-${type}-${sample[0]}`;
        const { uploadID } = await base64([fileName, sample[1], sample[2]]);
        const both = await attach({ uploadID, type, duration: 2.5, size: { width: 30, height: 20 } });
        for (const [message, who] of [
          [both[0], ada],
          [both[1], bob],
        ]) {
          const [attachment] = message.attachments;
          assert.equal(attachment.type, readType);
          if (messageType) assert.equal(message.type, messageType);
          assert.match(attachment.id, /^(local)?mxc:\/\//);
          assert.equal(attachment.fileName, fileName);
          assert.equal(attachment.mimeType, sample[1]);
          assert.equal(attachment.fileSize, sample[2].length);
          for (const flag of ['isGif', 'isSticker', 'isVoiceNote']) assert.equal(attachment[flag] ?? false, flags[flag] ?? false, flag);
          if (['audio', 'video', 'voice-note'].includes(type)) assert.equal(attachment.duration, 2.5);
          if (['image', 'video', 'gif'].includes(type)) assert.deepEqual(attachment.size, { width: 30, height: 20 });
          assert.deepEqual(await bytesOf(who, attachment.id), sample[2]);
          assert.deepEqual(await bytesOf(who, attachment.srcURL), sample[2]);
        }
      });
    }

    test('without a type it is guessed', async () => {
      for (const [sample, type] of [
        [files.png, 'img'],
        [files.mp4, 'video'],
        [files.ogg, 'audio'],
        [files.pdf, 'unknown'],
      ]) {
        const [sent] = await attach({ uploadID: (await base64([`guess-${sample[0]}`, sample[1], sample[2]])).uploadID });
        assert.equal(sent.attachments[0].type, type);
        if (type === 'img') assert.deepEqual(sent.attachments[0].size, { width: 7, height: 5 });
      }
    });

    test('a caption stays with its picture where captions exist; else it follows', async () => {
      const { capabilities } = await ada.sdk.chats.retrieve(mine);
      const { uploadID } = await base64(['captioned.png', 'image/png', png(2, 2)]);
      const [sent, received] = await attach({ uploadID, fileName: 'renamed.png', mimeType: 'image/png' }, 'with **words**');
      if ((capabilities.attachments['m.image'].caption ?? 0) > 0) {
        for (const message of [sent, received]) {
          assert.match(message.text, /with <strong>words<\/strong>/);
          assert.equal(message.attachments.length, 1);
          assert.equal(message.attachments[0].fileName, 'renamed.png');
        }
      } else {
        const [text, picture] = (await ada.sdk.messages.list(mine)).items;
        assert.match(text.text, /words/);
        assert.ok(picture.attachments);
      }
    });

    test('an upload that does not exist, or is wrongly named, is refused', async () => {
      assert.equal((await refused(404, ada.sdk.messages.send(mine, { attachment: { uploadID: 'upl_nope' } }))).error.code, 'not_found');
      const { uploadID } = await base64(files.png);
      for (const attachment of [
        {},
        { uploadID: '' },
        { uploadID, type: 'hologram' },
        { uploadID, size: { width: 3 } },
        { uploadID, duration: 'long' },
      ]) {
        await refused(422, ada.sdk.messages.send(mine, { attachment }));
      }
      assertError(
        await call(server, 'POST', `/v1/chats/${mine}/messages`, { token: ada.token, body: { attachment: 'upl' } }),
        'validation_error',
      );
    });

    test('who is not in the chat cannot fetch its files, nor use another’s upload', async () => {
      const [sent] = await attach({
        uploadID: (await base64(['private.bin', 'application/octet-stream', Buffer.from('between us')])).uploadID,
      });
      assert.equal((await serve(sent.attachments[0].id, { token: cleo.token })).status, 404);
      assert.equal(typeof (await cleo.sdk.assets.download({ url: sent.attachments[0].id })).error, 'string');
      const upload = await base64(['draft.bin', 'application/octet-stream', Buffer.from('not sent yet')]);
      assert.equal((await serve(upload.srcURL, { token: cleo.token })).status, 404);
      const note = (await cleo.sdk.chats.start({ accountID: cleo.accountID, user: { id: cleo.userID } })).id;
      await refused(404, cleo.sdk.messages.send(note, { attachment: { uploadID: upload.uploadID } }));
      const same = await base64(['same.bin', 'application/octet-stream', Buffer.from('between us')], cleo);
      assert.equal((await bytesOf(cleo, same.srcURL)).toString(), 'between us', 'her own copy of equal bytes is hers');
    });

    test('a deleted message takes its file along for everyone', async () => {
      const [sent] = await attach({
        uploadID: (await base64(['gone.bin', 'application/octet-stream', Buffer.from('soon gone')])).uploadID,
      });
      await ada.sdk.messages.delete(sent.id, { chatID: mine });
      await eventually(async () =>
        (await bob.sdk.messages.list(theirs)).items.find((message) => message.isDeleted && !message.attachments),
      );
      await say(ada, mine, 'after the file');
      assert.ok(ids((await ada.sdk.messages.list(mine)).items).includes(sent.id));
    });

    test('a read-only token downloads and serves but does not upload', async () => {
      const token = await mint(server, { name: 'reader', scopes: 'read', account: ada.accountID });
      const [sent] = await attach({ uploadID: (await base64(['read.bin', 'application/octet-stream', Buffer.from('read me')])).uploadID });
      assert.equal((await serve(sent.attachments[0].id, { token })).text, 'read me');
      await expectStatus(200, server, 'POST', '/v1/assets/download', { token, body: { url: sent.attachments[0].id } });
      assertError(
        await expectStatus(403, server, 'POST', '/v1/assets/upload/base64', { token, body: { content: 'eA==' } }),
        'insufficient_scope',
      );
    });
  });
});

/** Sends a request's head and nothing more; gives what the server answers. */
function rawHead(server, lines) {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n\r\n`));
    let answer = '';
    const end = () => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(5_000, end);
    socket.on('error', reject);
    socket.on('close', end);
    socket.setEncoding('utf8').on('data', (text) => {
      answer += text;
      if (/\r\n\r\n[^]*\}/.test(answer)) end();
    });
  });
}
