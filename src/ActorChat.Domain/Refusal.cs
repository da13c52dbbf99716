namespace ActorChat.Domain;

/// <summary>All error codes of the protocol.</summary>
/// <param name="Retry">True if the client may send the same request again.</param>
public sealed record ErrorCode(string Name, bool Retry = false)
{
    public static readonly ErrorCode BadRequest = new("bad_request");
    public static readonly ErrorCode BadJson = new("bad_json");
    public static readonly ErrorCode UnknownType = new("unknown_type");
    public static readonly ErrorCode TooLong = new("too_long");
    public static readonly ErrorCode Unauthorized = new("unauthorized");
    public static readonly ErrorCode NotFound = new("not_found");
    public static readonly ErrorCode NameTaken = new("name_taken");
    public static readonly ErrorCode NameInvalid = new("name_invalid");
    public static readonly ErrorCode KeyReused = new("key_reused");
    public static readonly ErrorCode RateLimited = new("rate_limited", Retry: true);

    /// <summary>A queue inside the server is full. Nothing was saved.</summary>
    public static readonly ErrorCode Busy = new("busy", Retry: true);

    /// <summary>The store is locked, full, read-only or unreachable. Nothing was saved.</summary>
    public static readonly ErrorCode Unavailable = new("unavailable", Retry: true);

    /// <summary>The server supports none of the subprotocols that the client offered.</summary>
    public static readonly ErrorCode Subprotocol = new("subprotocol");
}

/// <summary>An error that the client receives.</summary>
/// <param name="Message">One sentence for people.</param>
/// <param name="Field">The field that is wrong, if one is.</param>
/// <param name="AfterMs">After how many milliseconds the client should try again.</param>
public sealed record Refusal(ErrorCode Code, string Message, string? Field = null, int? AfterMs = null)
{
    public static readonly Refusal StoreUnavailable = new(ErrorCode.Unavailable, "The store is not available. Try again.", AfterMs: 1000);
}
