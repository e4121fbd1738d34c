-- 002: what clients see of a chat can be kept as it was made, as long as nothing of it has changed.

-- Counts up with everything that changes the chat or a message in it.
ALTER TABLE chat ADD COLUMN version INTEGER NOT NULL DEFAULT 0;

-- Counts up when a person is renamed or the account itself changes: that shows in any of its chats.
ALTER TABLE account ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
