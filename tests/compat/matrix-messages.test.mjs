// Events become messages: every kind a person, a bridge or a stranger can send.
import assert from 'node:assert/strict';
import { callAs, chatThat, matrixStage, messageThat, roomWith } from './matrix/ours.mjs';
import { matrixSuite } from './matrix/suite.mjs';
import { files, png } from './samples.mjs';
import { EventSocket } from './socket.mjs';
import { eventually, ISO, SORT_KEY } from './support.mjs';

matrixSuite('Matrix events as messages', ['homeserver'], ({ after, before, test }) => {
  let stage;
  let us;
  let bob;
  let room;
  let chat;
  before(async () => {
    stage = await matrixStage();
    us = await stage.signIn('ada', 'Ada');
    bob = await stage.peer('bob', 'Bob');
    [room, chat] = await roomWith(us, bob, 'Everything');
  });
  after(() => stage?.finish());

  const got = (eventID, fits) => messageThat(us, chat.id, eventID, fits);
  const bytesOf = async (url) => Buffer.from(await (await us.sdk.assets.serve({ url })).arrayBuffer());

  test('text arrives as it is, with who, when and where, and on the socket', async () => {
    const socket = await EventSocket.open(stage.server, us.token, [chat.id]);
    const eventID = await bob.text(room, 'plain & <simple>');
    const frame = await socket.nextMessage(chat.id, (entry) => entry.senderID === bob.userID && entry.text?.startsWith('plain'));
    const message = await got(eventID);
    assert.equal(frame.entries[0].id, message.id);
    assert.deepEqual(
      [
        message.text,
        message.type,
        message.senderID,
        message.senderName,
        message.isSender,
        message.isUnread,
        message.accountID,
        message.chatID,
      ],
      ['plain &amp; &lt;simple&gt;', 'TEXT', bob.userID, 'Bob', false, true, us.accountID, chat.id],
    );
    assert.match(message.timestamp, ISO);
    assert.match(message.sortKey, SORT_KEY);
    assert.deepEqual(message.mentions, []);
    assert.equal(Date.parse(message.timestamp), (await bob.event(room, eventID)).origin_server_ts);
    await socket.close();
  });

  test('HTML keeps what Matrix allows and nothing else', async () => {
    const html = await bob.html(
      room,
      'bold link',
      '<b>bold</b> <a href="https://a.example" onclick="x()">link</a><script>alert(1)</script><img src="https://evil.example/p.png">',
    );
    const { text } = await got(html);
    assert.match(text, /<b>bold<\/b>|<strong>bold<\/strong>/);
    assert.match(text, /<a href="https:\/\/a\.example"/);
    assert.doesNotMatch(text, /script|onclick|evil/);
  });

  test('emotes, notices, places and unknown kinds are readable', async () => {
    const emote = await got(await bob.message(room, { msgtype: 'm.emote', body: 'waves' }));
    assert.deepEqual([emote.type, emote.text], ['TEXT', '* Bob waves']);
    const notice = await got(await bob.message(room, { msgtype: 'm.notice', body: 'machine speaking' }));
    assert.deepEqual([notice.type, notice.text], ['NOTICE', 'machine speaking']);
    const place = await got(await bob.location(room, 'The office', 'geo:52.5,13.4;u=35'));
    assert.deepEqual([place.type, /The office/.test(place.text)], ['LOCATION', true]);
    const strange = await got(await bob.message(room, { msgtype: 'org.example.hologram', body: 'a hologram' }));
    assert.deepEqual([strange.type, strange.text], ['TEXT', 'a hologram']);
  });

  test('a poll is readable text', async () => {
    const poll = await got(await bob.poll(room, 'Tea or coffee?', ['Tea', 'Coffee']));
    assert.equal(poll.type, 'TEXT');
    for (const word of ['Tea or coffee?', 'Tea', 'Coffee']) assert.ok(poll.text.includes(word), poll.text);
  });

  test('pictures, films, sounds and files come with all that is known of them, and their bytes', async () => {
    const thumbnail = await bob.upload(png(2, 2), 't.png', 'image/png');
    const picture = await bob.file(room, 'm.image', files.png, { caption: 'our <map>', info: { w: 7, h: 5 } });
    const film = await bob.file(room, 'm.video', files.mp4, { info: { w: 640, h: 480, duration: 12_400, thumbnail_url: thumbnail } });
    const sound = await bob.file(room, 'm.audio', files.ogg, { info: { duration: 3_000 } });
    const paper = await bob.file(room, 'm.file', files.pdf);
    const one = await got(picture.eventID);
    assert.deepEqual([one.type, one.text, one.attachments.length], ['IMAGE', 'our &lt;map&gt;', 1]);
    const { id, srcURL: _, ...shape } = one.attachments[0];
    assert.deepEqual(shape, {
      type: 'img',
      mimeType: 'image/png',
      fileName: 'map.png',
      fileSize: files.png[2].length,
      size: { width: 7, height: 5 },
    });
    assert.deepEqual(await bytesOf(id), files.png[2]);
    const two = await got(film.eventID);
    assert.deepEqual([two.type, two.text ?? '', two.attachments[0].type, two.attachments[0].duration], ['VIDEO', '', 'video', 12.4]);
    assert.deepEqual(await bytesOf(two.attachments[0].posterImg), png(2, 2));
    const three = await got(sound.eventID);
    assert.deepEqual([three.type, three.attachments[0].type, three.attachments[0].duration], ['AUDIO', 'audio', 3]);
    assert.ok(!three.attachments[0].isVoiceNote);
    const four = await got(paper.eventID);
    assert.deepEqual([four.type, four.attachments[0].type, four.attachments[0].fileName], ['FILE', 'unknown', 'contract.pdf']);
    assert.deepEqual(await bytesOf(four.attachments[0].id), files.pdf[2]);
  });

  test('a name that is only the body is no caption', async () => {
    const url = await bob.upload(files.pdf[2], 'x', 'application/pdf');
    const { text, attachments } = await got(await bob.message(room, { msgtype: 'm.file', body: 'paper.pdf', url }));
    assert.deepEqual([text ?? '', attachments[0].fileName], ['', 'paper.pdf']);
  });

  test('voice notes, stickers and moving pictures are told apart', async () => {
    const voice = await got((await bob.voice(room, files.ogg, 2_500)).eventID);
    assert.deepEqual([voice.type, voice.attachments[0].isVoiceNote, voice.attachments[0].duration], ['VOICE', true, 2.5]);
    const sticker = await got((await bob.sticker(room, files.png, 'a wink')).eventID);
    assert.deepEqual([sticker.type, sticker.attachments[0].type, sticker.attachments[0].isSticker], ['STICKER', 'img', true]);
    const loop = await got((await bob.file(room, 'm.video', files.mp4, { info: { 'fi.mau.gif': true } })).eventID);
    assert.deepEqual([loop.type, loop.attachments[0].type, loop.attachments[0].isGif], ['VIDEO', 'video', true]);
    const gif = await got((await bob.file(room, 'm.image', files.gif)).eventID);
    assert.deepEqual([gif.type, gif.attachments[0].isGif], ['IMAGE', true]);
  });

  test('a reply names its message and loses the quoted fallback; a thread is inline', async () => {
    const first = await bob.text(room, 'the question');
    const reply = await bob.html(
      room,
      '> <@x:y> the question\n\nthe answer',
      '<mx-reply><blockquote>the question</blockquote></mx-reply>the <i>answer</i>',
      { 'm.relates_to': { 'm.in_reply_to': { event_id: first } } },
    );
    const answer = await got(reply);
    assert.equal(answer.linkedMessageID, (await got(first)).id);
    assert.match(answer.text, /^the <(i|em)>answer<\/\1>$/);
    const inThread = await got(await bob.thread(room, first, 'in the thread'));
    assert.equal(inThread.linkedMessageID, undefined, 'only a fallback');
    const real = await got(await bob.thread(room, first, 'a real reply there', first));
    assert.equal(real.linkedMessageID, (await got(first)).id);
  });

  test('mentions: of me, of the room, none, and unknown', async () => {
    const before = (await us.sdk.chats.retrieve(chat.id)).unreadMentionsCount;
    const me = await got(await bob.text(room, 'Ada!', { 'm.mentions': { user_ids: [us.userID] } }));
    assert.deepEqual(me.mentions, [us.userID]);
    const everybody = await got(await bob.text(room, '@room!', { 'm.mentions': { room: true } }));
    assert.deepEqual(everybody.mentions, ['@room']);
    const legacy = await got(await bob.send(room, 'm.room.message', { msgtype: 'm.text', body: 'who knows' }));
    assert.equal(legacy.mentions ?? null, null);
    await chatThat(us, chat.id, (one) => one.unreadMentionsCount === before + 2);
  });

  test('a keyword of mine counts as a mention, as a word of its own and until I take it back', async () => {
    const rule = '/pushrules/global/content/zeppelin';
    const counts = async (body) => {
      const before = (await us.sdk.chats.retrieve(chat.id)).unreadMentionsCount;
      const message = await got(await bob.text(room, body));
      assert.deepEqual(message.mentions, [], 'it names nobody');
      return (await us.sdk.chats.retrieve(chat.id)).unreadMentionsCount - before;
    };
    assert.equal(await counts('no zeppelin yet'), 0);
    await callAs(us, stage.homeserver, 'PUT', rule, { pattern: 'Zeppelin', actions: ['notify', { set_tweak: 'highlight' }] });
    assert.equal(await counts('look, a ZEPPELIN!'), 1);
    assert.equal(await counts('zeppelins are several'), 0);
    const before = (await us.sdk.chats.retrieve(chat.id)).unreadMentionsCount;
    const edited = await bob.text(room, 'a ship');
    await bob.edit(room, edited, 'a zeppelin');
    await got(edited, (message) => message.text === 'a zeppelin');
    await chatThat(us, chat.id, (one) => one.unreadMentionsCount === before + 1);
    await callAs(us, stage.homeserver, 'DELETE', rule);
    assert.equal(await counts('a zeppelin, no more'), 0);
  });

  test('previews of links that their sender made', async () => {
    const eventID = await bob.text(room, 'see https://a.example/x', {
      'com.beeper.linkpreviews': [
        { matched_url: 'https://a.example/x', 'og:url': 'https://a.example/', 'og:title': 'A title', 'og:description': 'About it' },
      ],
    });
    const { links } = await got(eventID, (message) => message.links?.length);
    assert.deepEqual(
      [links[0].url, links[0].title, links[0].summary, links[0].originalURL],
      ['https://a.example/', 'A title', 'About it', 'https://a.example/x'],
    );
  });

  test('a name that is borne in one message only', async () => {
    const profile = { id: 'x', displayname: 'Somebody Else', has_fallback: true };
    const eventID = await bob.html(room, 'Somebody Else: hi', '<strong data-mx-profile-fallback>Somebody Else: </strong>hi', {
      'com.beeper.per_message_profile': profile,
    });
    const message = await got(eventID);
    assert.deepEqual([message.senderName, message.text, message.senderID], ['Somebody Else', 'hi', bob.userID]);
    assert.equal((await got(await bob.text(room, 'as myself'))).senderName, 'Bob');
  });

  test('what happens to the room is a hidden notice, and bookkeeping shows not at all', async () => {
    await bob.set(room, 'm.room.topic', { topic: 'a new topic' });
    const notice = await eventually(
      async () => (await us.sdk.messages.list(chat.id)).items.find((message) => /a new topic/.test(message.text)),
      'a notice of the topic',
    );
    assert.ok(notice.isHidden && /Bob/.test(notice.text), JSON.stringify(notice));
    const call = await bob.send(room, 'm.call.hangup', { call_id: 'c', version: 1 });
    const last = await bob.text(room, 'after the bookkeeping');
    await got(last);
    const message = await us.sdk.messages.retrieve(call, { chatID: chat.id }).catch((error) => error);
    assert.ok(message.status === 404 || message.isHidden, 'not shown');
  });

  test('hostile shapes neither stop the sync nor show as anything that they are not', async () => {
    const deep = JSON.parse(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`);
    const shapes = [
      { msgtype: 7, body: 'x' },
      { msgtype: 'm.text' },
      { msgtype: 'm.text', body: { a: 1 } },
      { msgtype: 'm.text', body: 'ok', format: 'org.matrix.custom.html', formatted_body: ['x'] },
      { msgtype: 'm.image', body: 'no url' },
      { msgtype: 'm.image', body: 'bad url', url: 'mxc://../../etc/passwd' },
      { msgtype: 'm.image', body: 'numbers', url: 'mxc://hs.test/nothing', info: { size: 'many', w: -5, h: 1e300, duration: 'x' } },
      { msgtype: 'm.location', body: 'nowhere', geo_uri: 12 },
      { msgtype: 'm.text', body: 'rel', 'm.relates_to': 'everything' },
      { msgtype: 'm.text', body: 'rel2', 'm.relates_to': { rel_type: 'm.replace', event_id: '$nothing' } },
      { msgtype: 'm.text', body: 'rel3', 'm.relates_to': { 'm.in_reply_to': { event_id: 5 } } },
      { msgtype: 'm.text', body: 'men', 'm.mentions': { user_ids: 'all', room: 'yes' } },
      { msgtype: 'm.text', body: '\u0000\ud800 half', deep },
      { msgtype: 'm.text', body: 'x'.repeat(30_000) },
      { msgtype: 'm.text', body: 'html', format: 'org.matrix.custom.html', formatted_body: '<div>'.repeat(3_000) },
      {},
    ];
    let taken = 0;
    for (const [at, shape] of shapes.entries())
      await bob.call('PUT', `/rooms/${encodeURIComponent(room)}/send/m.room.message/h${at}-${Date.now()}`, { body: shape }).then(
        () => taken++,
        // Some of these the homeserver itself refuses.
        (error) => assert.ok(error.status >= 400, error.message),
      );
    assert.ok(taken >= 8, `only ${taken} got through`);
    for (const [type, content] of [
      ['m.reaction', { 'm.relates_to': { rel_type: 'm.annotation', key: 5 } }],
      ['m.sticker', { body: 1 }],
      ['org.matrix.msc3381.poll.start', { 'org.matrix.msc3381.poll.start': [] }],
    ])
      await bob.send(room, type, content);
    await bob.set(room, 'm.room.avatar', { url: { not: 'text' }, info: 7 });
    await bob.set(room, 'com.beeper.room_features', { file: [1], formatting: 'all', max_text_length: -4 }, 'x');
    await bob.set(room, 'm.bridge', { bridgebot: [], protocol: 'p', channel: 9 }, 'x');
    await bob.set(room, 'm.bridge', {}, 'x');
    await got(await bob.text(room, 'still in order'));
    const page = (await us.sdk.messages.list(chat.id, { limit: 50 })).items;
    assert.equal(page.find((message) => !message.isHidden && message.type !== 'NOTICE').text, 'still in order');
    assert.equal((await us.sdk.chats.retrieve(chat.id)).title, 'Everything');
  });

  test('all of it is found by its words', async () => {
    const eventID = await bob.text(room, 'the xylophone is in the attic');
    const { id } = await got(eventID);
    await eventually(async () => (await us.sdk.messages.search({ query: 'xylophone' })).items.some((message) => message.id === id));
  });
});
