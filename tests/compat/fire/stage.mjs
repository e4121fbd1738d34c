// What the fuzzer aims at: identities, a chat, a message, a file, a sign-in under way. Whatever it destroys is made anew.
import assert from 'node:assert/strict';
import { call, direct, eventually, expectStatus, join, person, say, sdk } from '../support.mjs';

export class Stage {
  /** What stands for `@@name@@` in requests. */
  values = {};
  /** Where lists with cursors are. */
  lists = [];
  /** Sign-ins that requests have begun and nobody will finish; there may be only so many. */
  #begun = [];
  #made = 0;
  #renewing = Promise.resolve();

  static async set(server) {
    const stage = new Stage();
    stage.server = server;
    stage.owner = sdk(server);
    // Two whom no request is aimed at: what they do must always work.
    const [canary, friend] = [await person(server, 'canary'), await person(server, 'friend')];
    stage.canary = canary;
    [stage.canaryChat] = await direct(canary, friend);
    await stage.renew();
    return stage;
  }

  /** Puts back what requests have used up; one at a time. */
  renew() {
    this.#renewing = this.#renewing.then(() => this.#renew());
    return this.#renewing;
  }

  /** Keeps what an answer says was begun. */
  note(answer) {
    if (answer?.loginSessionID && answer.loginSessionID !== this.values.loginSessionID) this.#begun.push(answer.loginSessionID);
  }

  async #renew() {
    const { server, owner } = this;
    for (const id of this.#begun.splice(0)) await call(server, 'DELETE', `/v1/bridges/local/login-sessions/${encodeURIComponent(id)}`);
    const { chatID, messageID } = this.values;
    const there = chatID && (await call(server, 'GET', `/v1/chats/${encodeURIComponent(chatID)}/messages/${messageID}`));
    if (there?.status !== 200 || there.json.isDeleted) await this.#settle();
    const { uploadID } = await owner.assets.uploadBase64({ content: Buffer.from('%PDF-1.7 a file').toString('base64'), fileName: 'a.pdf' });
    this.values.uploadID = uploadID;
    const session =
      this.values.loginSessionID && (await call(server, 'GET', `/v1/bridges/local/login-sessions/${this.values.loginSessionID}`));
    if (session?.json?.currentStep) return;
    const { json } = await expectStatus(200, server, 'POST', '/v1/bridges/local/login-sessions', { body: {} });
    Object.assign(this.values, { loginSessionID: json.loginSessionID, stepID: json.currentStep.stepID });
  }

  async #settle() {
    const { server, owner } = this;
    this.#made++;
    const people = [];
    for (const side of ['a', 'b']) people.push(await join(server, `f${this.#made}${side}`));
    const [one, other] = people;
    const chat = await owner.chats.start({ accountID: one.accountID, user: { id: other.user.id } });
    const message = await say({ sdk: owner }, chat.id, 'apple banana 日本語 https://example.org/');
    const { uploadID } = await owner.assets.uploadBase64({ content: Buffer.from('0123456789').toString('base64'), fileName: 'n.txt' });
    const sent = await say({ sdk: owner }, chat.id, 'a file', { attachment: { uploadID } });
    const logins = (await expectStatus(200, server, 'GET', '/v1/bridges/local/logins')).json.items;
    const login = logins.find((item) => JSON.stringify(item).includes(one.accountID)) ?? logins.at(-1);
    const flows = (await expectStatus(200, server, 'GET', '/v1/bridges/local/login-flows')).json.items;
    Object.assign(this.values, {
      token: server.token,
      chatID: chat.id,
      messageID: message.id,
      accountID: one.accountID,
      userID: other.user.id,
      username: other.user.username ?? `f${this.#made}b`,
      mediaURL: sent.attachments[0].id,
      bridgeID: 'local',
      loginID: login.loginID ?? login.id,
      flowID: flows[0].flowID ?? flows[0].id,
      reactionKey: '👍',
      word: 'apple',
    });
    const path = encodeURIComponent(chat.id);
    this.lists = [
      '/v1/chats?limit=1',
      '/v1/chats/search?limit=1',
      '/v1/messages/search?limit=1',
      '/v1/messages/search?query=apple&limit=1',
      `/v1/chats/${path}/messages?limit=1`,
      `/v1/accounts/${one.accountID}/contacts/list?limit=1`,
    ];
  }

  /** Somebody who has nothing to do with it goes on as ever. */
  async breathe() {
    const { canary, canaryChat } = this;
    const { pendingMessageID } = await canary.sdk.messages.send(canaryChat, { text: 'still here' });
    await eventually(
      async () => (await canary.sdk.messages.retrieve(pendingMessageID, { chatID: canaryChat })).sendStatus?.status === 'SUCCESS',
      'the canary’s message is delivered',
    );
    const [newest] = (await canary.sdk.messages.list(canaryChat, { limit: 1 })).items;
    assert.equal(newest.text, 'still here');
  }
}
