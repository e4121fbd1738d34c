-- 004: whose word about bridges counts, and whose edits compete.

CREATE TABLE trusted_bot (
  -- By which room the owner has to do with a bridge's bot: their management room, or the space of the owner's login.
  room TEXT PRIMARY KEY,
  bot TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX trusted_bot_bot ON trusted_bot (bot);

-- What was read of people's profiles before was not always a bridge's word. It is asked for again.
DELETE FROM person;

-- An edit counts beside those of the same sender alone.
ALTER TABLE edit ADD COLUMN sender TEXT NOT NULL DEFAULT '';
