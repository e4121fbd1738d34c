-- 007: files are found by the address that they have in their network, too.

CREATE INDEX media_by_remote_id ON media (remote_id) WHERE remote_id IS NOT NULL;
