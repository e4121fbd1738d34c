using System.Text.Json;
using Switchboard.Matrix.Bridges;
using Switchboard.Matrix.Store;
using Switchboard.Matrix.Timeline;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Matrix.Sync;

/// <summary>A room's current state, and what follows from it alone. A picture of one moment.</summary>
internal sealed class RoomState
{
    private readonly Dictionary<(string Type, string Key), StateEvent> states;
    private readonly Lazy<PowerLevels> power;
    private readonly Lazy<RoomFeatures?> features;

    private RoomState(RoomRow row, IEnumerable<StateEvent> states, string ownUserId)
    {
        Row = row;
        OwnUserId = ownUserId;
        this.states = states.ToDictionary(state => (state.Type, state.Key));
        power = new(ReadPower);
        features = new(() => Bridge is null ? null
            : Find(RoomFeatures.EventType, Bridge.StateKey) is { } found ? FeatureReader.Read(found.Content) : null);
    }

    /// <summary>What is kept beside the state.</summary>
    public RoomRow Row { get; }

    /// <summary>The login's own user.</summary>
    public string OwnUserId { get; }

    /// <summary>The account it belongs to.</summary>
    public required string AccountId { get; init; }

    /// <summary>The bridge of the own homeserver that fills it, when the bridge itself says so.</summary>
    public BridgeInfo? Bridge { get; init; }

    /// <summary>Bridges by their own word, believed or not.</summary>
    public IReadOnlyList<BridgeInfo> Claims { get; private init; } = [];

    /// <summary>The own user's identities on the bridged network (§1.7); none unless the owner has to do with the bridge.</summary>
    public IReadOnlySet<string> OwnGhosts { get; init; } = new HashSet<string>();

    /// <summary>Whether <c>m.direct</c> lists it.</summary>
    public bool IsListedDirect { get; init; }

    /// <summary>The homeserver's limit for files, bytes.</summary>
    public long? MaxUpload { get; init; }

    /// <summary>What its bridge says can be done.</summary>
    public RoomFeatures? Features => features.Value;

    /// <summary>Who may do what.</summary>
    public PowerLevels Power => power.Value;

    /// <summary>Its type, such as <c>m.space</c>; <c>null</c> for an ordinary room.</summary>
    public string? Type => Content("m.room.create").Id("type");

    /// <summary>Whether it can be a chat: spaces and rooms of unknown types are not (§1.1).</summary>
    public bool IsChatRoom => Type is null;

    /// <summary>The name as set.</summary>
    public string? Name => Content("m.room.name").Text("name")?.Trim() is { Length: > 0 } name ? name : null;

    /// <summary>The main alias.</summary>
    public string? Alias => Content("m.room.canonical_alias").Id("alias");

    /// <summary>The topic.</summary>
    public string? Topic
    {
        get
        {
            var content = Content("m.room.topic");
            return content.Text("topic", 4000) is { Length: > 0 } topic ? topic
                : content.Child("m.topic").Child("m.text").Items(20)
                    .Where(item => item.Text("mimetype") is null or "text/plain")
                    .Select(item => item.Text("body", 4000)).FirstOrDefault(body => !string.IsNullOrEmpty(body));
        }
    }

    /// <summary>The picture as set.</summary>
    public string? AvatarUrl => Content("m.room.avatar").File("url");

    /// <summary>The timer of new messages.</summary>
    public DisappearingTimer? Timer => DisappearingTimer.Read(Content(DisappearingTimer.EventType));

    /// <summary>The room that is to take its place.</summary>
    public string? Successor => Content("m.room.tombstone").Id("replacement_room");

    /// <summary>Whether it was closed for good.</summary>
    public bool IsClosed => Find("m.room.tombstone", "") is not null;

    /// <summary>The room whose place it takes.</summary>
    public string? Predecessor => Content("m.room.create").Child("predecessor").Id("room_id");

    /// <summary>
    /// Whether redactions name their target in their content, as from version 11 on, or beside it; <c>null</c> when nothing is known of
    /// how the room was made, or its version is no number.
    /// </summary>
    public bool? RedactsInContent => Find("m.room.create", "")?.Content is not { } create ? null
        : !create.Has("room_version") ? false : create.Whole("room_version") is { } version ? version >= 11 : null;

