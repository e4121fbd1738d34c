import { BaseAccounts, type Account } from '@beeper/desktop-api/resources/accounts';
import { BaseChats, type Chat } from '@beeper/desktop-api/resources/chats';
import { createClient } from '@beeper/desktop-api/tree-shakable';
import { csrfHeader, currentCsrf, sessionEnded } from './owner.ts';

/**
 * The official SDK on the owner's session: the cookie says who asks, so its own bearer header is left out, and what changes
 * something carries the value that shows it comes from our page.
 */
export const client = createClient({
  resources: [BaseAccounts, BaseChats],
  accessToken: 'session',
  baseURL: window.location.origin,
  defaultHeaders: { Authorization: null, 'User-Agent': null },
  maxRetries: 1,
  async fetch(input, init) {
    const headers = new Headers(init?.headers);
    if ((init?.method ?? 'get').toUpperCase() !== 'GET') headers.set(csrfHeader, currentCsrf());
    const response = await fetch(input, { ...init, headers, credentials: 'same-origin', cache: 'no-store' });
    if (response.status === 401) sessionEnded();
    return response;
  },
});

export type { Account, Chat };

export const listAccounts = (signal?: AbortSignal): Promise<Account[]> => client.accounts.list({ signal });

/** Removes an account from this server; what it holds on its network stays. */
export const removeAccount = (accountID: string): Promise<void> =>
  client.delete(`/v1/accounts/${encodeURIComponent(accountID)}`, { maxRetries: 0 });

/** Chats by words of their title or of who is in them. */
export async function searchChats(query: string, accountIDs: string[] | undefined, signal: AbortSignal): Promise<Chat[]> {
  const page = await client.chats.search(
    { limit: 20, ...(query ? { query } : {}), ...(accountIDs ? { accountIDs } : {}) },
    { signal },
  );
  return page.items;
}
