-- 003: what the homeserver must still be asked, however often this program ends meanwhile.

CREATE TABLE wanted_reread (
  -- Messages of which an edit was taken back: what do they say now?
  room TEXT NOT NULL,
  target TEXT NOT NULL,
  -- When it was taken back, milliseconds.
  at INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  -- Not before, milliseconds.
  due INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (room, target)
) STRICT, WITHOUT ROWID;

CREATE TABLE wanted_join (
  -- Rooms to go into: those that a bridge invites to, and successors of closed ones.
  room TEXT PRIMARY KEY,
  -- A server that knows it, if it may be unknown to ours.
  via TEXT,
  -- Since when, milliseconds.
  at INTEGER NOT NULL,
  -- Failures other than being asked to wait.
  tries INTEGER NOT NULL DEFAULT 0,
  due INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE bridge_told (
  -- When a bridge last said how it is doing: what is older counts no more.
  bot TEXT NOT NULL,
  -- Empty for the bridge as a whole.
  login TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (bot, login)
) STRICT, WITHOUT ROWID;
