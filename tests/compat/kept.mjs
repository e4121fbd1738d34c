// What an installation shows to each of its tokens, so that one version can be compared with another.
import { call, collect, sdk } from './support.mjs';

/** By token: accounts, and every chat with its messages; of each what must outlive any upgrade. */
export async function shown(server, tokens) {
  const result = {};
  for (const [name, token] of Object.entries(tokens)) {
    const client = sdk(server, token);
    const chats = await collect(client.chats.list({ limit: 200 }));
    result[name] = {
      accounts: (await client.accounts.list()).map(({ accountID, user }) => ({ accountID, user: user.id, name: user.fullName })),
      chats: await Promise.all(chats.map((chat) => describe(server, client, token, chat))),
      found: (await collect(client.messages.search({ query: 'club number7' }))).map((message) => message.id),
    };
    result[name].chats.sort((one, other) => (one.id < other.id ? -1 : 1));
  }
  return result;
}

async function describe(server, client, token, { id }) {
  const chat = await client.chats.retrieve(id);
  const messages = await collect(client.messages.list(id, { limit: 200 }));
  return {
    ...pick(chat, ['id', 'localChatID', 'accountID', 'type', 'title', 'description', 'draft', 'reminder', 'messageExpirySeconds']),
    ...pick(chat, ['isArchived', 'isMuted', 'isPinned', 'unreadCount', 'lastReadMessageSortKey', 'lastActivity']),
    participants: chat.participants.items.map((person) => person.id),
    messages: await Promise.all(messages.map((message) => describeMessage(server, token, message))),
  };
}

async function describeMessage(server, token, message) {
  return {
    ...pick(message, ['id', 'sortKey', 'senderID', 'timestamp', 'editedTimestamp', 'type', 'text', 'isDeleted']),
    ...pick(message, ['linkedMessageID', 'mentions']),
    sendStatus: message.sendStatus?.status,
    reactions: message.reactions?.map((reaction) => `${reaction.participantID} ${reaction.reactionKey}`),
    attachments:
      message.attachments &&
      (await Promise.all(
        message.attachments.map(async (attachment) => ({
          ...pick(attachment, ['id', 'fileName', 'mimeType', 'fileSize', 'type']),
          status: (await call(server, 'GET', `/v1/assets/serve?url=${encodeURIComponent(attachment.id)}`, { token })).status,
        })),
      )),
  };
}

/** Without what is not there, so that it equals itself after a journey through JSON. */
const pick = (object, names) =>
  Object.fromEntries(names.filter((name) => (object[name] ?? null) !== null).map((name) => [name, object[name]]));
