using Switchboard.Wire;
using Xunit;

namespace Switchboard.Server.Tests.Wire;

public sealed class GoldenTests
{
    [Fact]
    public void A_full_chat() => Golden.Matches("chat-full", Samples.FullChat);

    [Fact]
    public void A_minimal_chat() => Golden.Matches("chat-minimal", Samples.MinimalChat);

    [Fact]
    public void A_chat_with_preview() =>
        Golden.Matches("chat-with-preview", new ChatWithPreview(Samples.MinimalChat) { Preview = Samples.MinimalMessage });

    [Fact]
    public void A_created_chat() => Golden.Matches("chat-created", new CreateChatOutput(Samples.MinimalChat, ChatCreation.Created));

    [Fact]
    public void A_full_message() => Golden.Matches("message-full", Samples.FullMessage);

    [Fact]
    public void A_message_seen_at_a_time() => Golden.Matches(
        "message-seen-time", Samples.MinimalMessage with { Seen = new Seen.ByOne(SeenMark.SeenAt(Samples.Time)) });

    [Fact]
    public void A_message_seen_by_some_of_a_group() => Golden.Matches("message-seen-each", Samples.MinimalMessage with
    {
        Seen = new Seen.ByEach(new Dictionary<string, SeenMark>
        {
            ["@ada:local"] = SeenMark.Yes,
            ["@grace:local"] = SeenMark.SeenAt(Samples.Time),
            ["@joan:local"] = SeenMark.No,
        }),
    });

    [Fact]
    public void A_tombstone() => Golden.Matches("message-tombstone", Samples.MinimalMessage with
    {
        Type = MessageType.Text,
        IsDeleted = true,
        Mentions = [],
        Attachments = [],
        Links = [],
        Reactions = [],
    });

    [Fact]
    public void An_edited_message() => Golden.Matches("message-edited", new EditMessageOutput(Samples.MinimalMessage));

    [Fact]
    public void An_accepted_send() => Golden.Matches(
        "send-message", new SendMessageOutput { ChatId = "!a:b", PendingMessageId = "1343993" });

    [Fact]
    public void An_added_reaction() => Golden.Matches(
        "reaction-added",
        new AddReactionOutput { ChatId = "!a:b", MessageId = "1343993", ReactionKey = "👍", TransactionId = "txn_1" });

    [Fact]
    public void A_removed_reaction() => Golden.Matches(
        "reaction-removed", new RemoveReactionOutput { ChatId = "!a:b", MessageId = "1343993", ReactionKey = "👍" });

    [Fact]
    public void An_account() => Golden.Matches("account", Samples.Account);

    [Fact]
    public void A_page_of_users() => Golden.Matches(
        "page-users", new Page<User> { Items = [Samples.Grace], HasMore = true, OldestCursor = "o", NewestCursor = "n" });

    [Fact]
    public void An_empty_page() => Golden.Matches(
        "page-empty", new Page<Message> { Items = [], HasMore = false, OldestCursor = null, NewestCursor = null });

    [Fact]
    public void A_search_over_everything() => Golden.Matches("search", new UnifiedSearchOutput
    {
        Results = new()
        {
            Chats = [],
            InGroups = [],
            Messages = new()
            {
                Items = [Samples.MinimalMessage],
                HasMore = false,
                OldestCursor = "o",
                NewestCursor = null,
                Chats = new Dictionary<string, Chat> { [Samples.MinimalChat.Id] = Samples.MinimalChat },
            },
        },
    });

    [Fact]
    public void An_upload() => Golden.Matches("upload", new UploadAssetOutput
    {
        UploadId = "upl_1",
        FileName = "map.png",
        MimeType = "image/png",
        FileSize = 51234,
        SrcUrl = "localmxc://local/upl_1",
        Width = 640,
        Height = 480,
        Duration = 1.5,
    });

    [Fact]
    public void A_failed_download() => Golden.Matches("download-failed", new DownloadAssetOutput { Error = "The file is gone." });

    [Fact]
    public void A_validation_error() => Golden.Matches("error-validation", ApiError.Invalid("The request has errors.",
    [
        new() { Code = "invalid_type", Message = "Expected text.", Path = ["body", "participantIDs", 0] },
    ]));

    [Fact]
    public void A_plain_error() => Golden.Matches("error-plain", new ApiError { Message = "Chat not found.", Code = "not_found" });
}
