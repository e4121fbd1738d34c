// The other side of the Matrix tests by itself: what they lean on must be true before they can say anything about Switchboard.
import assert from 'node:assert/strict';
import { files } from '../samples.mjs';
import { eventually } from '../support.mjs';
import { Bridge, encodeID, FEATURES } from './bridge.mjs';
import { Homeserver, missing, sharedHomeserver } from './homeserver.mjs';
import { IrcBridge } from './irc-bridge.mjs';
import { IrcClient, startIrcServer } from './irc.mjs';
import { bodies, Peer, shown } from './peer.mjs';
import { Proxy } from './proxy.mjs';
import { matrixSuite } from './suite.mjs';

matrixSuite('the other side: peers, bridges, IRC and bad networks', ['homeserver'], ({ after, before, test }) => {
  let homeserver;
  let ada;
  let bob;
  let irc;
  before(async () => {
    homeserver = await sharedHomeserver();
    [ada, bob] = await Promise.all([Peer.start(homeserver, 'ada', 'Ada'), Peer.start(homeserver, 'bob', 'Bob')]);
  });
  after(async () => {
    Peer.endAll();
    await Promise.all([Bridge.endAll(), Proxy.endAll()]);
    await irc?.stop();
    await homeserver?.stop();
  });

  test('two peers talk, with everything a person can send', async () => {
    const room = await ada.room('Everything', [bob]);
    await bob.accept();
    const first = await ada.html(room, 'bold', '<b>bold</b>');
    const reply = await bob.reply(room, first, 'a reply');
    await bob.edit(room, reply, 'a better reply');
    await bob.react(room, first, '👍️');
    await ada.thread(room, first, 'in a thread');
    await ada.file(room, 'm.image', files.png, { caption: 'look', info: { w: 7, h: 5 } });
    await ada.sticker(room, files.png, 'a wink');
    await ada.voice(room, files.ogg, 2_500);
    await ada.location(room, 'here', 'geo:52.5,13.4;u=10');
    await ada.poll(room, 'Tea?', ['yes', 'no']);
    const gone = await ada.text(room, 'a slip');
    await ada.redact(room, gone, 'a slip');
    await bob.typing(room);
    await bob.read(room, gone);
    await bob.seen((event) => event.type === 'm.room.redaction' && event.room_id === room, 'the redaction');
    assert.equal(shown(await ada.event(room, reply)).body, 'a better reply');
    assert.equal((await ada.event(room, gone)).content.body, undefined);
    const heard = bodies(bob.events, (body) => ['bold', 'a reply', 'in a thread', 'look', 'a wink', 'here'].includes(body));
    assert.deepEqual(heard, ['bold', 'a reply', 'in a thread', 'look', 'a wink', 'here']);
    await eventually(() => ada.readUpTo(room, bob.userID) === gone, 'the receipt');
    await eventually(() => ada.isTyping(room, bob.userID), 'the typing');
    assert.equal((await ada.history(room)).length, 8 - 1 + 1);
  });

  test('a peer sees a room upgraded, left and closed', async () => {
    const old = await ada.room('Old', [bob]);
    await bob.accept();
    const next = await ada.upgrade(old, [bob]);
    await bob.join(next);
    assert.equal((await bob.state(old, 'm.room.tombstone')).replacement_room, next);
    await ada.kick(next, bob, 'enough');
    await eventually(() => bob.client.getRoom(next).getMyMembership() === 'leave', 'the kick');
  });

  test('a bridge makes portals a client can read, dates what it says, and answers for what it took', async () => {
    const bridge = await Bridge.start(homeserver, 'dummy', {
      protocol: 'dummynet',
      name: 'Dummy',
      sendStatus: 'SUCCESS',
      deliveryReceipts: true,
    });
    const login = await bridge.login(ada.userID, { id: 'login1', name: 'Ada on Dummy' });
    const friend = await bridge.ghost('+49 30_Ab', 'Friend', { identifiers: ['tel:+4930'] });
    assert.equal(friend, `@dummy_+49=2030___ab:${homeserver.serverName}`);
    assert.equal(encodeID('a.b-c'), 'a.b-c');
    const portal = await bridge.portal(login, {
      id: 'chat1',
      type: 'dm',
      ghosts: [friend],
      timer: { type: 'after_send', timer: 3_600_000 },
    });
    await ada.join(login.space);
    await ada.join(portal.roomID);
    const info = await ada.state(portal.roomID, 'm.bridge', bridge.stateKey);
    assert.deepEqual(
      [info.bridgebot, info.protocol.id, info.channel.id, info.channel['fi.mau.receiver'], info['com.beeper.room_type.v2']],
      [bridge.botID, 'dummynet', 'chat1', 'login1', 'dm'],
    );
    assert.deepEqual(await ada.state(portal.roomID, 'uk.half-shot.bridge', bridge.stateKey), info);
    assert.deepEqual(await ada.state(portal.roomID, 'com.beeper.room_features', bridge.stateKey), FEATURES);
    assert.deepEqual(Object.keys(await ada.members(portal.roomID)).sort(), [ada.userID, friend, bridge.botID].sort());

    await bridge.say(portal.roomID, friend, 'from long ago', { ts: 1_500_000_000_000 });
    assert.equal((await ada.heard(portal.roomID, 'from long ago')).origin_server_ts, 1_500_000_000_000);
    const sent = await ada.text(portal.roomID, 'out there');
    assert.equal((await bridge.got((event) => event.event_id === sent)).content.body, 'out there');
    const status = await ada.seen(
      (event) => event.type === 'com.beeper.message_send_status' && event.sender === bridge.botID,
      'the status',
    );
    assert.deepEqual([status.content.status, status.content['m.relates_to'].event_id], ['SUCCESS', sent]);
    await eventually(() => ada.readUpTo(portal.roomID, bridge.botID) === sent, 'the delivery receipt');
    await bridge.sayAsUser(portal.roomID, 'from my phone');
    assert.equal((await ada.heard(portal.roomID, 'from my phone')).sender, login.ownGhost);
    bridge.doublePuppets.set(ada.userID, ada.account.accessToken);
    await bridge.sayAsUser(portal.roomID, 'from my other phone');
    assert.equal((await ada.heard(portal.roomID, 'from my other phone')).sender, ada.userID);
    await bridge.typing(portal.roomID, friend);
    await eventually(() => ada.isTyping(portal.roomID, friend), 'the ghost types');
    assert.ok(!bridge.received.some((event) => /phone/.test(event.content.body)), 'a bridge does not take its own for the user’s');
    assert.equal(bridge.failure, undefined);
  });

  test('a line typed into IRC arrives in the room, and the answer goes back', { skip: missing('ngircd') }, async () => {
    irc = await startIrcServer();
    const carl = await IrcClient.open(irc.port, 'Carl', '#tea');
    const bridge = await IrcBridge.start(homeserver, irc.port);
    const { space } = await bridge.login(bob.userID, 'bob');
    await bob.join(space);
    const room = await bridge.join('#tea');
    await bob.join(room);
    carl.say('#tea', 'anyone: here?');
    assert.equal((await bob.heard(room, 'anyone: here?')).sender, bridge.bridge.ghostID('Carl'));
    await bob.text(room, 'two\nlines');
    await carl.heard('#tea', 'two');
    assert.equal((await carl.heard('#tea', 'lines')).from, 'bob');
    carl.say('bob', 'psst');
    await bob.accept();
    const whisper = await bob.seen((event) => event.content?.body === 'psst');
    await bob.text(whisper.room_id, 'what?');
    await carl.heard('Carl', 'what?');
    await eventually(() => ['two', 'lines', 'what?'].every((text) => carl.lines.filter((line) => line.text === text).length === 1));
    carl.close();
    await eventually(async () => !(bridge.bridge.ghostID('Carl') in (await bob.members(room))), 'Carl is gone');
    assert.equal(bridge.failure, undefined);
    await bridge.stop();
  });

  test('a proxy carries, cuts, answers, loses, truncates, repeats and counts', async () => {
    const proxy = await Proxy.start(homeserver, 7);
    const get = async (path = '/_matrix/client/versions', options = {}) => {
      const response = await fetch(proxy.baseURL + path, { signal: AbortSignal.timeout(4_000), ...options });
      return { status: response.status, retryAfter: response.headers.get('retry-after'), text: await response.text() };
    };
    assert.ok(JSON.parse((await get()).text).versions.length > 0);
    proxy.answer(/versions/, { status: 429, headers: { 'retry-after': '2' }, body: { errcode: 'M_LIMIT_EXCEEDED' } }, 1);
    assert.deepEqual(await get(), { status: 429, retryAfter: '2', text: '{"errcode":"M_LIMIT_EXCEEDED"}' });
    assert.equal((await get()).status, 200);
    proxy.truncate(/versions/, 1);
    await assert.rejects(get());
    proxy.silence(/versions/, 1);
    await assert.rejects(get(undefined, { signal: AbortSignal.timeout(200) }), { name: 'TimeoutError' });

    const room = await ada.room('Through the proxy');
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/once`;
    const send = () =>
      get(path, {
        method: 'PUT',
        headers: { authorization: `Bearer ${ada.account.accessToken}` },
        body: '{"msgtype":"m.text","body":"once"}',
      });
    proxy.lose(/PUT .*\/send\//, 1);
    await assert.rejects(send());
    assert.equal((await send()).status, 200);
    assert.deepEqual(bodies(await ada.history(room)), ['once']);
    proxy.repeat(/versions/, 2);
    await get();
    assert.equal((await get()).status, 200);
    assert.equal(proxy.counts.repeated, 1);
    proxy.clear();

    proxy.slow(/versions/, 4_000, 1);
    const began = Date.now();
    await get();
    assert.ok(Date.now() - began > 100, 'slowly');
    proxy.cut(200, 3_000);
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, () =>
        get().then(
          () => 1,
          () => 0,
        ),
      ),
    );
    assert.ok(outcomes.includes(0) && proxy.counts.cuts > 0, `${JSON.stringify(proxy.counts)}`);
    proxy.down();
    await assert.rejects(get());
    proxy.clear();
    assert.equal((await get()).status, 200);
    await proxy.stop();
  });

  test('a homeserver that was killed comes back with all it had', async () => {
    const own = await Homeserver.start();
    try {
      const peer = await Peer.start(own, 'eve');
      const room = await peer.room('Kept');
      await peer.text(room, 'before');
      await own.kill();
      await assert.rejects(peer.text(room, 'nobody there'));
      const url = own.baseURL;
      await own.restart();
      assert.equal(own.baseURL, url);
      await peer.text(room, 'after');
      assert.deepEqual(bodies(await peer.history(room)), ['before', 'after']);
      peer.stop();
    } finally {
      await own.stop();
    }
  });
});
