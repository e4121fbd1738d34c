// Makes a data folder as this version leaves it, for the tests of all later versions: to be run once for every released schema.
//   node keep-folder.mjs NAME      writes kept/NAME.tar.gz (the folder of a server that was killed at work) and kept/NAME.json
// (what its API said). See kept-folders.test.mjs.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shown } from './kept.mjs';
import { files } from './samples.mjs';
import { startServer } from './server.mjs';
import { direct, eventually, group, mint, person, say, tell } from './support.mjs';

const kept = fileURLToPath(new URL('kept', import.meta.url));
const name = process.argv[2];
assert.match(name ?? '', /^[a-z0-9.-]+$/, 'Usage: node keep-folder.mjs NAME');

const server = await startServer();
const people = {};
for (const [username, displayName] of [['ada', 'Ada Lovelace'], ['bob', 'Bob Martin'], ['cleo', 'Cleo 🦊']]) {
  people[username] = await person(server, username, displayName);
}
const { ada, bob, cleo } = people;
const upload = (who, content, fileName) => who.sdk.assets.uploadBase64({ content: content.toString('base64'), fileName });

const [mine, theirs] = await direct(ada, bob);
const [question, questionAtBob] = await tell(ada, mine, bob, theirs, 'Kaffee um sieben?');
await tell(bob, theirs, ada, mine, 'gern, bis dann', { replyToMessageID: questionAtBob.id });
await bob.sdk.chats.messages.reactions.add(questionAtBob.id, { chatID: theirs, reactionKey: '👍' });
const [typo] = await tell(ada, mine, bob, theirs, 'a teh typo');
await ada.sdk.messages.update(typo.id, { chatID: mine, text: 'a _the_ typo' });
const [regretted] = await tell(ada, mine, bob, theirs, 'regretted');
await ada.sdk.messages.delete(regretted.id, { chatID: mine });
const hidden = await say(ada, mine, 'deleted for Ada alone');
await ada.sdk.messages.delete(hidden.id, { chatID: mine, forEveryone: false });
const picture = await upload(ada, files.png[2], 'dot.png');
await say(ada, mine, 'with a picture', { attachment: { uploadID: picture.uploadID } });
await say(ada, mine, 'are you **there** @bob?');
await say(bob, theirs, '日本語のメッセージ と emoji 🎉 ünï');

const [club, clubAtBob, clubAtCleo] = await group('The Club', ada, bob, cleo);
await ada.sdk.chats.update(club, { description: 'Everybody', imgURL: (await upload(ada, files.png[2], 'club.png')).uploadID });
for (let n = 0; n < 24; n++) {
  await [() => say(ada, club, `club number${n} from Ada`), () => say(bob, clubAtBob, `club number${n} from Bob`), () => say(cleo, clubAtCleo, `club number${n} from Cleo`)][n % 3]();
}
await bob.sdk.chats.markRead(clubAtBob);
await cleo.sdk.chats.update(clubAtCleo, { isMuted: true });
await ada.sdk.chats.reminders.create(club, { reminder: { remindAt: '2090-01-01T00:00:00.000Z' } });
const note = await upload(ada, Buffer.from('a drafted file'), 'draft.txt');
await ada.sdk.chats.update(mine, { isPinned: true, draft: { text: 'not *sent* yet', attachments: { one: { uploadID: note.uploadID } } } });
const [timed] = await group('Vanishing', cleo, ada);
await cleo.sdk.chats.update(timed, { messageExpirySeconds: 3600 });
const [old] = await group('Old things', bob, ada);
await say(bob, old, 'long ago');
await bob.sdk.chats.archive(old, { archived: true });

const tokens = Object.fromEntries(Object.entries(people).map(([username, { token }]) => [username, token]));
tokens.chat = await mint(server, { name: 'the club alone', scopes: 'read', chat: club });
await eventually(async () => (await cleo.sdk.messages.list(clubAtCleo, { limit: 50 })).items.length >= 24, 'all is delivered');
const expected = await shown(server, tokens);
// A stop folds the logs into the databases, which keeps the folder small.
await server.restart();

// Killed in the middle of its work, so that sends wait in the outbox and the newest of both databases is in their logs.
const [waiting, waitingAtCleo] = await direct(bob, cleo);
const sends = Array.from({ length: 40 }, (_, n) => `waiting number${n}.`);
const ids = await Promise.all(sends.map((text) => bob.sdk.messages.send(waiting, { text })));
await server.kill();
const killedAt = new Date().toISOString();

await mkdir(kept, { recursive: true });
const left = ['switchboard.lock', '*-shm'].map((pattern) => `--exclude=${pattern}`);
execFileSync('tar', ['--sort=name', '--owner=0', '--group=0', ...left, '-I', 'gzip -9', '-cf', join(kept, `${name}.tar.gz`), '-C', server.dataDir, '.']);
const facts = {
  killedAt,
  tokens,
  expected,
  waiting: { from: waiting, to: waitingAtCleo, sends: sends.map((text, n) => ({ text, id: ids[n].pendingMessageID })) },
};
await writeFile(join(kept, `${name}.json`), `${JSON.stringify(facts)}\n`);
await server.remove();
process.exit(0);
