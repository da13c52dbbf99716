using ActorChat.Domain;

namespace ActorChat.Storage.Tests;

/// <summary>Store commands with defaults for everything that a test does not mention.</summary>
static class Command
{
    public static readonly Author Ann = new(new UserId("u-ann"), "ann");
    public static readonly Author Bob = new(new UserId("u-bob"), "bob");

    public static AppendMessage Post(string text, string? key = null, Author? by = null, ConversationId? to = null, long? replyTo = null) =>
        new(to ?? ConversationId.Default, by ?? Ann, MessageKind.User, text, key ?? Guid.NewGuid().ToString("N"), replyTo);

    public static AppendMessage Answer(string key, long replyTo = 1) => new(
        ConversationId.Default, Author.Bot, MessageKind.Ai, "", key, replyTo,
        new Answer(AnswerState.Running, "mock", new AnswerContext(1, replyTo, 1)));

    public static EndAnswer End(
        long seq, string text, AnswerState state = AnswerState.Done, AnswerUsage? usage = null, string? error = null) =>
        new(ConversationId.Default, seq, state, text, usage, error);

    public static ClaimName Claim(string name, string token) => new(name, Fold(name), new TokenHash(token));

    public static EnterByName Enter(string name) => new(name, Fold(name));

    public static string Fold(string name) => name.Normalize(System.Text.NormalizationForm.FormKC).ToLowerInvariant();
}
