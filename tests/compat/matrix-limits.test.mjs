// A homeserver with the limits that Synapse has when nobody sets any: at its pace everything happens, once and in order, and nothing
// of it is shown as a failure.
import assert from 'node:assert/strict';
import { Bridge } from './matrix/bridge.mjs';
import { Homeserver } from './matrix/homeserver.mjs';
import { chatNamed, joinAs, matrixStage, messageThat, textsOf } from './matrix/ours.mjs';
import { bodies } from './matrix/peer.mjs';
import { Proxy } from './matrix/proxy.mjs';
import { matrixSuite } from './matrix/suite.mjs';
import { eventually, sdk } from './support.mjs';

// What is set to nothing has Synapse's own values: ten messages at once and then one in five seconds, ten rooms at once to go into
// and then one in ten seconds, five logins of an address.
const UNSET =
  'message registration login joins joins_per_room invites key_requests media_create presence room_creation user_directory'.split(' ');
const config = `${UNSET.map((name) => `rc_${name}: {}`).join('\n')}\n`;
const MESSAGES = 16;
const PORTALS = 15;
const PATIENCE = 240_000;

matrixSuite('a homeserver with limits', ['homeserver'], ({ after, before, test }) => {
  let stage;
  let proxy;
  let us;
  let bob;
  before(async () => {
    stage = await matrixStage({ own: await Homeserver.start({ config }) });
    proxy = await Proxy.start(stage.homeserver);
    us = await stage.signIn('ada', 'Ada', { at: proxy.baseURL });
    bob = await stage.peer('bob', 'Bob');
  });
  after(() => stage?.finish());

  /** Requests of a kind that the homeserver has answered so. */
  const answered = (pattern, status) => proxy.requests.filter((one) => pattern.test(one.path) && one.status === status).length;

  test(`${PORTALS} portals to go into and ${MESSAGES} messages at once, while reading goes on`, { timeout: 600_000 }, async (context) => {
    const room = await bob.room('Busy', [us]);
    await joinAs(us, stage.homeserver, room);
    const chat = await chatNamed(us, 'Busy');
    const bridge = await Bridge.start(stage.homeserver, 'dummy', { protocol: 'dummy', name: 'Dummy' });
    const login = await bridge.login(us.userID, { id: 'ada' });
    const going = { on: true };
    const failures = [];
    context.after(() => (going.on = false));
    const reader = sdk(stage.server, us.token, { timeout: PATIENCE });
    const reading = (async () => {
      let reads = 0;
      for (; going.on; reads++) {
        const [, page] = await Promise.all([reader.chats.list({ limit: 200 }), reader.messages.list(chat.id, { limit: 100 })]);
        failures.push(...page.items.filter((one) => /FAIL/.test(one.sendStatus?.status ?? '')));
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      return reads;
    })();

    const [started, took] = [Date.now(), {}];
    const since = () => Math.round((Date.now() - started) / 1000);
    const said = Array.from({ length: MESSAGES }, (_, n) => `burst ${n}`);
    const sending = (async () => {
      for (const text of said) await us.sdk.messages.send(chat.id, { text });
    })();
    const inviting = (async () => {
      for (let n = 0; n < PORTALS; n++) {
        const ghosts = [await bridge.ghost(`g${n}`, `Ghost ${n}`)];
        await bridge.portal(login, { id: `p${n}`, name: `Portal ${n}`, ghosts });
      }
    })();
    await Promise.all([sending, inviting]);
    const isOurs = (body) => body.startsWith('burst ');
    const isBeforeTheEnd = async () => bodies(await bob.history(room), isOurs).length < MESSAGES;
    // What comes meanwhile comes at once: it does not wait for what goes out.
    await messageThat(us, chat.id, await bob.text(room, 'can you hear me?'));
    assert.ok(await isBeforeTheEnd(), 'the burst was still under way');

    await Promise.all([
      eventually(async () => !(await isBeforeTheEnd()), 'all messages went out', PATIENCE).then(() => (took.sends = since())),
      eventually(
        async () => {
          const chats = (await us.sdk.chats.list({ limit: 200 })).items;
          const isIn = (one) => one.network === 'Dummy' && !one.isReadOnly && !(one.capabilities.messageRequest?.acceptWithMessage > 0);
          return chats.filter(isIn).length === PORTALS;
        },
        'all portals were gone into',
        PATIENCE,
      ).then(() => (took.joins = since())),
    ]);
    going.on = false;
    const reads = await reading;
    const [sends, joins] = [answered(/\/send\//, 429), answered(/\/join\//, 429)];
    context.diagnostic(`Sends ${took.sends} s, ${sends} refused; joins ${took.joins} s, ${joins} refused; ${reads} reads`);
    assert.deepEqual(bodies(await bob.history(room), isOurs), said, 'once and in order');
    await eventually(async () => {
      const page = (await us.sdk.messages.list(chat.id, { limit: 100 })).items.filter((one) => one.isSender && !one.isHidden);
      assert.deepEqual(
        page.map((one) => [one.text, one.sendStatus?.status]),
        said.map((text) => [text, 'SUCCESS']).reverse(),
      );
      return true;
    }, 'each was confirmed');
    assert.deepEqual(await textsOf(us, chat.id, isOurs), said);
    assert.deepEqual(failures, [], 'none was ever shown as failed');
    assert.ok(reads >= 5, `${reads} reads`);
    // The limits were real, and the homeserver was not pestered: about one refusal for each time it asked to wait.
    assert.ok(sends > 0 && sends <= 2 * MESSAGES, `${sends} sends were refused`);
    assert.ok(joins > 0 && joins <= 2 * PORTALS, `${joins} joins were refused`);
    // Whoever was let in can be written to.
    const portal = [...bridge.portals.keys()].at(-1);
    await bridge.say(portal, bridge.ghostID(`g${PORTALS - 1}`), 'welcome');
    const last = await chatNamed(us, `Portal ${PORTALS - 1}`);
    await eventually(async () => (await textsOf(us, last.id)).includes('welcome'));
  });
});
