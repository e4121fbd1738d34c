using Switchboard.Core.Chats;
using Switchboard.Core.History;
using Switchboard.Core.Messages;
using Switchboard.Core.Text;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Receiving;

/// <content>Messages, and how far they were read.</content>
public sealed partial class Ingest
{
    private static void UpsertMessage(Db db, Chat chat, RemoteMessage remote, bool hasKeptReads, DateTimeOffset now)
    {
        if (UpsertKnown(db, chat, remote, now))
            return;
        if (remote.ExpiresAt <= now)
            return;
        var (message, media) = Describe(db, chat, remote);
        var (sortKey, id) = db.InsertMessage(chat, message, now);
        TieMedia(db, sortKey, media);
        if (hasKeptReads && SettleKeptReads(db, chat, remote.Id, now))
            db.Recount(chat, now, always: true);
    }

    /// <summary>What is here already, or was and must not come back: at most its content becomes known.</summary>
    /// <returns>Whether it is.</returns>
    private static bool UpsertKnown(Db db, Chat chat, RemoteMessage remote, DateTimeOffset now)
    {
        if (db.IsStoredOrForgotten(chat.Key, remote.Id))
        {
            db.SettleGap(chat, remote.Id);
            if (db.PlaceholderOf(chat.Key, remote.Id) is { } known && !remote.IsPlaceholder)
                Replace(db, chat, known, remote, now);
            return true;
        }

        if (remote.Transaction is not { } transaction || db.PendingSend(chat.Key, transaction) is not { } sent)
            return false;
        db.ConfirmSend(chat, sent, new SentMessage(remote.Id, [.. remote.Attachments.Select(media => media.Id)]), isEcho: true, now);
        db.SettleGap(chat, remote.Id);
        return true;
    }

    private static void Replace(Db db, Chat chat, Message known, RemoteMessage remote, DateTimeOffset now)
    {
        if (remote.IsRemoved)
        {
            db.ApplyTombstone(chat, known, now);
            return;
        }

        db.Execute("DELETE FROM media WHERE message = $key", ("$key", known.SortKey));
        var (content, media) = Describe(db, chat, remote);
        db.ReplacePlaceholder(chat, known, content, now);
        TieMedia(db, known.SortKey, media);
    }

    /// <summary>A message as it is stored, and the media rows that are to be tied to it.</summary>
    private static (NewMessage Message, List<string> Media) Describe(Db db, Chat chat, RemoteMessage remote)
    {
        var isMine = remote.Sender.Id.Value == chat.SelfId;
        var media = new List<string>();
        string Keep(RemoteMediaId id, AttachmentInfo info)
        {
            media.Add(db.InsertMedia(chat.Key, null, id, null, info));
            return media[^1];
        }

        var isRemoved = remote.IsRemoved;
        var attachments = isRemoved ? [] : remote.Attachments.Select(file =>
        {
            var info = file.Info with { Sha256 = null, Poster = null };
            return new Attachment(Keep(file.Id, info), info, file.Info.Poster is { } poster ? Keep(poster, Picture) : null);
        }).ToList();
        var links = isRemoved ? [] : remote.Links.Select(link => new Link(
            link.Url, link.Title, link.OriginalUrl, link.Summary,
            link.Picture is { } picture ? Keep(picture.Id, picture.Info with { Sha256 = null, Poster = null }) : null,
            link.Picture?.Info)).ToList();
        var target = remote.ReplyTo is { } answered ? db.MessageByRemoteId(chat.Key, answered)?.Id : null;
        var mentions = isRemoved ? [] : remote.Mentions;
        return (
            new NewMessage
            {
                Sender = db.UpsertContact(chat.AccountKey, remote.Sender, isMine),
                SenderName = string.IsNullOrWhiteSpace(remote.SenderName) ? null : remote.SenderName,
                IsMine = isMine,
                SentAt = remote.SentAt,
                Text = remote.Text is null || isRemoved ? null : MatrixHtml.Sanitize(remote.Text.Html),
                Attachments = attachments,
                Links = links,
                ReplyTo = target,
                UnknownReplyTo = target is null ? remote.ReplyTo : null,
                Mentions = mentions,
                MentionsMe = !isMine && !isRemoved && !remote.IsHidden && !remote.IsIgnored
                    && (remote.IsPointedOut || MessageWrites.MentionsSelf(chat, mentions)),
                IsNotice = remote.IsNotice,
                IsLocation = remote.IsLocation,
                IsHidden = remote.IsHidden || remote.IsIgnored,
                IsIgnored = remote.IsIgnored && !remote.IsHidden,
                IsDeleted = isRemoved,
                IsPlaceholder = remote.IsPlaceholder && !isRemoved,
                EditedAt = isRemoved ? null : remote.EditedAt,
                ExpiresAt = isRemoved ? null : remote.ExpiresAt,
                RemoteId = remote.Id,
            },
            media);
    }

