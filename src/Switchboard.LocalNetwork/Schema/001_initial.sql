-- 001: the embedded network: who is on it, the rooms they share, and what waits to be fetched by each of them.

CREATE TABLE identity (
  -- One person of this installation. Never deleted: a name that comes back is the same person with an empty view.
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  username TEXT NOT NULL UNIQUE,
  display_name TEXT,
  active INTEGER NOT NULL CONSTRAINT identity_active_is_flag CHECK (active IN (0, 1)),
  -- Names the time from being added to being removed: a login made in an earlier life is no longer good.
  life TEXT NOT NULL,
  -- Whether the server has ever opened this life's login. If not, the server died before it stored the login.
  opened INTEGER NOT NULL CONSTRAINT identity_opened_is_flag CHECK (opened IN (0, 1)),
  -- Milliseconds since 1970 UTC, as every time in this file.
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE room (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- The id that leaves this network: random, opaque.
  remote_id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CONSTRAINT room_kind_is_known CHECK (kind IN ('direct', 'self', 'group')),
  -- Who shares it, as 'lower:higher' identity ids (or the one id of a self room): makes direct and self rooms unique.
  pair TEXT UNIQUE CONSTRAINT room_pair_unless_group CHECK ((pair IS NULL) = (kind = 'group')),
  title TEXT,
  description TEXT,
  -- A stored attachment as JSON: its media id and what is known about it.
  avatar TEXT,
  expiry_ms INTEGER CONSTRAINT room_expiry_is_positive CHECK (expiry_ms > 0),
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE member (
  room INTEGER NOT NULL REFERENCES room (id) ON DELETE CASCADE,
  identity INTEGER NOT NULL REFERENCES identity (id),
  admin INTEGER NOT NULL DEFAULT 0 CONSTRAINT member_admin_is_flag CHECK (admin IN (0, 1)),
  muted INTEGER NOT NULL DEFAULT 0 CONSTRAINT member_muted_is_flag CHECK (muted IN (0, 1)),
  -- Whether this member knows the room: a direct room is unknown to the other side until the first message.
  shown INTEGER NOT NULL CONSTRAINT member_shown_is_flag CHECK (shown IN (0, 1)),
  -- Messages up to this seq were sent before this member's present life and do not exist for it.
  since INTEGER NOT NULL DEFAULT 0,
  -- The seq of the last message read; moves forward only.
  read_up_to INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (room, identity)
) STRICT, WITHOUT ROWID;

CREATE INDEX member_by_identity ON member (identity);

CREATE TABLE message (
  -- What is needed to judge later changes. The text is in the queue alone, until everybody has fetched it.
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  remote_id TEXT NOT NULL UNIQUE,
  room INTEGER NOT NULL REFERENCES room (id) ON DELETE CASCADE,
  sender INTEGER NOT NULL REFERENCES identity (id),
  sent_at INTEGER NOT NULL,
  -- When it was last edited; every edit is later than the one before, whatever the clock says, so all agree on the last.
  edited_at INTEGER,
  -- Deleted by its sender or vanished.
  deleted INTEGER NOT NULL DEFAULT 0 CONSTRAINT message_deleted_is_flag CHECK (deleted IN (0, 1)),
  expires_at INTEGER
) STRICT;

CREATE INDEX message_by_room ON message (room);
CREATE INDEX message_expiring ON message (expires_at) WHERE expires_at IS NOT NULL AND deleted = 0;

CREATE TABLE reaction (
  message INTEGER NOT NULL REFERENCES message (seq) ON DELETE CASCADE,
  identity INTEGER NOT NULL REFERENCES identity (id),
  key TEXT NOT NULL,
  PRIMARY KEY (message, identity, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE media (
  -- A file as one room knows it. The content lies in the media folder under its hash and is shared between rows.
  remote_id TEXT PRIMARY KEY,
  hash TEXT NOT NULL,
  room INTEGER NOT NULL REFERENCES room (id) ON DELETE CASCADE,
  -- The message it came with; NULL for a room's picture.
  message INTEGER REFERENCES message (seq) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX media_by_hash ON media (hash);
CREATE INDEX media_by_room ON media (room);
CREATE INDEX media_by_message ON media (message);

CREATE TABLE event (
  -- Something to be fetched. AUTOINCREMENT: cursors are these numbers, so none may ever come again.
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  -- The message whose content this tells of, so that it can be taken back with the message.
  message INTEGER,
  expires_at INTEGER,
  -- QueuedEvent as JSON.
  body TEXT NOT NULL
) STRICT;

CREATE INDEX event_by_message ON event (message) WHERE message IS NOT NULL;

CREATE TABLE delivery (
  -- One recipient of an event who has not acknowledged it.
  identity INTEGER NOT NULL REFERENCES identity (id),
  event INTEGER NOT NULL REFERENCES event (seq) ON DELETE CASCADE,
  PRIMARY KEY (identity, event)
) STRICT, WITHOUT ROWID;

CREATE INDEX delivery_by_event ON delivery (event);

CREATE TRIGGER event_after_last_delivery AFTER DELETE ON delivery
WHEN NOT EXISTS (SELECT 1 FROM delivery WHERE event = OLD.event)
BEGIN
  DELETE FROM event WHERE seq = OLD.event;
END;

CREATE TABLE answer (
  -- What was answered to a transaction, so that the same one sent again has no second effect.
  identity INTEGER NOT NULL REFERENCES identity (id),
  transaction_id TEXT NOT NULL,
  -- Answer as JSON.
  body TEXT NOT NULL,
  answered_at INTEGER NOT NULL,
  PRIMARY KEY (identity, transaction_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX answer_by_age ON answer (answered_at);
