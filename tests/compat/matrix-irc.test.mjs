// A real foreign network: what is typed into an IRC client arrives through the API, and the answer goes back into the channel.
import assert from 'node:assert/strict';
import { IrcBridge } from './matrix/irc-bridge.mjs';
import { IrcClient, startIrcServer } from './matrix/irc.mjs';
import { chatNamed, chatThat, joinAs, matrixStage, sayTo, textsOf } from './matrix/ours.mjs';
import { matrixSuite } from './matrix/suite.mjs';
import { EventSocket } from './socket.mjs';
import { eventually } from './support.mjs';

matrixSuite('IRC through a bridge', ['homeserver', 'ngircd'], ({ after, before, test }) => {
  let stage;
  let irc;
  let bridge;
  let us;
  let carl;
  let chat;
  before(async () => {
    stage = await matrixStage();
    irc = await startIrcServer();
    us = await stage.signIn('ada', 'Ada');
    carl = await IrcClient.open(irc.port, 'Carl', '#tea');
    bridge = await IrcBridge.start(stage.homeserver, irc.port);
    await bridge.login(us.userID, 'ada');
    await bridge.join('#tea');
    chat = await chatNamed(us, '#tea', (one) => one.network === 'IRC');
  });
  after(async () => {
    carl?.close();
    await bridge?.stop();
    await irc?.stop();
    await stage?.finish();
    assert.equal(bridge?.failure, undefined);
  });

  test('a channel is a chat of an account on IRC', async () => {
    const account = (await us.sdk.accounts.list()).find((one) => one.accountID === chat.accountID);
    assert.deepEqual([chat.network, chat.type, account.network, account.bridge.type], ['IRC', 'group', 'IRC', 'irc']);
    await chatThat(us, chat.id, (one) => one.participants.items.some((item) => item.fullName === 'Carl'));
  });

  test('a line typed into IRC arrives on the socket, and the answer is heard in the channel', async () => {
    const socket = await EventSocket.open(stage.server, us.token);
    carl.say('#tea', 'does anybody: hear me?');
    const frame = await socket.nextMessage(chat.id, (entry) => entry.text === 'does anybody: hear me?');
    assert.deepEqual([frame.entries[0].senderName, frame.entries[0].isSender], ['Carl', false]);
    const sent = await sayTo(us, chat.id, 'loud & **clear**');
    assert.equal(sent.sendStatus.status, 'SUCCESS');
    const line = await carl.next((one) => one.command === 'PRIVMSG' && /loud & /.test(one.text), 'the answer');
    assert.deepEqual([line.from, line.words[0], /clear/.test(line.text), /<\w/.test(line.text)], ['ada', '#tea', true, false]);
    assert.equal(carl.lines.filter((one) => /loud/.test(one.text)).length, 1);
    await socket.close();
  });

  test('many lines go both ways, each once and in order', async () => {
    const theirs = Array.from({ length: 20 }, (_, n) => `irc line ${n}`);
    const ours = Array.from({ length: 20 }, (_, n) => `api line ${n}`);
    for (const text of theirs) carl.say('#tea', text);
    for (const text of ours) await us.sdk.messages.send(chat.id, { text });
    await eventually(
      () => carl.lines.filter((line) => line.text?.startsWith('api line')).length === ours.length,
      'all of ours in the channel',
      20_000,
    );
    assert.deepEqual(
      carl.lines.filter((line) => line.text?.startsWith('api line')).map((line) => line.text),
      ours,
    );
    await eventually(
      async () => (await textsOf(us, chat.id, (text) => text.startsWith('irc line'))).join() === theirs.join(),
      'all of theirs here',
      20_000,
    );
    assert.deepEqual(await textsOf(us, chat.id, (text) => text.startsWith('api line')), ours);
  });

  test('actions, topics and comings and goings show', async () => {
    carl.say('#tea', '\u0001ACTION pours\u0001');
    await eventually(async () => (await textsOf(us, chat.id)).includes('* Carl pours'), 'the action');
    carl.write('TOPIC #tea :Earl Grey');
    await chatThat(us, chat.id, (one) => one.description === 'Earl Grey');
    const dora = await IrcClient.open(irc.port, 'Dora', '#tea');
    await chatThat(us, chat.id, (one) => one.participants.items.some((item) => item.fullName === 'Dora'));
    dora.close();
    await chatThat(us, chat.id, (one) => !one.participants.items.some((item) => item.fullName === 'Dora'));
  });

  test('a whisper opens a direct chat that can be answered', async () => {
    carl.say('ada', 'psst');
    const { roomID } = await eventually(
      () => [...bridge.bridge.portals.values()].find((portal) => portal.type === 'dm'),
      'a portal for two',
    );
    await joinAs(us, stage.homeserver, roomID).catch(() => {});
    const direct = await chatNamed(us, 'Carl', (one) => one.type === 'single');
    await eventually(async () => (await textsOf(us, direct.id)).includes('psst'));
    await sayTo(us, direct.id, 'what is it?');
    await carl.heard('Carl', 'what is it?');
  });
});
