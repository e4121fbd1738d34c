using Microsoft.Data.Sqlite;
using Switchboard.Core.Text;

namespace Switchboard.Core.Tests.Text;

/// <summary>A real full-text table as the store declares it.</summary>
internal sealed class SearchIndex : IDisposable
{
    private readonly SqliteConnection _db = new("Data Source=:memory:");

    public SearchIndex()
    {
        _db.Open();
        Run("create virtual table t using fts5(body, content='', contentless_delete=1, tokenize=\"ascii tokenchars ':'\")");
    }

    public void Add(long id, string text) =>
        Run("insert into t(rowid, body) values ($id, $body)", ("$id", id), ("$body", SearchText.Index(text)));

    public bool Finds(string query, SearchPrefix prefix = SearchPrefix.LastWord) =>
        SearchText.Query(query, prefix) is { } match && Matches(match);

    public bool Matches(string match)
    {
        using var command = _db.CreateCommand();
        command.CommandText = "select exists (select 1 from t where t match $match)";
        command.Parameters.AddWithValue("$match", match);
        return (long)command.ExecuteScalar()! == 1;
    }

    public void Clear() => Run("delete from t");

    public void Dispose() => _db.Dispose();

    private void Run(string sql, params (string Name, object Value)[] parameters)
    {
        using var command = _db.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
        command.ExecuteNonQuery();
    }
}
