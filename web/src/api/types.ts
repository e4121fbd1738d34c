// What the owner API (/web/v1) gives and takes. Times are ISO 8601 in UTC.

export type Scope = 'read' | 'write';

export interface Session {
  signedIn: boolean;
  hasPassword: boolean;
  product: { name: string; version: string };
}

/** A browser in which the owner is signed in. */
export interface Browser {
  id: string;
  createdAt: string;
  lastUsedAt?: string | null;
  /** It is the one that asks. */
  current: boolean;
}

/** What an owner grants. A list that is missing means no limit; `expiresIn: null` means no end. */
export interface Grant {
  scopes: Scope[];
  accountIDs?: string[];
  chatIDs?: string[];
  /** With a list the token is good for these tools over MCP and nothing else. */
  mcpTools?: string[];
  /** Seconds. */
  expiresIn: number | null;
}

export interface Consent {
  id: string;
  client: {
    id: string;
    name: string;
    /** `registered` by itself, with a name nobody checked, or described by a `document` at its own address. */
    kind: 'registered' | 'document';
    /** Whether the answer goes to the host that describes the client. The name is never more than what it says of itself. */
    verified: boolean;
    /** Where the document about it is. */
    host?: string | null;
    uri?: string | null;
  };
  /** Where the answer goes: a program of the browser's machine, an app by its scheme, the client's own host, or another site. */
  redirect: { uri: string; host: string; place: 'loopback' | 'app' | 'own' | 'site' };
  scopes: Scope[];
  resource?: string | null;
  state: 'pending' | 'done' | 'expired';
  expiresAt: string;
}

export interface Connection {
  id: string;
  kind: 'token' | 'client';
  /** The owner's own token, in the file owner.token. */
  isOwner?: boolean;
  name: string;
  scopes: Scope[];
  accountIDs?: string[] | null;
  chatIDs?: string[] | null;
  /** The tools that it may call over MCP, when not all. */
  mcpTools?: string[] | null;
  createdAt: string;
  lastUsedAt?: string | null;
  expiresAt?: string | null;
  revokedAt?: string | null;
  client?: { id: string; uri?: string | null } | null;
}

export interface AuditEntry {
  id: string | number;
  at: string;
  connection?: { id: string; name: string } | null;
  surface: string;
  action: string;
  chatID?: string | null;
  accountID?: string | null;
  messageID?: string | null;
  /** The token or the client that it was about. */
  subject?: string | null;
  outcome: string;
  /** How many of these reads there were in the hour. */
  count?: number | null;
}

export interface AuditFilter {
  connection: string;
  action: string;
  from: string;
  to: string;
}

export interface AuditPage {
  items: AuditEntry[];
  hasMore: boolean;
  cursor?: string | null;
}
