-- 008: how far the owner has read, when that is only a guess; and invitations that nothing was told in yet.

-- What is known for sure while last_read is guessed by time; NULL: last_read is sure.
ALTER TABLE chat ADD COLUMN read_sure INTEGER;
-- How far the network has said, or was told, that the owner has read: to hear it again moves nothing.
ALTER TABLE chat ADD COLUMN read_heard INTEGER NOT NULL DEFAULT 0;
UPDATE chat SET read_heard = receipt_to;

-- It was an invitation, and what was said in it before is still to be told.
ALTER TABLE chat ADD COLUMN is_unheard INTEGER NOT NULL DEFAULT 0 CHECK (is_unheard IN (0, 1));
UPDATE chat SET is_unheard = 1 WHERE is_invitation = 1 AND NOT EXISTS (SELECT 1 FROM message WHERE chat = chat.key);
