using ActorChat.Domain;

namespace ActorChat.Actors.Conversations;

/// <summary>
/// Questions to the bot that are stored and whose answer has not begun, as far as is known here. The process that stored one hands it to its bot; where that
/// process dies in between, somebody else does. Pure.
/// </summary>
public sealed class OwedAnswers
{
    // Whoever asked longer ago does not wait any more.
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    // More than any flood leaves; beyond it the oldest is given up.
    const int Most = 1000;

    readonly SortedDictionary<long, Message> questions = [];

    public int Count => questions.Count;

    /// <summary>Those of a conversation that has just been loaded.</summary>
    public IReadOnlyList<Message> Load(ConversationSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        foreach (var message in snapshot.Messages)
            if (message.Kind == MessageKind.Ai) Answered(message);
            else if (snapshot.At - message.At < Patience) Add(message);
        return [.. questions.Values];
    }

    /// <summary>False where it is no question.</summary>
    public bool Add(Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.Kind != MessageKind.User || BotQuestion.In(message.Text) is null) return false;
        if (questions.Count == Most) questions.Remove(questions.Keys.First());
        return questions.TryAdd(message.Seq, message);
    }

    /// <summary>An answer has begun, whoever gives it.</summary>
    public void Answered(Message answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        if (answer.ReplyTo is { } question) questions.Remove(question);
    }

    /// <summary>The question, where its answer is still owed; it is no more from then on.</summary>
    public Message? Take(long question) => questions.Remove(question, out var message) ? message : null;
}
