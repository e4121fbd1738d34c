-- 004: what homeservers and bridges tell: history with gaps, marks, invitations, send reports, people's pictures.

CREATE TABLE gap (
  -- Messages of a chat that are missing, and where the network finds them.
  key         INTEGER PRIMARY KEY,
  chat        INTEGER NOT NULL REFERENCES chat ON DELETE CASCADE,
  remote_chat TEXT NOT NULL,            -- the chat's id when the gap was told: the past of a replaced one lies under its own
  upper       INTEGER,                  -- sort key of the message directly above; NULL until there is one
  token       TEXT NOT NULL,
  above       INTEGER NOT NULL DEFAULT 0  -- messages above it when last counted, so that the past is fetched to a depth
) STRICT;

CREATE INDEX gap_by_chat ON gap (chat, upper);

CREATE TABLE read_later (
  -- Somebody has read up to a message that is not known yet.
  chat      INTEGER NOT NULL REFERENCES chat ON DELETE CASCADE,
  contact   INTEGER NOT NULL REFERENCES contact ON DELETE CASCADE,
  remote_id TEXT NOT NULL,
  at        INTEGER NOT NULL,
  PRIMARY KEY (chat, contact)
) STRICT, WITHOUT ROWID;

CREATE INDEX read_later_by_contact ON read_later (contact);

CREATE TABLE told_early (
  -- What was said of messages that are still missing, in its order.
  key       INTEGER PRIMARY KEY,
  chat      INTEGER NOT NULL REFERENCES chat ON DELETE CASCADE,
  remote_id TEXT NOT NULL,              -- of the message
  event     TEXT NOT NULL               -- JSON
) STRICT;

CREATE INDEX told_early_by_message ON told_early (chat, remote_id);

CREATE TABLE chat_alias (
  -- Ids under which the network knew a chat before it was replaced.
  remote_id TEXT NOT NULL,
  chat      INTEGER NOT NULL REFERENCES chat ON DELETE CASCADE,
  PRIMARY KEY (remote_id, chat)
) STRICT, WITHOUT ROWID;

CREATE INDEX chat_alias_by_chat ON chat_alias (chat);

ALTER TABLE account ADD COLUMN state TEXT NOT NULL DEFAULT 'Connected';
ALTER TABLE account ADD COLUMN state_text TEXT;

ALTER TABLE contact ADD COLUMN avatar TEXT;            -- media id
ALTER TABLE contact ADD COLUMN avatar_remote TEXT;
ALTER TABLE contact ADD COLUMN avatar_info TEXT;       -- JSON
ALTER TABLE contact ADD COLUMN avatar_hash TEXT;
CREATE UNIQUE INDEX contact_by_avatar ON contact (avatar) WHERE avatar IS NOT NULL;
CREATE INDEX contact_by_avatar_hash ON contact (avatar_hash) WHERE avatar_hash IS NOT NULL;

ALTER TABLE chat ADD COLUMN read_only_reason TEXT;
ALTER TABLE chat ADD COLUMN is_invitation INTEGER NOT NULL DEFAULT 0 CHECK (is_invitation IN (0, 1));
ALTER TABLE chat ADD COLUMN is_partial INTEGER NOT NULL DEFAULT 0 CHECK (is_partial IN (0, 1));  -- not everybody in it is known
ALTER TABLE chat ADD COLUMN awaits_reports INTEGER NOT NULL DEFAULT 0 CHECK (awaits_reports IN (0, 1));  -- sends are reported on
ALTER TABLE chat ADD COLUMN marks_dirty INTEGER NOT NULL DEFAULT 0;   -- bits of the marks that the network has still to be told
ALTER TABLE chat ADD COLUMN marks_seq INTEGER NOT NULL DEFAULT 0;     -- counts up with every change of mind

ALTER TABLE message ADD COLUMN sent_here INTEGER NOT NULL DEFAULT 0 CHECK (sent_here IN (0, 1));  -- placed by its sending, not by its telling
ALTER TABLE message ADD COLUMN sender_name TEXT;       -- borne in this message alone
ALTER TABLE message ADD COLUMN links TEXT;             -- JSON array
ALTER TABLE message ADD COLUMN placeholder INTEGER NOT NULL DEFAULT 0 CHECK (placeholder IN (0, 1));
ALTER TABLE message ADD COLUMN reply_remote TEXT;      -- the message this answers, while it is not known
ALTER TABLE message ADD COLUMN send_reported_at INTEGER;  -- by the network's clock
ALTER TABLE message ADD COLUMN send_delivered TEXT;    -- JSON array of user ids
ALTER TABLE message ADD COLUMN send_internal TEXT;
CREATE INDEX message_by_reply ON message (chat, reply_remote) WHERE reply_remote IS NOT NULL;
CREATE INDEX message_awaiting ON message (send_at) WHERE send_state = 'PENDING' AND remote_id IS NOT NULL;

ALTER TABLE reaction ADD COLUMN picture TEXT;          -- media id

-- Marks are told without a message.
CREATE TABLE outbox_any (
  key            INTEGER PRIMARY KEY AUTOINCREMENT,
  chat           INTEGER NOT NULL REFERENCES chat ON DELETE CASCADE,
  message        INTEGER REFERENCES message ON DELETE CASCADE,
  kind           TEXT NOT NULL CHECK (kind IN ('send', 'read', 'marks')),
  transaction_id TEXT NOT NULL,
  attempts       INTEGER NOT NULL DEFAULT 0,
  due_at         INTEGER NOT NULL,
  created_at     INTEGER NOT NULL
) STRICT;
INSERT INTO outbox_any SELECT key, chat, message, kind, transaction_id, attempts, due_at, created_at FROM outbox ORDER BY key;
DROP TABLE outbox;
ALTER TABLE outbox_any RENAME TO outbox;
CREATE INDEX outbox_by_message ON outbox (message);
CREATE INDEX outbox_by_chat ON outbox (chat, key, kind);
