-- 005: access for people and agents: clients that ask for it, the owner's sessions and password, and who did what.

CREATE TABLE oauth_client (
  -- A program that may ask the owner to be let in.
  key           INTEGER PRIMARY KEY AUTOINCREMENT,
  id            TEXT NOT NULL UNIQUE,   -- ours for one that registered; the address of its document for the others
  kind          TEXT NOT NULL CHECK (kind IN ('registered', 'document')),
  name          TEXT NOT NULL,
  uri           TEXT,
  logo          TEXT,
  redirect_uris TEXT NOT NULL,          -- JSON array
  created_at    INTEGER NOT NULL,
  used_at       INTEGER NOT NULL        -- when it was last allowed; clients that nobody uses are forgotten
) STRICT;

CREATE INDEX oauth_client_by_use ON oauth_client (used_at);

-- A session is a token whose secret lies in a cookie; the owner's own token and those of sessions may do what only the owner may.
ALTER TABLE token ADD COLUMN kind TEXT NOT NULL DEFAULT 'token' CHECK (kind IN ('token', 'client', 'owner', 'session'));
ALTER TABLE token ADD COLUMN client INTEGER REFERENCES oauth_client ON DELETE SET NULL;
ALTER TABLE token ADD COLUMN resource TEXT;            -- what a client said it wanted it for
ALTER TABLE token ADD COLUMN mcp_tools TEXT;           -- JSON array: the only tools in reach; NULL: all
ALTER TABLE token ADD COLUMN page_key_hash BLOB;       -- of a session: SHA-256 of what its page sends beside the cookie
CREATE INDEX token_by_client ON token (client) WHERE client IS NOT NULL;

CREATE TABLE oauth_grant (
  -- What the owner decided about one request of a client. A row is never decided twice.
  request        TEXT PRIMARY KEY,      -- id of the request
  client         INTEGER REFERENCES oauth_client ON DELETE CASCADE,
  code_hash      BLOB UNIQUE,           -- SHA-256; NULL: denied
  redirect_uri   TEXT NOT NULL,
  code_challenge TEXT NOT NULL,
  resource       TEXT,
  scopes         TEXT NOT NULL,
  accounts       TEXT NOT NULL,         -- JSON arrays of ids; empty: no limit
  chats          TEXT NOT NULL,
  mcp_tools      TEXT,                  -- JSON array of names; NULL: no limit
  life_seconds   INTEGER,
  decided_at     INTEGER NOT NULL,
  used_at        INTEGER,               -- when the code was presented, whatever came of it
  token          INTEGER REFERENCES token ON DELETE SET NULL
) STRICT;

CREATE INDEX oauth_grant_by_client ON oauth_grant (client);
CREATE INDEX oauth_grant_by_token ON oauth_grant (token);

CREATE TABLE owner_password (
  -- One row or none.
  key        INTEGER PRIMARY KEY CHECK (key = 1),
  salt       BLOB NOT NULL,
  hash       BLOB NOT NULL,
  iterations INTEGER NOT NULL,
  set_at     INTEGER NOT NULL
) STRICT;

CREATE TABLE sign_in_code (
  -- One-time codes; a row is gone when its code was used.
  hash       BLOB PRIMARY KEY,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  -- Who changed what, a row each, and how much was read or refused, a row per connection and hour. Ids and codes, never texts.
  key        INTEGER PRIMARY KEY AUTOINCREMENT,
  at         INTEGER NOT NULL,          -- of a count: the beginning of its hour
  token      INTEGER NOT NULL,          -- 0: the command line, -1: somebody unknown; no foreign key, the log outlives what it speaks of
  surface    TEXT NOT NULL CHECK (surface IN ('rest', 'socket', 'mcp', 'web', 'cli')),
  action     TEXT NOT NULL,
  account_id TEXT,
  chat_id    TEXT,
  message_id TEXT,
  subject    TEXT,                      -- public id of the token, or id of the client, that it was about
  outcome    TEXT NOT NULL,
  count      INTEGER                    -- NULL: one change
) STRICT;

CREATE UNIQUE INDEX audit_count ON audit (token, surface, action, outcome, at) WHERE count IS NOT NULL;
CREATE INDEX audit_by_token ON audit (token, key);
CREATE INDEX audit_by_time ON audit (at);
