-- 007: how far the owner has read, when that is only a guess.

-- What is known for sure while last_read is guessed by time; NULL: last_read is sure.
ALTER TABLE chat ADD COLUMN read_sure INTEGER;
-- How far the network has said, or was told, that the owner has read: to hear it again moves nothing.
ALTER TABLE chat ADD COLUMN read_heard INTEGER NOT NULL DEFAULT 0;
UPDATE chat SET read_heard = receipt_to;
