using ActorChat.Domain;
using ActorChat.Protocol;

namespace ActorChat.Benchmarks;

/// <summary>What everything is measured with: a message of usual length.</summary>
static class Samples
{
    public static readonly Author Ann = new(new UserId("u-ann"), "ann");

    public const string Text = "The quick brown fox jumps over the lazy dog, and then it does so again, for us..";

    public static Message Message(long seq) =>
        new(ConversationId.Default, seq, Ann, MessageKind.User, Text, DateTimeOffset.UnixEpoch.AddSeconds(seq), $"0123456789abcdef-{seq}");
}
