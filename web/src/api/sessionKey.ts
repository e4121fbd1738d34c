// The second half of the owner's session. The cookie goes to every port of this host, also to those of other programs; what a
// page stores stays with its own port. So only both together are the owner.

/** The header in which every request carries the key. */
export const keyHeader = 'X-Switchboard-CSRF';

/** Its place in the browser's storage. */
export const keyName = 'switchboard-session-key';

// Where the browser stores nothing, the key lasts as long as the page.
let kept = '';

export function sessionKey(): string {
  try {
    return localStorage.getItem(keyName) ?? kept;
  } catch {
    return kept;
  }
}

export function keepSessionKey(key: string): void {
  kept = key;
  try {
    localStorage.setItem(keyName, key);
  } catch {
    // It is kept in the page.
  }
}

/** Forgets the key; one that another tab got in the meantime stays. */
export function forgetSessionKey(key = sessionKey()): void {
  if (sessionKey() !== key) return;
  kept = '';
  try {
    localStorage.removeItem(keyName);
  } catch {
    // There was nothing.
  }
}
