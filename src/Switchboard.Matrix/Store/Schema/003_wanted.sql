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
