-- 002: what clients see of a chat can be kept as it was made, as long as nothing of it has changed; and less is written.

-- Counts up with everything that changes the chat or a message in it.
ALTER TABLE chat ADD COLUMN version INTEGER NOT NULL DEFAULT 0;

-- Counts up when a person is renamed or the account itself changes: that shows in any of its chats.
ALTER TABLE account ADD COLUMN version INTEGER NOT NULL DEFAULT 0;

-- What is written with every message is kept to what is read: each table and index costs a page of every commit.

-- The newest row is never forgotten, so numbers need no counter of their own to be given out once; and as times grow with
-- them, what is old is found from the beginning.
CREATE TABLE change_slim (
  seq        INTEGER PRIMARY KEY,
  at         INTEGER NOT NULL,
  kind       TEXT NOT NULL CHECK (kind IN ('chat.upserted', 'chat.deleted', 'message.upserted', 'message.deleted')),
  account    INTEGER NOT NULL,
  chat       INTEGER NOT NULL,
  chat_id    TEXT NOT NULL,
  ids        TEXT NOT NULL,
  send_state TEXT
) STRICT;
INSERT INTO change_slim SELECT seq, at, kind, account, chat, chat_id, ids, send_state FROM change ORDER BY seq;
-- The first version forgot by time: what lies before a gap goes too, and where all was forgotten the numbers still go on.
DELETE FROM change_slim WHERE seq <= (
  SELECT max(a.seq) FROM change_slim a
  WHERE a.seq < (SELECT max(seq) FROM change_slim) AND NOT EXISTS (SELECT 1 FROM change_slim b WHERE b.seq = a.seq + 1));
INSERT INTO change_slim
  SELECT seq, 0, 'chat.deleted', 0, 0, '', '["none"]', NULL FROM sqlite_sequence
  WHERE name = 'change' AND seq > coalesce((SELECT max(seq) FROM change_slim), 0) AND NOT EXISTS (SELECT 1 FROM change_slim);
DROP TABLE change;
ALTER TABLE change_slim RENAME TO change;

-- Transaction ids are unique by how they are made.
CREATE TABLE outbox_slim (
  key            INTEGER PRIMARY KEY AUTOINCREMENT,
  chat           INTEGER NOT NULL REFERENCES chat ON DELETE CASCADE,
  message        INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
  kind           TEXT NOT NULL CHECK (kind IN ('send', 'read')),
  transaction_id TEXT NOT NULL,
  attempts       INTEGER NOT NULL DEFAULT 0,
  due_at         INTEGER NOT NULL,
  created_at     INTEGER NOT NULL
) STRICT;
INSERT INTO outbox_slim SELECT key, chat, message, kind, transaction_id, attempts, due_at, created_at FROM outbox ORDER BY key;
DROP TABLE outbox;
ALTER TABLE outbox_slim RENAME TO outbox;
CREATE INDEX outbox_by_message ON outbox (message);
CREATE INDEX outbox_by_chat ON outbox (chat, key);

-- Looked through once an hour.
DROP INDEX request_by_time;
