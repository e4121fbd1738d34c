// Does what the server shows agree with the ledger, and do the sides of a conversation agree with each other?
import { tokenOf } from './ledger.mjs';

/** The messages of a side whose sort key is greater than the fence, oldest first. */
export async function messagesAfter(side, fence) {
  const found = [];
  for await (const message of side.who.sdk.messages.list(side.chatID, { limit: 200 })) {
    if (message.sortKey <= fence) break;
    found.push(message);
  }
  return found.reverse();
}

/** What each side of a conversation shows after its fence. */
export async function look(conversation, fenceOf = () => '0') {
  return Promise.all(
    conversation.sides.map(async (side) => {
      const messages = await messagesAfter(side, fenceOf(side));
      // A tombstone has lost its token; it keeps its id.
      for (const message of messages) if (message.text) side.known.set(message.id, tokenOf(message.text));
      return { side, messages, tokens: messages.map((message) => side.known.get(message.id)) };
    }),
  );
}

/** Everything that is not as it must be, as sentences. `sent`: the ledger's entries that lie after the fences. */
export function disagreements(conversation, views, sent, people) {
  const wrong = [];
  const mine = sent.filter((entry) => entry.conversation === conversation);
  for (const view of views) {
    const byToken = group(view.messages, (_, index) => view.tokens[index]);
    for (const entry of mine) wrong.push(...check(entry, view, byToken.get(entry.token) ?? []));
  }
  wrong.push(...differences(views, mine, people), ...disorder(views, mine));
  return wrong;
}

function group(items, keyOf) {
  const groups = new Map();
  items.forEach((item, index) => {
    const key = keyOf(item, index);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(item);
  });
  return groups;
}

/** One message on one side. */
function check(entry, { side, messages }, found) {
  const at = `${entry.token} at ${side.who.username} in ${entry.conversation.name}`;
  if (found.length > 1) return [`${at} is there ${found.length} times`];
  const isSender = side.who === entry.lane.who;
  const message = found[0] ?? (isSender && entry.isAcknowledged ? messages.find((candidate) => candidate.id === entry.id) : undefined);
  if (!message) {
    const mayBeGone = isSender && entry.removed.allows(true);
    // Elsewhere a tombstone may never have been seen with its text: whether it is there, the comparison of the sides says.
    const mustBeThere = entry.isAcknowledged && !mayBeGone && (isSender || !entry.deleted.allows(true));
    return mustBeThere ? [`${at} was acknowledged and is not there`] : [];
  }
  const wrong = [];
  if (isSender) {
    if (!entry.removed.allows(false)) wrong.push(`${at} was deleted for the sender and is there`);
    if (entry.isAcknowledged && message.id !== entry.id) wrong.push(`${at} has id ${message.id}, acknowledged was ${entry.id}`);
    if (message.sendStatus?.status !== 'SUCCESS') wrong.push(`${at} ended in ${JSON.stringify(message.sendStatus)}`);
  }
  if (!entry.deleted.allows(!!message.isDeleted)) wrong.push(`${at}: isDeleted is ${!!message.isDeleted}`);
  if (message.isDeleted) return wrong;
  if (!entry.text.allows(message.text)) wrong.push(`${at} says “${message.text}” and may say ${entry.text.allowed.join(' or ')}`);
  if (!!entry.body.attachment !== (message.attachments?.length === 1)) wrong.push(`${at} has another number of attachments`);
  for (const [lane, register] of entry.reactions) {
    const has = hasReaction(message, lane);
    if (!register.allows(has)) wrong.push(`${at}: whether ${lane.name} reacted is ${has}`);
  }
  return wrong;
}

const hasReaction = (message, { who, emoji }) =>
  (message.reactions ?? []).some((reaction) => reaction.participantID === who.userID && reaction.reactionKey === emoji);

/** Everybody sees the same messages of each sender, in the same order, with the same text and reactions. */
function differences(views, sent, people) {
  const removed = new Set(sent.filter((entry) => entry.removed.allows(true)).map((entry) => entry.token));
  const wrong = [];
  for (const { userID, username } of people) {
    const [first, ...others] = views.map(({ side, messages, tokens }) => ({
      side,
      lines: messages.filter((message, index) => message.senderID === userID && !removed.has(tokens[index])).map(line),
    }));
    for (const other of others) {
      const at = Math.max(first.lines.length, other.lines.length);
      const index = Array.from({ length: at }).findIndex((_, each) => first.lines[each] !== other.lines[each]);
      if (index >= 0) {
        wrong.push(
          `the messages of ${username} differ at ${index}: ${first.side.who.username} has ${first.lines[index]}, ` +
            `${other.side.who.username} has ${other.lines[index]}`,
        );
      }
    }
  }
  return wrong;
}

function line({ text, isDeleted, reactions }) {
  if (isDeleted) return 'a deleted message';
  return `${text} ${(reactions ?? []).map((reaction) => `${reaction.participantID} ${reaction.reactionKey}`).sort()}`;
}

/** What one lane sent after the other, each acknowledged at its first try, stands in that order. */
function disorder(views, sent) {
  const wrong = [];
  for (const { side, messages } of views) {
    const place = new Map(messages.map((message, index) => [message.id, index]));
    const last = new Map();
    for (const entry of sent) {
      const at = place.get(entry.id);
      if (side.who !== entry.lane.who || at === undefined || entry.wasSentAgain) continue;
      if (at < (last.get(entry.lane) ?? -1)) wrong.push(`${entry.token} stands before what was sent before it`);
      last.set(entry.lane, at);
    }
  }
  return wrong;
}

/** What is certain by now: unanswered requests have happened or have not. */
export function settle(conversation, views, sent) {
  for (const entry of sent.filter((candidate) => candidate.conversation === conversation)) {
    const { messages, tokens } = views.find(({ side }) => side.who === entry.lane.who);
    const message = messages.find((candidate, index) => tokens[index] === entry.token || candidate.id === entry.id);
    entry.removed.settle(!message && entry.removed.allows(true));
    if (!message) continue;
    entry.deleted.settle(!!message.isDeleted);
    if (message.isDeleted) continue;
    entry.text.settle(message.text);
    for (const [lane, register] of entry.reactions) register.settle(hasReaction(message, lane));
  }
}

/** A lane's quiet chat and read positions. */
export async function settingsDisagreements(lane) {
  const wrong = [];
  const chat = await lane.who.sdk.chats.retrieve(lane.quiet.sideOf(lane.who).chatID);
  const shown = { ...chat, isArchived: !!chat.isArchived, isMuted: !!chat.isMuted, draft: chat.draft?.text ?? null };
  for (const [name, register] of Object.entries(lane.settings)) {
    if (register.allows(shown[name])) continue;
    wrong.push(`${name} of the quiet chat of ${lane.name} is ${shown[name]} and may be ${register.allowed}`);
  }
  for (const side of lane.quiet.sides) {
    const { title } = await side.who.sdk.chats.retrieve(side.chatID);
    if (title !== chat.title) wrong.push(`the title ${chat.title} is ${title} for ${side.who.username}`);
  }
  for (const [conversation, sortKey] of lane.readTo) {
    const { lastReadMessageSortKey } = await lane.who.sdk.chats.retrieve(conversation.sideOf(lane.who).chatID);
    if (lastReadMessageSortKey >= sortKey) continue;
    wrong.push(`${lane.name} read ${conversation.name} to ${sortKey}, and it is ${lastReadMessageSortKey}`);
  }
  if (wrong.length === 0) for (const [name, register] of Object.entries(lane.settings)) register.settle(shown[name]);
  return wrong;
}
