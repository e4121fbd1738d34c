// The log writes actions by their names in the API; people read words.

import { mcpTools } from '../components/ToolFields.tsx';

const words: Record<string, string> = {
  sendMessage: 'Sent a message',
  editMessage: 'Edited a message',
  deleteMessage: 'Deleted a message',
  addReaction: 'Reacted',
  removeReaction: 'Took a reaction back',
  createChat: 'Made a chat',
  startChat: 'Started a chat',
  updateChat: 'Changed a chat',
  archiveChat: 'Archived or restored a chat',
  acceptChat: 'Accepted an invitation',
  declineChat: 'Declined an invitation',
  markChatRead: 'Marked a chat as read',
  markChatUnread: 'Marked a chat as unread',
  notifyAnyway: 'Notified anyway',
  setReminder: 'Set a reminder',
  clearReminder: 'Removed a reminder',
  setTyping: 'Showed typing',
  uploadAsset: 'Uploaded a file',
  uploadAssetBase64: 'Uploaded a file',
  focus: 'Brought to the front',
  createLoginSession: 'Began to add an account',
  submitLoginStep: 'Went on adding an account',
  cancelLoginSession: 'Stopped adding an account',
  removeAccount: 'Removed an account',
  removeBridgeLogin: 'Removed an account',
  signIn: 'Signed in',
  signOut: 'Signed out',
  setPassword: 'Set the password',
  decideConsent: 'Decided about an app',
  createConnection: 'Made a connection',
  revokeConnection: 'Revoked a connection',
  endSession: 'Signed a browser out',
  endOtherSessions: 'Signed the other browsers out',
  createToken: 'Made a token',
  revokeToken: 'Revoked a token',
  oauthToken: 'Took its token',
  oauthRevoke: 'Gave its token back',
  get_accounts: 'Read the accounts',
  search_chats: 'Searched chats',
  get_chat: 'Read a chat',
  list_messages: 'Read messages',
  search_messages: 'Searched messages',
  get_attachment: 'Fetched a file',
  start_chat: 'Started a chat',
  send_message: 'Sent a message',
  edit_message: 'Edited a message',
  delete_message: 'Deleted a message',
  add_reaction: 'Reacted',
  archive_chat: 'Archived or restored a chat',
  focus_app: 'Wrote a draft or marked as read',
  set_chat_reminder: 'Set a reminder',
  clear_chat_reminder: 'Removed a reminder',
  listAccounts: 'Read the accounts',
  getAccount: 'Read an account',
  listChats: 'Read the list of chats',
  searchChats: 'Searched chats',
  getChat: 'Read a chat',
  listMessages: 'Read messages',
  getMessage: 'Read a message',
  searchMessages: 'Searched messages',
  search: 'Searched',
  searchContacts: 'Searched contacts',
  listContacts: 'Read contacts',
  downloadAsset: 'Fetched a file',
  serveAsset: 'Fetched a file',
  connectEvents: 'Followed events',
  listBridges: 'Read the networks',
  listBridgeLogins: 'Read the state of accounts',
};

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
  ['By MCP', mcpTools.map(({ name }) => name).filter((name) => name !== 'search')],
  ['Access', ['signIn', 'signOut', 'endSession', 'endOtherSessions', 'setPassword', 'decideConsent', 'createConnection', 'revokeConnection', 'oauthToken', 'oauthRevoke']],
  ['On the command line', ['createToken', 'revokeToken']],
];

export const actionGroups = groups.map(([group, actions]) => [group, actions.map((action) => [action, actionName(action)] as const)] as const);

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
  if (known) return known;
  const spaced = action.replace(/([a-z\d])([A-Z])/g, '$1 $2').replace(/[._-]+/g, ' ').toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
