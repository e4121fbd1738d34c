-- 006: what ignored people wrote is hidden, and shown again when they are ignored no more.

-- Hidden for no other reason than that.
ALTER TABLE message ADD COLUMN ignored INTEGER NOT NULL DEFAULT 0 CHECK (ignored IN (0, 1));
CREATE INDEX message_ignored ON message (sender) WHERE ignored = 1;
