import { BaseAccounts, type Account } from '@beeper/desktop-api/resources/accounts';
import { BaseChats, type Chat } from '@beeper/desktop-api/resources/chats';
import { createClient } from '@beeper/desktop-api/tree-shakable';
import { sessionEnded } from './owner.ts';
import { keyHeader, sessionKey } from './sessionKey.ts';

/** The official SDK on the owner's session: its own bearer header is left out, and every request carries the session's key. */
export const client = createClient({
  resources: [BaseAccounts, BaseChats],
  accessToken: 'session',
  baseURL: window.location.origin,
  defaultHeaders: { Authorization: null, 'User-Agent': null },
  maxRetries: 1,
  async fetch(input, init) {
    const headers = new Headers(init?.headers);
    headers.set(keyHeader, sessionKey());
    const response = await fetch(input, { ...init, headers, credentials: 'same-origin', cache: 'no-store' });
    if (response.status === 401) sessionEnded();
    return response;
  },
});

export type { Account, Chat };

export const listAccounts = (signal?: AbortSignal): Promise<Account[]> => client.accounts.list({ signal });

/** A picture that this server gives to the owner alone, fetched as any other request is. */
export async function loadPicture(address: string, signal: AbortSignal): Promise<Blob> {
  const response = await client.get<Response>(address, { signal, __binaryResponse: true });
  return response.blob();
}

/** Removes an account from this server; what it holds on its network stays. */
export const removeAccount = (accountID: string): Promise<void> =>
  client.delete(`/v1/accounts/${encodeURIComponent(accountID)}`, { maxRetries: 0 });

/** The titles of some chats by their ids, of those that are still there. */
export async function loadTitles(ids: string[], signal: AbortSignal): Promise<Map<string, string>> {
  const chats = await Promise.allSettled(ids.map((id) => client.chats.retrieve(id, { maxParticipantCount: 0 }, { signal })));
  return new Map(chats.flatMap((chat, index) => (chat.status === 'fulfilled' ? [[ids[index] ?? '', chat.value.title ?? '']] : [])));
}

/** Some of the chats that were searched for, and the way to more. */
export interface ChatsFound {
  items: Chat[];
  more: (() => Promise<ChatsFound>) | null;
}

/** Chats by words of their title or of who is in them; a chat that both find is there once. */
export async function searchChats(query: string, accountIDs: string[] | undefined, signal: AbortSignal): Promise<ChatsFound> {
  const asked = { limit: 20, ...(accountIDs ? { accountIDs } : {}) };
  if (!query) return found([await client.chats.search(asked, { signal })]);
  return found(
    await Promise.all((['titles', 'participants'] as const).map((scope) => client.chats.search({ ...asked, query, scope }, { signal }))),
  );
}

type Page = Awaited<ReturnType<typeof client.chats.search>>;

function found(pages: Page[]): ChatsFound {
  const further = pages.filter((page) => page.hasNextPage());
  return {
    items: [...new Map(pages.flatMap(({ items }) => items).map((chat) => [chat.id, chat])).values()],
    more: further.length > 0 ? async () => found(await Promise.all(further.map((page) => page.getNextPage()))) : null,
  };
}
