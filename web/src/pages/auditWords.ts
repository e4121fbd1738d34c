// The log writes actions by their names in the API; people read words.

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

const filtered = [
  'sendMessage', 'editMessage', 'deleteMessage', 'addReaction', 'startChat', 'createChat', 'updateChat', 'archiveChat', 'markChatRead',
  'uploadAsset', 'removeAccount', 'listMessages', 'searchMessages', 'searchChats', 'connectEvents', 'signIn', 'decideConsent',
  'createConnection', 'revokeConnection',
];

/** The actions worth a place in the filter. */
export const actions = filtered.map((action) => [action, words[action] ?? action] as const);

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
