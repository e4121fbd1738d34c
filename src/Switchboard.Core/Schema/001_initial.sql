-- 001: everything a first version keeps. Times are milliseconds since 1970 UTC, flags are 0 or 1.

CREATE TABLE counter (
  -- Numbers that are never given out twice, also after what bore them is gone.
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO counter VALUES ('message', 1000000);

CREATE TABLE login (
  key        INTEGER PRIMARY KEY AUTOINCREMENT,
  network    TEXT NOT NULL,             -- bridge id of the network
  remote_id  TEXT NOT NULL,
  state      TEXT NOT NULL,             -- opaque; only the connector reads it
  cursor     TEXT,                      -- saved in the transaction that stored what came before it
  created_at INTEGER NOT NULL,
  UNIQUE (network, remote_id)
) STRICT;

CREATE TABLE account (
  key         INTEGER PRIMARY KEY AUTOINCREMENT,
  id          TEXT NOT NULL UNIQUE,
  login       INTEGER NOT NULL REFERENCES login ON DELETE CASCADE,
  bridge_id   TEXT NOT NULL,
  bridge_type TEXT NOT NULL,
  provider    TEXT NOT NULL,
  network     TEXT NOT NULL,            -- label for people
  user_id     TEXT NOT NULL,
  created_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX account_by_login ON account (login);

CREATE TABLE contact (
  -- A person as one account knows them. The same person on two accounts is two rows.
  key            INTEGER PRIMARY KEY,
  account        INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  user_id        TEXT NOT NULL,
  username       TEXT,
  full_name      TEXT,
  phone_number   TEXT,
  email          TEXT,
  cannot_message INTEGER NOT NULL DEFAULT 0 CHECK (cannot_message IN (0, 1)),
  is_self        INTEGER NOT NULL DEFAULT 0 CHECK (is_self IN (0, 1)),
  sort_name      TEXT NOT NULL,         -- folded name, for lists in order
  UNIQUE (account, user_id)
) STRICT;

CREATE INDEX contact_by_name ON contact (account, sort_name, key);
CREATE INDEX contact_by_user ON contact (user_id);

CREATE TABLE capability (
  -- What can be done in a chat; thousands of chats share a few of these.
  key  INTEGER PRIMARY KEY,
  json TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE chat (
  -- The key is the local chat id that clients may use instead of the id. Each account has its own chat for one conversation.
  key               INTEGER PRIMARY KEY AUTOINCREMENT,
  id                TEXT NOT NULL UNIQUE,
  account           INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  remote_id         TEXT NOT NULL,
  is_group          INTEGER NOT NULL CHECK (is_group IN (0, 1)),
  name              TEXT,               -- what people called it
  title             TEXT NOT NULL,      -- what is shown: the name, or one computed from the participants
  description       TEXT,
  avatar            TEXT,               -- media id
  is_read_only      INTEGER NOT NULL DEFAULT 0 CHECK (is_read_only IN (0, 1)),
  is_archived       INTEGER NOT NULL DEFAULT 0 CHECK (is_archived IN (0, 1)),
  is_muted          INTEGER NOT NULL DEFAULT 0 CHECK (is_muted IN (0, 1)),
  is_pinned         INTEGER NOT NULL DEFAULT 0 CHECK (is_pinned IN (0, 1)),
  is_low_priority   INTEGER NOT NULL DEFAULT 0 CHECK (is_low_priority IN (0, 1)),
  is_marked_unread  INTEGER NOT NULL DEFAULT 0 CHECK (is_marked_unread IN (0, 1)),
  last_activity     INTEGER NOT NULL,
  last_read         INTEGER NOT NULL DEFAULT 0,  -- sort key of the newest message that was read
  receipt_to        INTEGER NOT NULL DEFAULT 0,  -- sort key up to which the network has been or will be told that I read
  unread            INTEGER NOT NULL DEFAULT 0,  -- kept in step with the messages, so that lists need not count
  unread_mentions   INTEGER NOT NULL DEFAULT 0,
  expiry_seconds    INTEGER,
  draft             TEXT,               -- JSON
  remind_at         INTEGER,
  remind_dismiss    INTEGER NOT NULL DEFAULT 0 CHECK (remind_dismiss IN (0, 1)),
  capability        INTEGER NOT NULL REFERENCES capability,
  participant_count INTEGER NOT NULL DEFAULT 0,
  UNIQUE (account, remote_id)
) STRICT;

INSERT INTO sqlite_sequence (name, seq) VALUES ('chat', 10000);

CREATE INDEX chat_by_activity ON chat (last_activity, key);
CREATE INDEX chat_by_account_activity ON chat (account, last_activity, key);
CREATE INDEX chat_by_reminder ON chat (remind_at) WHERE remind_at IS NOT NULL;
CREATE INDEX chat_low_priority ON chat (key) WHERE is_low_priority = 1;
CREATE INDEX chat_muted ON chat (key) WHERE is_muted = 1;

CREATE TABLE participant (
  -- In the order in which they are shown: somebody else first, then oneself, then the rest.
  chat           INTEGER NOT NULL REFERENCES chat ON DELETE CASCADE,
  position       INTEGER NOT NULL,
  contact        INTEGER NOT NULL REFERENCES contact ON DELETE CASCADE,
  is_admin       INTEGER NOT NULL DEFAULT 0 CHECK (is_admin IN (0, 1)),
  is_pending     INTEGER NOT NULL DEFAULT 0 CHECK (is_pending IN (0, 1)),
  is_network_bot INTEGER NOT NULL DEFAULT 0 CHECK (is_network_bot IN (0, 1)),
  PRIMARY KEY (chat, position)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX participant_by_contact ON participant (contact, chat);

CREATE TABLE receipt (
  -- How far somebody else has read in a chat: the sort key of the newest of it.
  chat    INTEGER NOT NULL REFERENCES chat ON DELETE CASCADE,
  contact INTEGER NOT NULL REFERENCES contact ON DELETE CASCADE,
  read_to INTEGER NOT NULL,
  PRIMARY KEY (chat, contact)
) STRICT, WITHOUT ROWID;

CREATE TABLE message (
  -- The sort key is time-ordered (milliseconds times 1000 and a count), never changes, and is the row of the search index.
  sort_key    INTEGER PRIMARY KEY,
  id          INTEGER NOT NULL UNIQUE,
  chat        INTEGER NOT NULL REFERENCES chat ON DELETE CASCADE,
  remote_id   TEXT,                     -- NULL until the network has taken it
  transaction_id TEXT,                  -- of a send that the network has not confirmed, be it given up: its echo still counts
  sender      INTEGER NOT NULL REFERENCES contact,
  is_mine     INTEGER NOT NULL CHECK (is_mine IN (0, 1)),
  sent_at     INTEGER NOT NULL,
  edited_at   INTEGER,
  edit_count  INTEGER NOT NULL DEFAULT 0,
  type        TEXT NOT NULL,            -- as on the wire: TEXT, IMAGE …
  text        TEXT,                     -- Matrix HTML
  formatted   INTEGER NOT NULL DEFAULT 0 CHECK (formatted IN (0, 1)),
  reply_to    INTEGER,                  -- message id
  mentions    TEXT,                     -- JSON array; NULL: the network cannot tell
  mentions_me INTEGER NOT NULL DEFAULT 0 CHECK (mentions_me IN (0, 1)),
  attachments TEXT,                     -- JSON array
  hidden      INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1)),
  deleted     INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1)),
  expires_at  INTEGER,
  send_state  TEXT CHECK (send_state IN ('PENDING', 'SUCCESS', 'FAIL_RETRIABLE', 'FAIL_PERMANENT')),
  send_at     INTEGER,
  send_reason TEXT,
  send_error  TEXT
) STRICT;

