using ActorChat.Domain;
using Xunit;

namespace ActorChat.Storage.Tests;

/// <summary>What every engine behind <see cref="IChatStore"/> promises. Derive from it and say how a store is made.</summary>
public abstract partial class ChatStoreContractTests : IAsyncLifetime
{
    protected static readonly CancellationToken None = CancellationToken.None;

    protected ManualTime Time { get; } = new();

    protected IChatStore Store { get; private set; } = null!;

    protected StoreIdentity Identity { get; private set; } = null!;

    /// <summary>A store on this test's own data; called again, one on the same data.</summary>
    protected abstract IChatStore Create();

    /// <summary>Where this test's data is, as an operator names it.</summary>
    protected abstract StorageOptions Options { get; }

    /// <summary>What a snapshot that is read now says of its moment, to the minute.</summary>
    protected virtual DateTimeOffset ReadNow => Time.Now;

    /// <summary>Makes ready what the store stands on, or skips the test where the machine has no such thing.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    public async Task InitializeAsync()
    {
        await PrepareAsync();
        await StartAsync();
    }

    async Task StartAsync()
    {
        Store = Create();
        Identity = await Store.OpenAsync(None);
    }

    public virtual async Task DisposeAsync()
    {
        if (Store is not null) await Store.DisposeAsync();
    }

    /// <summary>Ends the store as a stop of the server does and starts another.</summary>
    protected async Task RestartAsync()
    {
        await Store.DisposeAsync();
        await StartAsync();
    }

    protected async Task<StoreOutcome> Commit(StoreCommand command) => (await Store.CommitAsync([command], None))[0];

    protected Task<IReadOnlyList<StoreOutcome>> CommitAll(params StoreCommand[] commands) => Store.CommitAsync(commands, None);

    protected async Task<Message> Post(string text, string? key = null, Author? by = null) =>
        Assert.IsType<MessageAppended>(await Commit(Say.Post(text, key, by))).Message;

    protected Task<IReadOnlyList<ConversationEvent>> Log(long from = 1, long to = long.MaxValue) => Store.ReadEventsAsync(ConversationId.Default, from, to, None);

    protected Task<MessagePage> Page(PageEdge edge, long seq, int limit) =>
        Store.ReadMessagesAsync(ConversationId.Default, new HistoryRange(edge, seq, limit), None);

    protected async Task<IReadOnlyList<Message>> History() => (await Page(PageEdge.Before, long.MaxValue, 100_000)).Messages;

    [SkippableFact]
    public async Task The_epoch_stays_as_long_as_the_data()
    {
        var before = Identity;
        await RestartAsync();

        Assert.NotEqual("", before.Epoch);
        Assert.Equal(before, Identity);
    }

    [SkippableFact]
    public async Task A_probe_and_an_empty_batch_leave_no_trace()
    {
        Assert.IsType<CommandDone>(await Commit(new ProbeWrite()));
        Assert.IsType<CommandDone>(await Commit(new ProbeWrite()));
        Assert.Empty(await CommitAll());

        Assert.Empty(await Log());
    }

    [Promise("P3")]
    [SkippableFact]
    public async Task Commands_of_every_kind_share_a_commit()
    {
        var outcomes = await CommitAll(
            Say.Enter("Ann"), Say.Post("/AIBot ?"), Say.Answer("answer-to-0000001"), new SaveAnswerSoFar(ConversationId.Default, 2, "…"),
            Say.Post("nowhere", to: new ConversationId("elsewhere")), Say.End(2, "!"), new ProbeWrite(), Say.Claim("Bob", "hash-1"));

        Assert.Equal(
            [typeof(UserEntered), typeof(MessageAppended), typeof(MessageAppended), typeof(CommandDone), typeof(CommandRefused), typeof(AnswerAppended), typeof(CommandDone), typeof(UserEntered)],
            outcomes.Select(o => o.GetType()));
        Assert.Equal([1L, 2L, 3L], (await Log()).Select(e => e.Seq));
    }

    [SkippableFact]
    public async Task A_closed_store_is_unavailable()
    {
        await Store.DisposeAsync();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Commit(new ProbeWrite()));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Log());
    }
}