    /// <summary>When it was made, milliseconds.</summary>
    public long? CreatedAt => Find("m.room.create", "")?.At is > 0 and var at ? at : null;

    /// <summary>Who made it.</summary>
    public string? Creator => Find("m.room.create", "")?.Sender;

    /// <summary>Those who serve the room rather than talk in it (§1.2, isNetworkBot).</summary>
    public IReadOnlySet<string> ServiceMembers { get; private init; } = new HashSet<string>();

    /// <summary>Whether that user is the owner, under whatever identity.</summary>
    public bool IsMe(string user) => user == OwnUserId || OwnGhosts.Contains(user);

    /// <summary>A piece of state.</summary>
    public StateEvent? Find(string type, string key) => states.GetValueOrDefault((type, key));

    /// <summary>The content of state with an empty key; undefined when there is none.</summary>
    public JsonElement Content(string type) => Find(type, "")?.Content ?? default;

    /// <summary>Loads a room; <c>null</c> when it is unknown.</summary>
    public static RoomState? Load(Db db, string id, MatrixStore store) => Load(db, id, store.OwnUserId, store.AccountId);

    /// <summary>Loads a room; <c>null</c> when it is unknown.</summary>
    public static RoomState? Load(Db db, string id, string ownUserId, string mainAccountId)
    {
        if (db.RoomRow(id) is not { } row)
            return null;
        var states = db.StateOf(id);
        var bridge = BridgeChoice.Of(states, db, id, ownUserId);
        var account = row.Account is null ? null : db.Account(row.Account);
        return new RoomState(row, states, ownUserId)
        {
            AccountId = row.Account ?? mainAccountId,
            Bridge = bridge,
            Claims = BridgeChoice.Claims(states, db, id),
            OwnGhosts = bridge is null || !db.IsTrustedBot(bridge.Bot)
                ? new HashSet<string>()
                : Ghosts.Own(bridge, bridge.Receiver ?? account?.RemoteLogin, account?.GhostPrefix),
            IsListedDirect = db.IsListedDirect(id),
            MaxUpload = db.QueryInt64("SELECT max_upload FROM login"),
            ServiceMembers = Service(states, bridge),
        };
    }

    /// <summary>What sending needs of it.</summary>
    public RoomView ToView(Db db, Func<RemoteChat> describe) => new(describe)
    {
        Id = Row.Id,
        AccountId = AccountId,
        OwnUserId = OwnUserId,
        Membership = Row.Membership,
        IsEncrypted = Row.IsEncrypted,
        IsDirect = !RoomChat.IsGroup(this, RoomMembers.Load(this, db)),
        Bridge = Bridge,
        Features = Features,
        Timer = Timer,
        Power = Power,
        Name = Name,
        Topic = Topic,
        AvatarUrl = AvatarUrl,
        ReplacedBy = Row.ReplacedBy,
        HasMuteData = Row.MutedUntil != 0,
        IsFavourite = Row.IsFavourite,
        IsLowPriority = Row.IsLowPriority,
    };

    private static HashSet<string> Service(List<StateEvent> states, BridgeInfo? bridge)
    {
        var service = states
            .Where(state => state.Key.Length == 0 && state.Type is "io.element.functional_members" or "m.member_hints")
            .SelectMany(state => state.Content.Child("service_members").Items(100))
            .Select(item => item.AsId()).OfType<string>().ToHashSet();
        if (bridge is not null)
            service.Add(bridge.Bot);
        return service;
    }

    private PowerLevels ReadPower()
    {
        var create = Content("m.room.create");
        // Versions are opaque text; those that are numbers from 12 on have creators above all.
        var creatorsAbove = create.Whole("room_version") is >= 12;
        var creators = create.Child("additional_creators").Items(100).Select(item => item.AsId()).OfType<string>().ToList();
        if (Creator is { } creator)
            creators.Add(creator);
        return new PowerLevels(Content("m.room.power_levels"), creators, creatorsAbove);
    }
}
