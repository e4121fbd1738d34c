-- 001: what one Matrix login must know between sync answers and the server's own store does not keep.

CREATE TABLE login (
  -- One row: whose store this is.
  only INTEGER PRIMARY KEY CHECK (only = 1),
  -- Whether a first sync answer was taken in whole; without it the server's cursor is not trusted.
  has_synced INTEGER NOT NULL DEFAULT 0,
  -- Bytes, as the homeserver told; NULL when it did not.
  max_upload INTEGER
) STRICT;
INSERT INTO login (only) VALUES (1);

CREATE TABLE account (
  -- The API's account id; chats are told under it, so it never changes.
  id TEXT PRIMARY KEY,
  -- NULL for the login's own account.
  bridge TEXT,
  -- The login on the bridged network; NULL until a room tells it.
  remote_login TEXT,
  bridge_type TEXT NOT NULL,
  network TEXT NOT NULL,
  bot TEXT,
  -- What the localparts of its ghosts begin with, once learnt.
  ghost_prefix TEXT,
  -- An AccountState's number, and what the bridge said of it.
  state INTEGER NOT NULL DEFAULT 0,
  state_text TEXT,
  name TEXT,
  avatar TEXT,
  username TEXT,
  phone TEXT,
  email TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE room (
  id TEXT PRIMARY KEY,
  -- join, invite, knock, leave or ban.
  membership TEXT NOT NULL,
  -- Set when first told as a chat, and stable from then on.
  account TEXT,
  -- Sticky: what was encrypted once never counts as clear again.
  is_encrypted INTEGER NOT NULL DEFAULT 0,
  -- From the sync summary, which tells only what changed.
  joined INTEGER,
  invited INTEGER,
  heroes TEXT,
  -- Whether every member is in the member table.
  has_all_members INTEGER NOT NULL DEFAULT 0,
  -- Whether it must be told again because what was told of it last may not have been stored.
  is_untold INTEGER NOT NULL DEFAULT 0,
  -- Whether it is (or was) a chat of the server's.
  is_told INTEGER NOT NULL DEFAULT 0,
  -- Whether it was last told as an invitation, before anything was known of a bridge behind it.
  was_invitation INTEGER NOT NULL DEFAULT 0,
  -- The room that took its place and its chat.
  replaced_by TEXT,
  -- com.beeper.mute: milliseconds, -1 for ever, 0 not.
  muted_until INTEGER NOT NULL DEFAULT 0,
  is_favourite INTEGER NOT NULL DEFAULT 0,
  is_low_priority INTEGER NOT NULL DEFAULT 0,
  is_server_notice INTEGER NOT NULL DEFAULT 0,
  -- Milliseconds of com.beeper.inbox.done while it stands.
  archived_at INTEGER,
  -- When the owner came in, milliseconds.
  joined_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX room_untold ON room (id) WHERE is_untold = 1;
CREATE INDEX room_account ON room (account);
CREATE INDEX room_muted ON room (muted_until) WHERE muted_until > 0;

CREATE TABLE muted_by_rule (
  -- Rooms that push rules keep silent; also those that are not known yet.
  room TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE state (
  -- Current state of the few types that anything is derived from; members have a table of their own.
  room TEXT NOT NULL,
  type TEXT NOT NULL,
  key TEXT NOT NULL,
  sender TEXT NOT NULL,
  at INTEGER NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (room, type, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX state_tombstone ON state (room) WHERE type = 'm.room.tombstone';
CREATE INDEX state_child ON state (key) WHERE type = 'm.space.child';

CREATE TABLE member (
  room TEXT NOT NULL,
  user TEXT NOT NULL,
  -- join, invite, knock, leave or ban.
  membership TEXT NOT NULL,
  name TEXT,
  avatar TEXT,
  is_direct INTEGER NOT NULL DEFAULT 0,
  -- Who made this membership, such as the inviter.
  sender TEXT NOT NULL,
  PRIMARY KEY (room, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_user ON member (user);

CREATE TABLE person (
  -- What a profile tells beyond a member event.
  user TEXT PRIMARY KEY,
  username TEXT,
  phone TEXT,
  email TEXT,
  is_bot INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE direct (
  -- m.direct: which rooms are direct chats with whom.
  user TEXT NOT NULL,
  room TEXT NOT NULL,
  PRIMARY KEY (user, room)
) STRICT, WITHOUT ROWID;
CREATE INDEX direct_room ON direct (room);

CREATE TABLE ignored (
  user TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE reaction (
  -- Reaction events that count: needed to take one back.
  event TEXT NOT NULL,
  room TEXT NOT NULL,
  target TEXT NOT NULL,
  sender TEXT NOT NULL,
  -- The key as the server's store has it, and without variation selectors for comparing.
  key TEXT NOT NULL,
  plain_key TEXT NOT NULL,
  -- Kept when it is taken back, so that the taking back may be told again.
  is_redacted INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (room, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX reaction_target ON reaction (room, target, sender, plain_key);

CREATE TABLE edit (
  -- Edit events by what they edit: the newest wins, and a redacted one is undone.
  event TEXT NOT NULL,
  room TEXT NOT NULL,
  target TEXT NOT NULL,
  at INTEGER NOT NULL,
  -- Kept when it is taken back, so that the taking back may be told again.
  is_redacted INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (room, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX edit_target ON edit (room, target, at, event);

CREATE TABLE sent (
  -- What this login sent lately, for echoes that do not name their transaction.
  room TEXT NOT NULL,
  event TEXT NOT NULL,
  txn TEXT NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (room, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX sent_number ON sent (number);
