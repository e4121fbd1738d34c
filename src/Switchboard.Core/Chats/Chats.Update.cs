using Switchboard.Core.Changes;
using Switchboard.Core.Media;
using Switchboard.Core.Messages;
using Switchboard.Core.Sending;
using Switchboard.Core.Text;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Chats;

/// <content>Changing a chat's properties and its draft.</content>
public sealed partial class Chats
{
    private const int LongestTimer = 10 * 365 * 24 * 3600;
    private static readonly TimeSpan MarksAreAwaited = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Applies a change wholly or not at all: everything is checked first, then the network is asked for its part, then all
    /// is stored at once.
    /// </summary>
    /// <returns>The chat after it.</returns>
    public async Task<Chat> UpdateAsync(Access.Access access, string chatId, ChatChange change, CancellationToken cancellationToken)
    {
        var chat = database.Read(db =>
        {
            var found = db.DemandChat(access, chatId);
            Check(db, access, found, change);
            return found;
        });
        var picture = change.Picture?.Value is { } url ? await PictureAsync(access, chat, url, cancellationToken) : null;
        RemoteChat? remote = null;
        if (change.ConcernsNetwork)
        {
            if (await logins.ConnectionOfAsync(chat.LoginKey, cancellationToken) is not ISupportsChatState network)
                throw Unsupported(chat, "changing chats");
            remote = await network.UpdateChatAsync(chat.RemoteId, ToNetwork(change, picture), cancellationToken);
        }

        var (after, marked) = await database.WriteAsync(
            db =>
            {
                var now = clock.GetUtcNow();
                // It may have been replaced, or have gone to another account, meanwhile.
                if (remote is not null && db.ChatByKey(chat.Key) is { } there && there.RemoteId == remote.Id)
                    db.UpsertChat(there.AccountKey, there.SelfId, remote, server.NewChatId, now);
                var current = db.DemandChat(access, chatId);
                Check(db, access, current, change);
                var marked = Apply(db, access, current, change, now);
                return (db.DemandChat(access, chatId, DefaultParticipants), marked);
            },
            CancellationToken.None);
        if (marked)
        {
            var key = OutboxRow.WaitKeyOfMarks(chat.Key);
            var told = outbox.AttemptEnded(key);
            outbox.Wake();
            // So that what somebody does next meets a network that knows; one that is slow or away is told later.
            if (change.IsMuted is not null && database.Read(db => db.OwesMarks(chat.Key)))
                await Task.WhenAny(told, Task.Delay(MarksAreAwaited, clock, cancellationToken));
            outbox.EndWait(key);
        }

        return after;
    }

    /// <summary>Puts plain text into a chat's draft unless there is one already (rest.md §2, focus).</summary>
    public Task FillDraftAsync(
        Access.Access access, string chatId, string text, AttachmentRequest? attachment, CancellationToken cancellationToken)
    {
        var attachments = attachment is null
            ? (IReadOnlyList<KeyValuePair<string, AttachmentRequest>>)[]
            : [KeyValuePair.Create(attachment.UploadId, attachment)];
        return database.WriteAsync(
            db =>
            {
                var chat = db.DemandChat(access, chatId);
                if (chat.Draft is null && (text.Length > 0 || attachment is not null))
                    Apply(db, access, chat, new ChatChange { Draft = new(new DraftRequest(text, attachments, IsPlain: true)) }, clock.GetUtcNow());
            },
            cancellationToken);
    }

    private void Check(Db db, Access.Access access, Chat chat, ChatChange change)
    {
        Demand(change.Title, chat.Capabilities.Title, "title");
        Demand(change.Description, chat.Capabilities.Description, "description");
        Demand(change.Picture, chat.Capabilities.Avatar, "imgURL");
        Demand(change.ExpirySeconds, chat.Capabilities.Expiry, "messageExpirySeconds");
        if (change.ExpirySeconds?.Value is { } seconds and > 0)
        {
            var allowed = chat.Capabilities.DisappearingTimer?.Timers;
            if (seconds > LongestTimer || allowed?.Contains(TimeSpan.FromSeconds(seconds)) == false)
                throw RefusedException.Invalid("invalid_value", $"{chat.Network} does not offer this timer; see capabilities.disappearingTimer.", "body", "messageExpirySeconds");
        }

        if (change.IsArchived is not null && !chat.Capabilities.Archive)
            throw new RefusedException(Refusal.Unsupported, $"{chat.Network} does not support isArchived in this chat.");
        if (change.Draft?.Value is { } draft && !IsEmpty(draft) && chat.Draft is not null)
        {
            throw new RefusedException(
                Refusal.Conflict, "This chat has a draft already. Send draft: null first, then the new draft.");
        }

        foreach (var (_, attachment) in change.Draft?.Value?.Attachments ?? [])
        {
            Uploads.Describe(db, access, chat, attachment, clock.GetUtcNow());
        }

        void Demand<T>(Given<T>? given, CapabilityLevel level, string field)
        {
            if (given is not null && level < CapabilityLevel.Partial)
                throw new RefusedException(Refusal.Unsupported, $"{chat.Network} does not support changing {field} in this chat.");
        }
    }

