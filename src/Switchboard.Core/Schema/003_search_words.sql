-- 003: the last word of a query stands for every word that begins with it. Named one by one, these are read from the index
-- newest first and only as far as a page needs; as a prefix, all their messages would be merged before the first is known.

CREATE TABLE search_word (
  -- Every word in message_search, and for a while words that have gone from it.
  word TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE search_vocabulary USING fts5vocab('message_search', 'row');
INSERT INTO search_word SELECT term FROM search_vocabulary WHERE term NOT LIKE ':%';
DROP TABLE search_vocabulary;

-- What the index has grown in pieces is joined from two pieces on, a little every hour.
INSERT INTO message_search (message_search, rank) VALUES ('usermerge', 2);
