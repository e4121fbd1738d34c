using System.Text.Json;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Media;

/// <summary>An uploaded file that may still be used.</summary>
public sealed record Upload(string Id, string Sha256, AttachmentInfo Info, DateTimeOffset ExpiresAt);

/// <summary>A file in a chat, or the picture of a person.</summary>
/// <param name="Id">Media id.</param>
/// <param name="LoginKey">Row key of the login that can fetch it.</param>
/// <param name="RemoteId">The network's id.</param>
/// <param name="Sha256">Names its content in the file store; <c>null</c> until fetched.</param>
/// <param name="Info">What is known about it.</param>
internal sealed record MediaRow(string Id, long LoginKey, RemoteMediaId? RemoteId, string? Sha256, AttachmentInfo Info)
{
    /// <summary>Whether it is a person's picture.</summary>
    public bool IsAvatar { get; init; }
}

internal static class MediaSql
{
    private const string Query =
        """
        SELECT m.id, a.login, m.remote_id, m.hash, m.info FROM media m
        JOIN chat c ON c.key = m.chat JOIN account a ON a.key = c.account WHERE
        """;

    private const string AvatarQuery =
        """
        SELECT u.avatar, a.login, u.avatar_remote, u.avatar_hash, u.avatar_info FROM contact u JOIN account a ON a.key = u.account WHERE
        """;

    extension(Db db)
    {
        public MediaRow? FindMedia(Access.Access access, string id) =>
            db.QueryFirst($"{Query} m.id = $id AND {access.ChatCondition("c")}", ReadMedia, ("$id", id));

        /// <summary>The picture of a person in reach.</summary>
        public MediaRow? FindAvatar(Access.Access access, string id) =>
            db.QueryFirst($"{AvatarQuery} u.avatar = $id AND {access.ContactCondition("u")}", ReadMedia, ("$id", id)) is { } found
                ? found with { IsAvatar = true }
                : null;

        /// <summary>A file or a person's picture in reach by the address that it has in its network.</summary>
        public MediaRow? FindByAddress(Access.Access access, string address) =>
            db.QueryFirst($"{Query} m.remote_id = $address AND {access.ChatCondition("c")} LIMIT 1", ReadMedia, ("$address", address))
            ?? (db.QueryFirst(
                $"{AvatarQuery} u.avatar_remote = $address AND {access.ContactCondition("u")} LIMIT 1", ReadMedia, ("$address", address)) is { } found
                ? found with { IsAvatar = true }
                : null);

        public MediaRow? AvatarByHash(Access.Access access, string hash) =>
            db.QueryFirst($"{AvatarQuery} u.avatar_hash = $hash AND {access.ContactCondition("u")} LIMIT 1", ReadMedia, ("$hash", hash));

        public MediaRow? MediaByHash(Access.Access access, string hash) =>
            db.QueryFirst($"{Query} m.hash = $hash AND {access.ChatCondition("c")} LIMIT 1", ReadMedia, ("$hash", hash));

        /// <summary>A file was fetched.</summary>
        /// <param name="media">Which.</param>
        /// <param name="hash">Names its content.</param>
        /// <param name="mimeType">What it turned out to be.</param>
        public void SetMediaHash(MediaRow media, string hash, string mimeType)
        {
            var (table, prefix, id) = media.IsAvatar ? ("contact", "avatar_", "avatar") : ("media", "", "id");
            db.Execute(
                $"UPDATE {table} SET {prefix}hash = $hash, {prefix}info = $info WHERE {id} = $id",
                ("$hash", hash), ("$id", media.Id),
                ("$info", JsonSerializer.Serialize(media.Info with { MimeType = mimeType }, CoreJson.Default.AttachmentInfo)));
        }

        public void InsertUpload(string id, long token, string hash, AttachmentInfo info, DateTimeOffset expiresAt) => db.Execute(
            "INSERT INTO upload (id, token, hash, info, expires_at) VALUES ($id, $token, $hash, $info, $expires)",
            ("$id", id), ("$token", token == 0 ? null : token), ("$hash", hash),
            ("$info", JsonSerializer.Serialize(info, CoreJson.Default.AttachmentInfo)), ("$expires", expiresAt.ToUnixTimeMilliseconds()));

        /// <summary>An upload that this caller may use: its own, or any for a caller without limits.</summary>
        public Upload? FindUpload(Access.Access access, string id, DateTimeOffset now) => db.QueryFirst(
            "SELECT id, hash, info, expires_at FROM upload WHERE id = $id AND expires_at > $now AND (token = $token OR $all)",
            ReadUpload, ("$id", id), ("$now", now.ToUnixTimeMilliseconds()), ("$token", access.Token), ("$all", access.IsUnlimited));

        public Upload? UploadByHash(Access.Access access, string hash, DateTimeOffset now) => db.QueryFirst(
            "SELECT id, hash, info, expires_at FROM upload WHERE hash = $hash AND expires_at > $now AND (token = $token OR $all) LIMIT 1",
            ReadUpload, ("$hash", hash), ("$now", now.ToUnixTimeMilliseconds()), ("$token", access.Token), ("$all", access.IsUnlimited));

        public void ForgetUploadsBefore(DateTimeOffset now) =>
            db.Execute("DELETE FROM upload WHERE expires_at <= $now", ("$now", now.ToUnixTimeMilliseconds()));

        public bool IsInUse(string hash) => db.QueryInt64(
            """
            SELECT 1 WHERE EXISTS (SELECT 1 FROM media WHERE hash = $hash) OR EXISTS (SELECT 1 FROM upload WHERE hash = $hash)
              OR EXISTS (SELECT 1 FROM contact WHERE avatar_hash = $hash)
            """,
            ("$hash", hash)) is not null;
    }

    private static MediaRow ReadMedia(Row row) => new(
        row.GetString(0), row.GetInt64(1), row.TextOrNull(2) is { } remote ? new RemoteMediaId(remote) : null, row.TextOrNull(3),
        JsonSerializer.Deserialize(row.GetString(4), CoreJson.Default.AttachmentInfo)!);

    private static Upload ReadUpload(Row row) => new(
        row.GetString(0), row.GetString(1), JsonSerializer.Deserialize(row.GetString(2), CoreJson.Default.AttachmentInfo)!, row.Time(3));
}
