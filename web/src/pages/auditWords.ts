// The log writes operations by their names in the API; people read words.

const words: Record<string, string> = {};

export const actions: (readonly [action: string, text: string])[] = Object.entries(words);

const surfaces: Record<string, string> = {
  rest: 'by the API',
  socket: 'by the socket',
  mcp: 'by MCP',
  web: 'on these pages',
  cli: 'on the command line',
};

export const surfaceName = (surface: string) => surfaces[surface] ?? surface;

/** `sendMessage` and `send_message` as “Send message”, unless there are better words. */
export function actionName(action: string): string {
  const known = words[action];
  if (known) return known;
  const spaced = action.replace(/([a-z\d])([A-Z])/g, '$1 $2').replace(/[._-]+/g, ' ').toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