    /// <summary>What is known of a still picture before it is fetched.</summary>
    private static AttachmentInfo Picture { get; } = new() { Kind = AttachmentKind.Image, MimeType = "image/jpeg", FileName = "picture.jpg" };

    private static void TieMedia(Db db, long sortKey, List<string> media)
    {
        foreach (var id in media)
        {
            db.Execute("UPDATE media SET message = $key WHERE id = $id", ("$key", sortKey), ("$id", id));
        }
    }

    private static void ApplyReadUpTo(
        Db db, ChatsOfBatch chats, Chat chat, UserId user, RemoteMessageId messageId, DateTimeOffset at, DateTimeOffset now)
    {
        if (db.MessageByRemoteId(chat.Key, messageId) is { } message)
        {
            if (user.Value == chat.SelfId)
                HearRead(db, chat, message.SortKey, now);
            else
                db.ApplyReceipt(chat, db.KnownOrNew(chat, user), message.SortKey, at, now);
            if (chats.HasKeptReads(chat))
                DropKeptRead(db, chat, user, message.SortKey, at);
            return;
        }

        // Gone for good: nothing to wait for.
        if (db.IsStoredOrForgotten(chat.Key, messageId))
        {
            if (user.Value == chat.SelfId && db.PlaceOfForgotten(chat.Key, messageId) is { } place)
                HearRead(db, chat, place, now);
            return;
        }

        db.KeepRead(chat.Key, db.KnownOrNew(chat, user), messageId, at);
        chats.NoteKeptRead(chat);
        if (user.Value == chat.SelfId && ReadByTime(db, chat))
            db.Recount(chat, now, always: true);
    }

    private static void HearRead(Db db, Chat chat, long upTo, DateTimeOffset now)
    {
        if (db.HearRead(chat.Key, upTo))
            db.Recount(chat, now, always: true);
    }

    private static void DropKeptRead(Db db, Chat chat, UserId user, long upTo, DateTimeOffset at)
    {
        var contact = db.KnownOrNew(chat, user);
        if (user.Value == chat.SelfId)
            db.DropOwnKeptRead(chat, contact, upTo, at);
        else
            db.DropKeptRead(chat.Key, contact, at);
    }

    /// <summary>What the owner read is not known by its message: all that was sent by then counts as read (matrix.md §6.8).</summary>
    /// <returns>Whether that moved the own read position.</returns>
    private static bool ReadByTime(Db db, Chat chat) =>
        db.OwnKeptRead(chat) is { } at && db.NewestSentBy(chat.Key, at) is var newest and > 0 && db.GuessRead(chat.Key, newest);

    /// <summary>A message has become known: whoever is kept to have read up to it has.</summary>
    /// <returns>Whether that moved the own read position.</returns>
    private static bool SettleKeptReads(Db db, Chat chat, RemoteMessageId id, DateTimeOffset now)
    {
        var moved = false;
        foreach (var (contact, at) in db.KeptReadsOf(chat.Key, id))
        {
            var user = db.Contacts("u.key = $key", ("$key", contact)).Single().UserId;
            var place = db.MessageByRemoteId(chat.Key, id)!.SortKey;
            if (user == chat.SelfId)
                moved |= db.SettleRead(chat.Key, place);
            else
                db.ApplyReceipt(chat, contact, place, at, now);
            db.DropKeptRead(chat.Key, contact, at);
        }

        return ReadByTime(db, chat) || moved;
    }
}
