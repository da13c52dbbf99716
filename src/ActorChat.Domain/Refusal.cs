namespace ActorChat.Domain;

/// <summary>
/// The catalogue of errors: the code says what happened, <see cref="Retry"/> whether the same request may be sent again as it is.
/// </summary>
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

    /// <summary>The store is locked, full or away. Nothing was saved.</summary>
    public static readonly ErrorCode Unavailable = new("unavailable", Retry: true);

    /// <summary>None of the subprotocols that the client offered is spoken here.</summary>
    public static readonly ErrorCode Subprotocol = new("subprotocol");
}

/// <summary>An error as it goes to the client.</summary>
/// <param name="Message">One sentence for a person.</param>
/// <param name="Field">For <c>bad_request</c> and its like: the field that was wrong.</param>
/// <param name="AfterMs">When to try again, in milliseconds.</param>
public sealed record Refusal(ErrorCode Code, string Message, string? Field = null, int? AfterMs = null)
{
    public static readonly Refusal StoreAway = new(ErrorCode.Unavailable, "The store is away; try again.", AfterMs: 1000);
}