CREATE INDEX message_by_chat ON message (chat, sort_key, is_mine, hidden, deleted, mentions_me);
CREATE UNIQUE INDEX message_by_remote_id ON message (chat, remote_id) WHERE remote_id IS NOT NULL;
CREATE UNIQUE INDEX message_by_transaction ON message (transaction_id) WHERE transaction_id IS NOT NULL;
CREATE INDEX message_by_expiry ON message (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE forgotten_message (
  -- Deleted for me, or vanished: must not come back when the network tells of it again, and still marks its place for
  -- clients that page from it.
  id        INTEGER PRIMARY KEY,
  chat      INTEGER NOT NULL REFERENCES chat ON DELETE CASCADE,
  remote_id TEXT,
  sort_key  INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX forgotten_message_by_remote_id ON forgotten_message (chat, remote_id);
CREATE INDEX forgotten_message_by_place ON forgotten_message (chat, sort_key);

CREATE TABLE reaction (
  message INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
  contact INTEGER NOT NULL REFERENCES contact ON DELETE CASCADE,
  key     TEXT NOT NULL,
  at      INTEGER NOT NULL,
  PRIMARY KEY (message, contact, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE seen (
  -- Who has read a message of mine, and when it became known.
  message INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
  contact INTEGER NOT NULL REFERENCES contact ON DELETE CASCADE,
  at      INTEGER NOT NULL,
  PRIMARY KEY (message, contact)
) STRICT, WITHOUT ROWID;

CREATE INDEX receipt_by_contact ON receipt (contact);
CREATE INDEX reaction_by_contact ON reaction (contact);
CREATE INDEX seen_by_contact ON seen (contact);
CREATE INDEX message_by_sender ON message (sender);

-- Words of visible messages, and one token each for chat, account, sender and media kind (":c7", ":a1" …), so that a
-- filtered search is one index query. Row id = sort key: newest first needs no sort. Tokens are made by the program.
CREATE VIRTUAL TABLE message_search USING fts5(
  body, content = '', contentless_delete = 1, tokenize = "ascii tokenchars ':'"
);

-- Row id = chat key.
CREATE VIRTUAL TABLE chat_search USING fts5(
  titles, participants, content = '', contentless_delete = 1, tokenize = "ascii tokenchars ':'"
);

CREATE TABLE media (
  -- A file in a chat. Its content is in the file store once hash is set; before, only the network has it.
  id        TEXT PRIMARY KEY,
  chat      INTEGER NOT NULL REFERENCES chat ON DELETE CASCADE,
  message   INTEGER REFERENCES message ON DELETE CASCADE,   -- NULL: the chat's picture or its draft
  remote_id TEXT,
  hash      TEXT,
  info      TEXT NOT NULL               -- JSON
) STRICT;

CREATE INDEX media_by_chat ON media (chat);
CREATE INDEX media_by_message ON media (message) WHERE message IS NOT NULL;
CREATE INDEX media_by_hash ON media (hash) WHERE hash IS NOT NULL;

CREATE TABLE upload (
  id         TEXT PRIMARY KEY,
  token      INTEGER REFERENCES token ON DELETE CASCADE,  -- only its bearer may use it
  hash       TEXT NOT NULL,
  info       TEXT NOT NULL,             -- JSON
  expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX upload_by_hash ON upload (hash);
CREATE INDEX upload_by_expiry ON upload (expires_at);

CREATE TABLE outbox (
  -- What the networks have still to be told. One row leaves a chat at a time, the oldest first.
  key         INTEGER PRIMARY KEY AUTOINCREMENT,
  chat        INTEGER NOT NULL REFERENCES chat ON DELETE CASCADE,
  message     INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,  -- to send, or read up to this one
  kind        TEXT NOT NULL CHECK (kind IN ('send', 'read')),
  transaction_id TEXT NOT NULL UNIQUE,
  attempts    INTEGER NOT NULL DEFAULT 0,
  due_at      INTEGER NOT NULL,
  created_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX outbox_by_chat ON outbox (chat, key);
CREATE INDEX outbox_by_message ON outbox (message);

CREATE TABLE change (
  -- The log of everything that clients may learn, in commit order. Sockets read it; it is never rewritten.
  seq        INTEGER PRIMARY KEY AUTOINCREMENT,
  at         INTEGER NOT NULL,
  kind       TEXT NOT NULL CHECK (kind IN ('chat.upserted', 'chat.deleted', 'message.upserted', 'message.deleted')),
  account    INTEGER NOT NULL,          -- no foreign keys: the log outlives what it speaks of
  chat       INTEGER NOT NULL,
  chat_id    TEXT NOT NULL,
  ids        TEXT NOT NULL,             -- JSON array of message ids; of the chat id for chat changes
  send_state TEXT                       -- the state that this change announced, if it was one
) STRICT;

CREATE INDEX change_by_time ON change (at);

CREATE TABLE token (
  key              INTEGER PRIMARY KEY AUTOINCREMENT,
  id               TEXT NOT NULL UNIQUE,
  name             TEXT NOT NULL,
  hash             BLOB NOT NULL UNIQUE,  -- SHA-256 of the secret, which is kept nowhere
  scopes           TEXT NOT NULL,
  limits_accounts  INTEGER NOT NULL DEFAULT 0 CHECK (limits_accounts IN (0, 1)),
  limits_chats     INTEGER NOT NULL DEFAULT 0 CHECK (limits_chats IN (0, 1)),
  created_at       INTEGER NOT NULL,
  last_used_at     INTEGER,
  expires_at       INTEGER,
  revoked_at       INTEGER
) STRICT;

CREATE TABLE token_account (
  token   INTEGER NOT NULL REFERENCES token ON DELETE CASCADE,
  account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  PRIMARY KEY (token, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE token_chat (
  token INTEGER NOT NULL REFERENCES token ON DELETE CASCADE,
  chat  INTEGER NOT NULL REFERENCES chat ON DELETE CASCADE,
  PRIMARY KEY (token, chat)
) STRICT, WITHOUT ROWID;

CREATE INDEX token_account_by_account ON token_account (account);
CREATE INDEX token_chat_by_chat ON token_chat (chat);

CREATE TABLE request (
  -- Requests that must not be carried out twice: by the client's own key, or by their content for repeats without one.
  token   INTEGER NOT NULL,
  key     TEXT NOT NULL,
  hash    BLOB NOT NULL,
  answer  TEXT NOT NULL,
  at      INTEGER NOT NULL,
  PRIMARY KEY (token, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX request_by_time ON request (at);
