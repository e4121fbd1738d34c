using Switchboard.Sqlite;

namespace Switchboard.Core.Messages;

/// <summary>
/// The words that the word index of messages holds, so that the beginning of one can be turned into the whole words it stands
/// for.
/// </summary>
internal static class SearchWords
{
    /// <summary>A beginning of more words than this is left to the index, which then looks through all their messages.</summary>
    public const int MostBeginnings = 500;

    // Common words come again and again: they need not be asked for each time.
    private const int MostRemembered = 20_000;

    extension(Db db)
    {
        /// <summary>Notes the words of an index row; tokens to filter by are none.</summary>
        public void NoteWords(string tokens)
        {
            var known = db.KnownWords();
            foreach (var range in tokens.AsSpan().Split(' '))
            {
                var word = tokens.AsSpan(range);
                if (word.IsEmpty || word[0] == ':' || known.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word))
                    continue;
                if (known.Count >= MostRemembered)
                    known.Clear();
                var added = word.ToString();
                known.Add(added);
                db.Execute("INSERT OR IGNORE INTO search_word (word) VALUES ($word)", ("$word", added));
            }
        }

        /// <summary>The words that begin so; <c>null</c> when they are too many to be named.</summary>
        public IReadOnlyList<string>? WordsBeginning(string beginning)
        {
            var words = db.Query(
                "SELECT word FROM search_word WHERE word >= $from AND word < $to LIMIT $limit",
                row => row.GetString(0),
                ("$from", beginning), ("$to", beginning + "\U0010FFFF"), ("$limit", MostBeginnings + 1));
            return words.Count > MostBeginnings ? null : words;
        }

        /// <summary>Of the words after this one, as many as the limit.</summary>
        public List<string> WordsAfter(string word, int limit) => db.Query(
            "SELECT word FROM search_word WHERE word > $word ORDER BY word LIMIT $limit",
            row => row.GetString(0), ("$word", word), ("$limit", limit));

        /// <summary>Whether a message bears this word.</summary>
        public bool IsBorne(string word) => db.QueryInt64(
            "SELECT 1 FROM message_search WHERE message_search MATCH $word LIMIT 1", ("$word", $"\"{word}\"")) is not null;

        /// <summary>Forgets those of the words that no message bears.</summary>
        public void ForgetWords(IEnumerable<string> words)
        {
            foreach (var word in words.Where(word => !db.IsBorne(word)))
            {
                db.Execute("DELETE FROM search_word WHERE word = $word", ("$word", word));
                db.KnownWords().Remove(word);
            }
        }

        // For the writer alone: what is taken back by a rollback is forgotten here too.
        private HashSet<string> KnownWords() => db.Remember(0, (_, _) => new HashSet<string>(StringComparer.Ordinal));
    }
}
