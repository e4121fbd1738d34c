// The log writes actions by their names in the API; people read words.

import { mcpTools } from '../components/ToolFields.tsx';

/** What was done, and what somebody wanted to do who was refused. No two actions of one way in are called the same. */
const words: Record<string, readonly [done: string, wanted: string]> = {
  sendMessage: ['Sent a message', 'send a message'],
  editMessage: ['Edited a message', 'edit a message'],
  deleteMessage: ['Deleted a message', 'delete a message'],
  addReaction: ['Reacted', 'react'],
  removeReaction: ['Took a reaction back', 'take a reaction back'],
  createChat: ['Made a chat', 'make a chat'],
  startChat: ['Started a chat', 'start a chat'],
  updateChat: ['Changed a chat', 'change a chat'],
  archiveChat: ['Archived or restored a chat', 'archive or restore a chat'],
  acceptChat: ['Accepted an invitation', 'accept an invitation'],
  declineChat: ['Declined an invitation', 'decline an invitation'],
  markChatRead: ['Marked a chat as read', 'mark a chat as read'],
  markChatUnread: ['Marked a chat as unread', 'mark a chat as unread'],
  notifyAnyway: ['Notified anyway', 'notify anyway'],
  setReminder: ['Set a reminder', 'set a reminder'],
  clearReminder: ['Removed a reminder', 'remove a reminder'],
  setTyping: ['Showed typing', 'show typing'],
  uploadAsset: ['Uploaded a file', 'upload a file'],
  uploadAssetBase64: ['Uploaded a file as text', 'upload a file as text'],
  focus: ['Brought to the front', 'come to the front'],
  createLoginSession: ['Began to add an account', 'begin to add an account'],
  submitLoginStep: ['Went on adding an account', 'go on adding an account'],
  cancelLoginSession: ['Stopped adding an account', 'stop adding an account'],
  removeAccount: ['Removed an account', 'remove an account'],
  removeBridgeLogin: ['Removed a sign-in and its accounts', 'remove a sign-in and its accounts'],
  signIn: ['Signed in', 'sign in'],
  signOut: ['Signed out', 'sign out'],
  setPassword: ['Set the password', 'set the password'],
  decideConsent: ['Decided about an app', 'decide about an app'],
  createConnection: ['Made a connection', 'make a connection'],
  revokeConnection: ['Revoked a connection', 'revoke a connection'],
  endSession: ['Signed a browser out', 'sign a browser out'],
  endOtherSessions: ['Signed the other browsers out', 'sign the other browsers out'],
  listSessions: ['Read where you are signed in', 'read where you are signed in'],
  listConnections: ['Read the connections', 'read the connections'],
  listAudit: ['Read the activity', 'read the activity'],
  getConsent: ['Read what an app asks for', 'read what an app asks for'],
  createToken: ['Made a token', 'make a token'],
  revokeToken: ['Revoked a token', 'revoke a token'],
  oauthToken: ['Took its token', 'take its token'],
  oauthRevoke: ['Gave its token back', 'give its token back'],
  get_accounts: ['Read the accounts', 'read the accounts'],
  search_chats: ['Searched chats', 'search chats'],
  get_chat: ['Read a chat', 'read a chat'],
  list_messages: ['Read messages', 'read messages'],
  search_messages: ['Searched messages', 'search messages'],
  get_attachment: ['Fetched a file', 'fetch a file'],
  start_chat: ['Started a chat', 'start a chat'],
  send_message: ['Sent a message', 'send a message'],
  edit_message: ['Edited a message', 'edit a message'],
  delete_message: ['Deleted a message', 'delete a message'],
  add_reaction: ['Reacted', 'react'],
  archive_chat: ['Archived or restored a chat', 'archive or restore a chat'],
  focus_app: ['Wrote a draft or marked as read', 'write a draft or mark as read'],
  set_chat_reminder: ['Set a reminder', 'set a reminder'],
  clear_chat_reminder: ['Removed a reminder', 'remove a reminder'],
  listAccounts: ['Read the accounts', 'read the accounts'],
  getAccount: ['Read an account', 'read an account'],
  listChats: ['Read the list of chats', 'read the list of chats'],
  searchChats: ['Searched chats', 'search chats'],
  getChat: ['Read a chat', 'read a chat'],
  listMessages: ['Read messages', 'read messages'],
  getMessage: ['Read a message', 'read a message'],
  searchMessages: ['Searched messages', 'search messages'],
  search: ['Searched everything', 'search everything'],
  searchContacts: ['Searched contacts', 'search contacts'],
  listContacts: ['Read contacts', 'read contacts'],
  downloadAsset: ['Had a file fetched to this server', 'have a file fetched to this server'],
  serveAsset: ['Read a file', 'read a file'],
  headAsset: ['Looked at the size of a file', 'look at the size of a file'],
  connectEvents: ['Followed events', 'follow events'],
  listBridges: ['Read the networks', 'read the networks'],
  listBridgeLogins: ['Read the state of accounts', 'read the state of accounts'],
};

