import { OwnerError, sentenceIn, UnreachableError } from './problem.ts';
import { forgetSessionKey, keepSessionKey, keyHeader, sessionKey } from './sessionKey.ts';
import type { AuditFilter, AuditPage, Browser, Connection, Consent, Grant, Session } from './types.ts';

/** Told when the server no longer knows the owner's session. */
const listeners = new Set<() => void>();

/** Calls back whenever an answer says that the session has ended. Gives the way to stop that. */
export function onSessionEnd(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function sessionEnded(): void {
  for (const listener of listeners) listener();
}

interface CallOptions {
  body?: unknown;
  signal?: AbortSignal | undefined;
  /** A 401 that is the answer to a wrong password does not end anything. */
  signingIn?: boolean;
}

async function call<T>(method: string, path: string, { body, signal, signingIn }: CallOptions = {}): Promise<T> {
  const headers = new Headers({ Accept: 'application/json', [keyHeader]: sessionKey() });
  if (body !== undefined) headers.set('Content-Type', 'application/json');
  const init: RequestInit = { method, headers, credentials: 'same-origin', cache: 'no-store' };
  if (body !== undefined) init.body = JSON.stringify(body);
  if (signal) init.signal = signal;
  let response: Response;
  try {
    response = await fetch(`/web/v1/${path}`, init);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new UnreachableError('The server does not answer.', { cause: error });
  }
  if (!response.ok) {
    if (response.status === 401 && !signingIn) sessionEnded();
    throw await refusalOf(response);
  }
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function refusalOf(response: Response): Promise<OwnerError> {
  const body: unknown = await response.json().catch(() => null);
  const field = (name: string) =>
    typeof body === 'object' && body !== null && name in body ? String((body as Record<string, unknown>)[name]) : '';
  const wait = Number(response.headers.get('Retry-After'));
  const sentence = sentenceIn(body) ?? `The server answered ${response.status}.`;
  return new OwnerError(response.status, field('code'), sentence, wait > 0 ? wait : null);
}

const part = encodeURIComponent;

export async function loadSession(signal?: AbortSignal): Promise<Session> {
  const key = sessionKey();
  const session = await call<Session>('GET', 'session', { signal });
  if (!session.signedIn) forgetSessionKey(key);
  return session;
}

export async function signIn(proof: { password: string } | { code: string }): Promise<void> {
  const { key } = await call<{ key: string }>('POST', 'sign-in', { body: proof, signingIn: true });
  keepSessionKey(key);
}

/** The one-time code in what `switchboard open` printed, or the code alone. */
export function codeIn(link: string): string {
  const text = link.trim();
  const start = text.indexOf('#code=');
  return start < 0 ? text : text.slice(start + '#code='.length);
}

export async function signOut(): Promise<void> {
  await call<void>('POST', 'sign-out');
  forgetSessionKey();
}

/** The browsers that are signed in. */
export const loadBrowsers = async (signal: AbortSignal) => (await call<{ items: Browser[] }>('GET', 'sessions', { signal })).items;

/** Signs a browser out, wherever it is. */
export const endBrowser = (id: string) => call<void>('DELETE', `sessions/${part(id)}`);

/** Signs every browser out: the others, then this one. */
export async function endAllBrowsers(): Promise<void> {
  await call<void>('DELETE', 'sessions');
  await signOut();
}

/** Sets the password: with the one there is, or for the first with a one-time code when the sign-in is not fresh. */
export const setPassword = (next: string, proof: { current?: string; code?: string } = {}) =>
  call<void>('PUT', 'password', { body: { ...proof, new: next }, signingIn: true });

export const loadConsent = (id: string, signal: AbortSignal) => call<Consent>('GET', `consents/${part(id)}`, { signal });

export const allow = (id: string, grant: Grant) =>
  call<{ redirectTo: string }>('POST', `consents/${part(id)}`, { body: { decision: 'allow', ...grant } });

export const deny = (id: string) =>
  call<{ redirectTo: string }>('POST', `consents/${part(id)}`, { body: { decision: 'deny', scopes: [] } });

export const loadConnections = async (signal: AbortSignal) =>
  (await call<{ items: Connection[] }>('GET', 'connections', { signal })).items;

export const createConnection = (name: string, grant: Grant) =>
  call<Connection & { token: string }>('POST', 'connections', { body: { name, ...grant } });

export const revokeConnection = (id: string) => call<void>('DELETE', `connections/${part(id)}`);

export function loadAudit(filter: AuditFilter, cursor: string | null, signal: AbortSignal): Promise<AuditPage> {
  const query = new URLSearchParams({ limit: '50' });
  if (filter.connection) query.set('connection', filter.connection);
  if (filter.action) query.set('action', filter.action);
  // A day is the owner's day, wherever the server is.
  if (filter.from) query.set('from', new Date(`${filter.from}T00:00:00`).toISOString());
  if (filter.to) query.set('to', new Date(`${filter.to}T23:59:59.999`).toISOString());
  if (cursor) query.set('cursor', cursor);
  return call<AuditPage>('GET', `audit?${query}`, { signal });
}
