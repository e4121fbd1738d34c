// Our side of the Matrix tests: a Switchboard server that people log in to Matrix with, and the other side around it.
import assert from 'node:assert/strict';
import { startServer } from '../server.mjs';
import { collect, eventually, finish, mint, refused, sdk } from '../support.mjs';
import { Bridge } from './bridge.mjs';
import { sharedHomeserver } from './homeserver.mjs';
import { Peer } from './peer.mjs';
import { Proxy } from './proxy.mjs';

/** A homeserver and a Switchboard server; `finish()` ends them and whatever else a test began. `own` is a homeserver to use. */
export async function matrixStage({ own, settings } = {}) {
  const homeserver = own ?? (await sharedHomeserver());
  // No limit of ours, so that what is measured and tried is the network's.
  const server = await startServer({ settings: { SWITCHBOARD_SENDS_PER_MINUTE: '0', ...settings } });
  return {
    homeserver,
    server,
    /** Somebody with an account at the homeserver who is logged in with Switchboard. */
    signIn: (name, displayName = name, options = {}) => signIn(server, homeserver, name, displayName, options),
    peer: (name, displayName = name) => Peer.start(homeserver, name, displayName),
    async finish() {
      Peer.endAll();
      await Promise.all([Bridge.endAll(), Proxy.endAll()]);
      try {
        await finish(server);
      } finally {
        await homeserver.stop();
      }
    },
  };
}

/** Begins a login by a flow of bridge `matrix` and hands in the fields of its one step; gives the session as it is then. */
export async function submitLogin(server, flowID, fields, begin = {}) {
  const client = sdk(server);
  const session = await client.post('/v1/bridges/matrix/login-sessions', { body: { flowID, ...begin } });
  assert.equal(session.status, 'waiting_for_input', JSON.stringify(session));
  assert.equal(session.currentStep.type, 'user_input');
  const path = `/v1/bridges/matrix/login-sessions/${session.loginSessionID}/steps/${session.currentStep.stepID}`;
  return { session, done: await client.post(path, { body: { type: 'user_input', fields } }) };
}

/** Logs an account in by its password; gives the account of Switchboard. `at` is another address of the homeserver. */
export async function logIn(server, homeserver, account, { at = homeserver.baseURL, ...begin } = {}) {
  const fields = { homeserver: at, username: account.username, password: account.password };
  const { done } = await submitLogin(server, 'password', fields, begin);
  assert.equal(done.status, 'complete', JSON.stringify(done));
  return done.account;
}

/** An account at the homeserver, logged in, with a client whose token reaches all accounts. */
export async function signIn(server, homeserver, name, displayName, { at, known } = {}) {
  const person = known ?? (await homeserver.register(name, { displayName }));
  const account = await logIn(server, homeserver, person, { at });
  const token = await mint(server, { name: person.username });
  const us = {
    ...person,
    username: person.username,
    displayName,
    account,
    accountID: account.accountID,
    token,
    server,
    sdk: sdk(server, token),
  };
  await connected(us);
  return us;
}

/** Waits until the account is connected; gives it. */
export const connected = (us, status = 'connected', milliseconds = 20_000) =>
  eventually(
    async () => (await us.sdk.accounts.list()).find((account) => account.accountID === us.accountID && account.status === status),
    `${us.username} is ${status}`,
    milliseconds,
  );

/** The chat with this title, once it is there and `fits`; all its participants are in it. */
export const chatNamed = (us, title, fits = () => true, milliseconds) =>
  eventually(
    async () => {
      const found = (await us.sdk.chats.list({ limit: 200 })).items.find((chat) => chat.title === title);
      const chat = found && (await us.sdk.chats.retrieve(found.id));
      return chat && fits(chat) && chat;
    },
    `there is a chat “${title}” and ${fits}`,
    milliseconds,
  );

/** The chat once it `fits`. */
export const chatThat = (us, chatID, fits, milliseconds) =>
  eventually(
    async () => {
      const chat = await us.sdk.chats.retrieve(chatID);
      return fits(chat) && chat;
    },
    `of the chat: ${fits}`,
    milliseconds,
  );

/** The message once it `fits`, by the event id it has on the homeserver. */
export const messageThat = (us, chatID, eventID, fits = () => true, milliseconds) =>
  eventually(
    async () => {
      const message = await us.sdk.messages.retrieve(eventID, { chatID });
      return fits(message) && message;
    },
    `of the message: ${fits}`,
    milliseconds,
  );

/** A room a peer makes and the user is in already when Switchboard hears of it: `[roomID, chat]`. */
export async function roomWith(us, peer, title, options) {
  const roomID = await peer.room(title, [us], options);
  await joinAs(us, peer.homeserver, roomID);
  return [roomID, await chatNamed(us, title)];
}

/** Joins as the user would by another client. */
export const joinAs = (us, homeserver, roomID) => callAs(us, homeserver, 'POST', `/join/${encodeURIComponent(roomID)}`, {});

/** A request with the token of the user's other client. */
export const callAs = (us, homeserver, method, path, body) =>
  homeserver.call(method, `/_matrix/client/v3${path}`, { token: us.accessToken, body });

/** The messages a client would show, oldest first. */
export const visible = async (us, chatID) =>
  (await collect(us.sdk.messages.list(chatID, { limit: 200 }))).filter((message) => !message.isHidden).reverse();

/** The texts that fit of the messages a client would show, oldest first; no message may come twice. */
export async function textsOf(us, chatID, fits = () => true) {
  const all = (await collect(us.sdk.messages.list(chatID, { limit: 200 }))).filter(
    (message) => !message.isHidden && message.text !== undefined && fits(message.text),
  );
  assert.equal(new Set(all.map((message) => message.id)).size, all.length, 'a message id came twice');
  return all.map((message) => message.text).reverse();
}

/** Sends and waits until it is not pending any more; the outcome must be this. */
export async function sayTo(us, chatID, text, extra = {}, outcome = 'SUCCESS') {
  const { pendingMessageID } = await us.sdk.messages.send(chatID, { text, ...extra });
  return outcomeOf(us, chatID, pendingMessageID, outcome);
}

export async function outcomeOf(us, chatID, messageID, outcome = 'SUCCESS', milliseconds = 20_000) {
  const message = await eventually(
    async () => {
      const found = await us.sdk.messages.retrieve(messageID, { chatID });
      return found.sendStatus?.status !== 'PENDING' && found;
    },
    `message ${messageID} is not pending any more`,
    milliseconds,
  );
  assert.equal(message.sendStatus?.status, outcome, JSON.stringify(message.sendStatus));
  return message;
}

export { refused };
