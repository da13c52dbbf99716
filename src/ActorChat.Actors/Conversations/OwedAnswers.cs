using ActorChat.Domain;

namespace ActorChat.Actors.Conversations;

/// <summary>
/// The stored questions to the bot whose answers have not begun, as far as this node knows. The node that stored a question asks its bot;
/// if that node dies first, another node does. Pure.
/// </summary>
sealed class OwedAnswers
{
    // After that nobody expects an answer any more.
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    // More than any flood leaves. Beyond it the oldest question is dropped.
    const int MaxQuestions = 1000;

    readonly SortedDictionary<long, Message> questions = [];

    public int Count => questions.Count;

    /// <summary>Adds the questions of a conversation that has just been loaded, and returns all.</summary>
    public IReadOnlyList<Message> Load(ConversationSnapshot snapshot)
    {
        foreach (var message in snapshot.Messages)
            if (message.Kind == MessageKind.Ai) Answered(message);
            else if (snapshot.At - message.At < Patience) Add(message);
        return [.. questions.Values];
    }

    /// <summary>Adds a question. Returns false for a message that is none.</summary>
    public bool Add(Message message)
    {
        if (message.Kind != MessageKind.User || BotQuestion.In(message.Text) is null) return false;
        if (questions.Count == MaxQuestions) questions.Remove(questions.Keys.First());
        return questions.TryAdd(message.Seq, message);
    }

    /// <summary>Removes the question of an answer that has begun, on whichever node.</summary>
    public void Answered(Message answer)
    {
        if (answer.ReplyTo is { } question) questions.Remove(question);
    }

    /// <summary>Removes and returns a question that still has no answer; null if it has one.</summary>
    public Message? Take(long question) => questions.Remove(question, out var message) ? message : null;
}
