-- 006: profiles of people in direct chats with bridged networks, and bridges that are believed by their rooms alone.

CREATE TABLE wanted_profile (
  -- The other person of a bridged direct chat: how else are they known?
  user TEXT PRIMARY KEY,
  -- The chat that is to be told again when that is known.
  room TEXT NOT NULL,
  -- Not before, milliseconds; a day after it was asked last.
  due INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX wanted_profile_due ON wanted_profile (due);

-- Told again once: whose chats they are, and how many are in them, may be another answer now.
UPDATE room SET is_untold = 1 WHERE is_told = 1
  AND id IN (SELECT room FROM state WHERE type IN ('m.bridge', 'uk.half-shot.bridge'));
