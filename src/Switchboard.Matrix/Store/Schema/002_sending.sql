-- 002: what sending must remember so that nothing is made twice after a crash.

CREATE INDEX sent_txn ON sent (txn);

CREATE TABLE upload (
  -- Files that were uploaded for a send, so that a repetition of it says the same.
  txn TEXT PRIMARY KEY,
  mxc TEXT NOT NULL,
  number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX upload_number ON upload (number);

CREATE TABLE creation (
  -- Rooms that are to be made. A homeserver makes a room each time it is asked, so the intent is written first: the room bears
  -- the mark, and is looked for by it when the answer was lost.
  key TEXT PRIMARY KEY,
  mark TEXT NOT NULL,
  -- Milliseconds.
  at INTEGER NOT NULL,
  room TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE reporting_bridge (
  -- Bridges (by their bot) that have told what became of a message: until they do, a message is on its way.
  bot TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
