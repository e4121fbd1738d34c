-- 005: which messages the owner's push rules point out, such as those with a keyword.

-- m.push_rules as the homeserver told it last; NULL before it did.
ALTER TABLE login ADD COLUMN push_rules TEXT;
