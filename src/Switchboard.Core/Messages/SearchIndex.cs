using System.Globalization;
using System.Text;
using Switchboard.Core.Chats;
using Switchboard.Core.Text;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Messages;

/// <summary>
/// The word index of messages. A row is the words of one visible message and, behind a colon that no word can hold, a
/// token for each thing one can filter by; so a filtered search asks one index and joins nothing.
/// </summary>
internal static class SearchIndex
{
    public const string Mine = ":me";
    public const string Others = ":others";
    public const string InGroup = ":group";
    public const string InDirect = ":single";
    public const string AnyMedia = ":any";
    public const string Image = ":image";
    public const string Video = ":video";
    public const string File = ":file";
    public const string Link = ":link";

    public static string ChatToken(long chat) => string.Create(CultureInfo.InvariantCulture, $":c{chat}");

    public static string AccountToken(long account) => string.Create(CultureInfo.InvariantCulture, $":a{account}");

    public static string SenderToken(long contact) => string.Create(CultureInfo.InvariantCulture, $":s{contact}");

    extension(Db db)
    {
        public void IndexMessage(Chat chat, long sortKey, long sender, bool isMine, string? html, IReadOnlyList<Attachment> attachments)
        {
            var plain = html is null ? "" : MatrixHtml.ToPlainText(html);
            var body = new StringBuilder(SearchText.Index(plain));
            foreach (var attachment in attachments)
            {
                body.Append(' ').Append(SearchText.Index(attachment.Info.FileName)).Append(' ').Append(KindToken(attachment.Info));
            }

            if (Links.Contains(plain) || html?.Contains("<a href=\"http", StringComparison.OrdinalIgnoreCase) == true)
                body.Append(' ').Append(Link).Append(' ').Append(AnyMedia);
            if (attachments.Count > 0)
                body.Append(' ').Append(AnyMedia);
            body.Append(' ').Append(ChatToken(chat.Key)).Append(' ').Append(AccountToken(chat.AccountKey)).Append(' ')
                .Append(SenderToken(sender)).Append(' ').Append(isMine ? Mine : Others).Append(' ')
                .Append(chat.IsGroup ? InGroup : InDirect);
            var tokens = body.ToString();
            db.NoteWords(tokens);
            db.Execute("INSERT OR REPLACE INTO message_search (rowid, body) VALUES ($key, $body)", ("$key", sortKey), ("$body", tokens));
        }

        /// <summary>
        /// Joins some of the pieces that the index has grown in: a word is looked up in each of them. Works on about
        /// <paramref name="pages"/> pages.
        /// </summary>
        /// <returns>Whether there is more to join.</returns>
        public bool JoinIndexPieces(int pages)
        {
            var before = db.QueryInt64("SELECT total_changes()");
            db.Execute("INSERT INTO message_search (message_search, rank) VALUES ('merge', $pages)", ("$pages", pages));
            // The command itself counts as one.
            return db.QueryInt64("SELECT total_changes()") - before > 1;
        }

        public void UnindexMessage(long sortKey) => db.Execute("DELETE FROM message_search WHERE rowid = $key", ("$key", sortKey));

        public void IndexChat(long chat)
        {
            var found = db.ChatByKey(chat, -1)!;
            var names = found.Participants
                .Where(participant => !participant.Contact.IsSelf || found.ParticipantCount == 1)
                .Select(participant => $"{participant.Contact.FullName} {participant.Contact.Username}");
            db.Execute(
                "INSERT OR REPLACE INTO chat_search (rowid, titles, participants) VALUES ($key, $titles, $participants)",
                ("$key", chat), ("$titles", SearchText.Index($"{found.Title} {found.Network}")),
                ("$participants", SearchText.Index(string.Join(' ', names))));
        }
    }

    private static string KindToken(AttachmentInfo info) => info.Kind switch
    {
        AttachmentKind.Image or AttachmentKind.Sticker => Image,
        AttachmentKind.Gif => info.MimeType.StartsWith("video/", StringComparison.Ordinal) ? Video : Image,
        AttachmentKind.Video => Video,
        AttachmentKind.Audio or AttachmentKind.VoiceNote or AttachmentKind.File => File,
        _ => throw new InvalidOperationException($"Unknown attachment kind {info.Kind}."),
    };
}
