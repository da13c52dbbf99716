using System.ComponentModel.DataAnnotations;

namespace ActorChat.Actors.Conversations;

/// <summary>The section <c>Conversations</c>.</summary>
public sealed record ConversationOptions
{
    /// <summary>How many events a conversation keeps encoded in memory for clients that resume.</summary>
    [Range(1, int.MaxValue)]
    public int Tail { get; init; } = 1000;

    /// <summary>How many messages a classic client gets when it connects.</summary>
    [Range(1, int.MaxValue)]
    public int ClassicHistory { get; init; } = 1000;

    /// <summary>How many of the newest messages the bot gets with a question at most.</summary>
    [Range(1, int.MaxValue)]
    public int BotContext { get; init; } = 50;

    /// <summary>How long a conversation without members stays in memory.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "7.00:00:00")]
    public TimeSpan PassivateAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long a question may wait for an answer to begin. After that this node takes it over: the other one may have died.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan AnswerOwedAfter { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Messages kept in memory: as many as any client may get when it opens.</summary>
    internal int MessagesKept => Math.Max(Tail, ClassicHistory);
}