    private static bool IsEmpty(DraftRequest draft) => draft.Text.Length == 0 && draft.Attachments.Count == 0;

    private static ChatStateChange ToNetwork(ChatChange change, OutgoingAttachment? picture) => new()
    {
        Title = change.Title is null ? null : change.Title.Value ?? "",
        Description = change.Description is null ? null : change.Description.Value ?? "",
        Avatar = picture,
        RemoveAvatar = change.Picture is not null && picture is null,
        Expiry = change.ExpirySeconds is null ? null : TimeSpan.FromSeconds(change.ExpirySeconds.Value ?? 0),
    };

    /// <returns>Whether marks changed, which the network is to be told.</returns>
    private static bool Apply(Db db, Access.Access access, Chat chat, ChatChange change, DateTimeOffset now)
    {
        // Archiving a pinned chat unpins it silently (rest.md §4).
        var pinned = change.IsPinned ?? (change.IsArchived == true ? false : null);
        var marks = new ChatMarks
        {
            IsArchived = change.IsArchived,
            IsLowPriority = change.IsLowPriority,
            IsMuted = change.IsMuted,
            IsPinned = pinned,
        };
        var marked = db.PutMarks(chat.Key, marks, now);
        var changed = marked;
        if (change.Draft is { } draft)
            changed |= ApplyDraft(db, access, chat, draft.Value, now);
        if (changed)
            db.AppendChatChange(chat, now);
        return marked;
    }

    private static bool ApplyDraft(Db db, Access.Access access, Chat chat, DraftRequest? request, DateTimeOffset now)
    {
        if (request is null || IsEmpty(request))
        {
            foreach (var attachment in chat.Draft?.Attachments ?? [])
            {
                db.Execute("DELETE FROM media WHERE id = $id", ("$id", attachment.MediaId));
            }

            return db.Execute("UPDATE chat SET draft = NULL WHERE key = $key AND draft IS NOT NULL", ("$key", chat.Key)) > 0;
        }

        var attachments = request.Attachments.Select(pair =>
        {
            var info = Uploads.Describe(db, access, chat, pair.Value, now);
            return new DraftAttachment(pair.Key, db.InsertMedia(chat.Key, null, null, info.Sha256, info), info.Sha256!, info);
        }).ToList();
        var draft = new Draft(request.IsPlain ? MatrixHtml.Escape(request.Text) : MatrixHtml.FromInput(request.Text).Html, attachments);
        db.Execute("UPDATE chat SET draft = $draft WHERE key = $key", ("$draft", draft.Write()), ("$key", chat.Key));
        return true;
    }

    private async Task<OutgoingAttachment> PictureAsync(Access.Access access, Chat chat, string picture, CancellationToken cancellationToken)
    {
        // An upload id, or a URL of ours; never a path as such: that would let a token holder read the server's disk.
        var upload = database.Read(db => db.FindUpload(access, picture, clock.GetUtcNow()));
        LocalFile file;
        try
        {
            file = upload is null ? await media.FindAsync(access, picture, cancellationToken) : new LocalFile(upload.Sha256, upload.Info);
        }
        catch (RefusedException)
        {
            throw RefusedException.Invalid(
                "invalid_value", "imgURL must be an uploadID or a media URL that this server gave out; upload the picture first.", "body", "imgURL");
        }

        if (!file.Info.MimeType.StartsWith("image/", StringComparison.Ordinal) || !MediaInspector.IsSafeInline(file.Info.MimeType))
            throw RefusedException.Invalid("invalid_value", $"A {chat.Network} chat's picture must be an image.", "body", "imgURL");
        return new OutgoingAttachment(file.Info, () => files.OpenRead(file.Sha256));
    }
}