const byMcp = 'By MCP';

/** The actions worth a place in the filter. What agents do by MCP is written down by the names of the tools. */
const groups: readonly (readonly [group: string, actions: readonly string[]])[] = [
  [
    'By the API and on these pages',
    [
      'sendMessage', 'editMessage', 'deleteMessage', 'addReaction', 'removeReaction', 'startChat', 'createChat', 'updateChat', 'archiveChat',
      'markChatRead', 'setReminder', 'uploadAsset', 'createLoginSession', 'removeAccount', 'listMessages', 'searchMessages', 'searchChats',
      'search', 'downloadAsset', 'connectEvents',
    ],
  ],
  // One has the same name in both.
  [byMcp, mcpTools.map(({ name }) => name).filter((name) => name !== 'search')],
  ['Access', ['signIn', 'signOut', 'endSession', 'endOtherSessions', 'setPassword', 'decideConsent', 'createConnection', 'revokeConnection', 'oauthToken', 'oauthRevoke']],
  ['On the command line', ['createToken', 'revokeToken']],
];

export const actionGroups = groups.map(
  ([group, actions]) => [group, actions.map((action) => [action, group === byMcp ? `${actionName(action)} (MCP)` : actionName(action)] as const)] as const,
);

const surfaces: Record<string, string> = {
  rest: 'by the API',
  socket: 'by the socket',
  mcp: 'by MCP',
  web: 'on these pages',
  cli: 'on the command line',
};

export const surfaceName = (surface: string) => surfaces[surface] ?? surface;

/** An action in words; of one that has none here, its name pulled apart: `send_file` as “Send file”. */
export function actionName(action: string): string {
  const known = words[action];
  if (known) return known[0];
  const spaced = apart(action);
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

const apart = (action: string) => action.replace(/([a-z\d])([A-Z])/g, '$1 $2').replace(/[._-]+/g, ' ').toLowerCase();

/** The same of somebody who did not get to it. */
export const attemptName = (action: string) => `Tried to ${words[action]?.[1] ?? apart(action)}`;

// What an attempt came to. What is not here is a failure of the server or of a network: it may have happened in part.
const refusals: Record<string, string> = {
  not_found: 'nothing there within its limits',
  insufficient_scope: 'not allowed',
  invalid_credentials: 'wrong password or link',
  rate_limited: 'too many at once',
  validation_error: 'not understood',
  bad_request: 'not understood',
  invalid_cursor: 'not understood',
  unsupported: 'not possible there',
  conflict: 'not possible just then',
};

const decisions: Record<string, string> = { allowed: 'Allowed', denied: 'Denied' };

export interface Outcome {
  kind: 'done' | 'decided' | 'refused' | 'failed';
  words: string;
}

/** What came of it, in words; nothing to say when it was just done. */
export function outcomeOf(outcome: string): Outcome {
  const decision = decisions[outcome];
  const refusal = refusals[outcome];
  if (outcome === 'ok') return { kind: 'done', words: '' };
  if (decision) return { kind: 'decided', words: decision };
  if (refusal) return { kind: 'refused', words: `Refused: ${refusal}` };
  return { kind: 'failed', words: outcome === 'cancelled' ? 'Did not wait for the outcome' : `Failed: ${outcome.replaceAll('_', ' ')}` };
}
