using System.Collections.Concurrent;
using ActorChat.Domain;

namespace ActorChat.Actors.Tests.Persistence;

/// <summary>
/// A store in memory whose commits wait until the spec completes them, so that a spec decides what happens during a commit.
/// </summary>
public sealed class HeldStore : IChatStore
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    readonly List<Message> messages = [];
    readonly BlockingCollection<Held> commits = [];
    long head;
    int loads;

    /// <summary>The exception that reads throw. Each read looks once, because a spec may reset it meanwhile.</summary>
    public Exception? ReadsFailWith { get; set; }

    /// <summary>The only conversation.</summary>
    public ConversationId Conversation { get; init; } = ConversationId.Default;

    public Dictionary<TokenHash, UserAccount> Users { get; } = [];

    public Dictionary<UserId, long> ReadPositions { get; } = [];

    public Task<StoreIdentity> OpenAsync(CancellationToken stop) => Task.FromResult(new StoreIdentity(Epoch));

    public string Epoch { get; set; } = "e1";

    public Task<IReadOnlyList<StoreOutcome>> CommitAsync(IReadOnlyList<StoreCommand> commands, CancellationToken stop)
    {
        var held = new Held(this, commands);
        commits.Add(held, stop);
        return held.Task;
    }

    /// <summary>Runs when the outcomes of a commit have been delivered.</summary>
    public Action OnAnnounced { get; set; } = () => { };

    public void Announced() => OnAnnounced();

    /// <summary>The next commit; fails the spec if there is none in time.</summary>
    public Held NextCommit() =>
        commits.TryTake(out var held, TimeSpan.FromSeconds(20)) ? held : throw new TimeoutException("Nothing was committed.");

    public bool HasCommit => commits.Count > 0;

    /// <summary>Adds messages to the log as if they had been posted earlier.</summary>
    public void Seed(int count)
    {
        for (var i = 0; i < count; i++) Seed($"old {i}");
    }

    public void Seed(string text) => messages.Add(Append(new AppendMessage(Conversation, Ann, MessageKind.User, text, null)));

    public static Author Ann { get; } = new(new UserId("u-ann"), "ann");

    Message Append(AppendMessage post) =>
        new(post.Conversation, ++head, post.Sender, post.Kind, post.Text, Noon, post.Key, post.ReplyTo, post.Answer);

    /// <summary>The number of times a conversation was loaded.</summary>
    public int Loads => Volatile.Read(ref loads);

    /// <summary>What a loading waits for.</summary>
    public Task BeforeLoading { get; set; } = Task.CompletedTask;

    public async Task<ConversationSnapshot?> LoadConversationAsync(
        ConversationId conversation, int events, int messages, CancellationToken stop)
    {
        Interlocked.Increment(ref loads);
        await BeforeLoading;
        if (ReadsFailWith is { } cause) throw cause;
        if (conversation != Conversation) return null;
        ConversationEvent[] log = [.. this.messages.TakeLast(events).Select(m => new MessagePosted(m))];
        return new ConversationSnapshot(conversation, "General", head, log, [.. this.messages.TakeLast(messages)], 3, Noon);
    }

    public Task<IReadOnlyList<ConversationEvent>> ReadEventsAsync(
        ConversationId conversation, long from, long to, CancellationToken stop) =>
        ReadsFailWith is { } cause
            ? Task.FromException<IReadOnlyList<ConversationEvent>>(cause)
            : Task.FromResult<IReadOnlyList<ConversationEvent>>([.. messages.Where(m => m.Seq >= from && m.Seq <= to)
                .Select(m => new MessagePosted(m))]);

    public Task<MessagePage> ReadMessagesAsync(ConversationId conversation, HistoryRange range, CancellationToken stop) =>
        ReadsFailWith is { } cause
            ? Task.FromException<MessagePage>(cause)
            : Task.FromResult(new MessagePage([.. messages.Where(m => m.Seq < range.Seq).TakeLast(range.Limit)], true, false, head));

    public Task<UserAccount?> FindUserAsync(TokenHash token, CancellationToken stop) =>
        ReadsFailWith is { } cause ? Task.FromException<UserAccount?>(cause) : Task.FromResult(Users.GetValueOrDefault(token));

    /// <summary>The tokens that another node or an operator has revoked.</summary>
    public ConcurrentQueue<TokenHash> Revoked { get; } = [];

    public Task<IReadOnlyList<TokenHash>> ReadRevokedAsync(TimeSpan within, CancellationToken stop) =>
        ReadsFailWith is { } cause ? Task.FromException<IReadOnlyList<TokenHash>>(cause)
            : Task.FromResult<IReadOnlyList<TokenHash>>([.. Revoked]);

    public Task<IReadOnlyDictionary<ConversationId, long>> ReadPositionsAsync(UserId user, CancellationToken stop) =>
        ReadsFailWith is { } cause
            ? Task.FromException<IReadOnlyDictionary<ConversationId, long>>(cause)
            : Task.FromResult<IReadOnlyDictionary<ConversationId, long>>(
                ReadPositions.TryGetValue(user, out var seq) ? new() { [Conversation] = seq } : new Dictionary<ConversationId, long>());

    public ValueTask DisposeAsync()
    {
        commits.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>One commit in progress.</summary>
    public sealed class Held(HeldStore store, IReadOnlyList<StoreCommand> commands)
    {
        readonly TaskCompletionSource<IReadOnlyList<StoreOutcome>> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyList<StoreCommand> Commands => commands;

        public Task<IReadOnlyList<StoreOutcome>> Task => outcome.Task;

        public void Succeed() => outcome.SetResult([.. commands.Select(command => store.Outcome(command))]);

        public void SucceedWith(params StoreOutcome[] outcomes) => outcome.SetResult(outcomes);

        public void Fail(Exception cause) => outcome.SetException(cause);
    }

    StoreOutcome Outcome(StoreCommand command)
    {
        switch (command)
        {
            case AppendMessage post when messages.Find(
                m => m.Key is not null && m.Key == post.Key && m.Sender == post.Sender) is { } before:
                return before.Text == post.Text ? new MessageRepeated(before.Seq, before.At) : new KeyReused();
            case AppendMessage post:
                messages.Add(Append(post));
                return new MessageAppended(messages[^1]);
            case EndAnswer end:
                return new AnswerAppended(
                    new AnswerEnded(end.Conversation, ++head, Noon, end.MessageSeq, end.State, end.Text, end.Usage, end.Error));
            default:
                return new CommandDone();
        }
    }
}
