// One of two programs that hold a conversation: reacts to socket events only, and prints what it saw as one JSON line.
// Settings: BASE_URL, TOKEN, ACCOUNT_ID, PEER (username), TURNS, and OPENS=1 for the one who says the first line.
import BeeperDesktop from '@beeper/desktop-api';
import WebSocket from 'ws';

const { BASE_URL: baseURL, TOKEN: accessToken, ACCOUNT_ID: accountID, PEER: peer, TURNS, OPENS } = process.env;
const turns = Number(TURNS);
const client = new BeeperDesktop({ baseURL, accessToken });
const { endpoints } = await client.info.retrieve();
const { id: chatID } = await client.chats.start({ accountID, user: { username: peer } });
const heard = [];
const said = [];
const handled = new Set();

const socket = new WebSocket(endpoints.ws_events.replace(/^http/, 'ws'), { headers: { authorization: `Bearer ${accessToken}` } });
socket.on('open', () => socket.send(JSON.stringify({ type: 'subscriptions.set', chatIDs: [chatID] })));
socket.on('message', (data) => react(JSON.parse(data)).catch(fail));
socket.on('error', fail);
socket.on('close', (code) => {
  if (code !== 1000) fail(new Error(`the socket closed with ${code}`));
});

async function react(frame) {
  if (frame.type === 'subscriptions.updated') {
    process.stdout.write('listening\n');
    if (OPENS) process.stdin.once('data', () => say(1).catch(fail));
  }
  if (frame.type !== 'message.upserted' || frame.chatID !== chatID) return;
  for (const message of frame.entries ?? []) {
    const turn = Number(/^turn (\d+)$/.exec(message.text)?.[1]);
    if (message.isSender || !turn || handled.has(message.id)) continue;
    handled.add(message.id);
    heard.push(turn);
    await client.chats.markRead(chatID, { messageID: message.id });
    if (turn < turns) await say(turn + 1);
    if (turn >= turns - 1) finish();
  }
}

async function say(turn) {
  said.push(turn);
  await client.messages.send(chatID, { text: `turn ${turn}` });
}

function finish() {
  process.stdout.write(`${JSON.stringify({ chatID, heard, said })}\n`);
  socket.close(1000);
  process.stdin.destroy();
}

function fail(error) {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
}
