using ActorChat.Domain;
using Microsoft.Extensions.Time.Testing;

namespace ActorChat.Storage.Tests;

/// <summary>What every <see cref="IChatStore"/> has to do. A derived class creates the stores of one engine.</summary>
public abstract partial class ChatStoreContractTests : IAsyncLifetime
{
    protected static readonly CancellationToken None = CancellationToken.None;

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    protected IChatStore Store { get; private set; } = null!;

    protected StoreIdentity Identity { get; private set; } = null!;

    /// <summary>Creates a store on the data of this test. A second call creates a store on the same data.</summary>
    protected abstract IChatStore Create();

    /// <summary>The settings with which an operator would open the data of this test.</summary>
    protected abstract StorageOptions Options { get; }

    /// <summary>The time of a snapshot that is read now, to the minute.</summary>
    protected virtual DateTimeOffset ReadNow => Time.GetUtcNow();

    /// <summary>Prepares the database of the store, or skips the test if this machine cannot run one.</summary>
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

    /// <summary>Closes the store, as a stop of the server does, and opens another one.</summary>
    protected async Task RestartAsync()
    {
        await Store.DisposeAsync();
        await StartAsync();
    }

    protected async Task<StoreOutcome> Commit(StoreCommand command) => (await Store.CommitAsync([command], None))[0];

    protected Task<IReadOnlyList<StoreOutcome>> CommitAll(params StoreCommand[] commands) => Store.CommitAsync(commands, None);

    protected async Task<Message> Post(string text, string? key = null, Author? by = null) =>
        Assert.IsType<MessageAppended>(await Commit(Command.Post(text, key, by))).Message;

    protected Task<IReadOnlyList<ConversationEvent>> Log(long from = 1, long to = long.MaxValue) => Store.ReadEventsAsync(
        ConversationId.Default, from, to, None);

    protected Task<MessagePage> Page(PageEdge edge, long seq, int limit) =>
        Store.ReadMessagesAsync(ConversationId.Default, new HistoryRange(edge, seq, limit), None);

    protected async Task<IReadOnlyList<Message>> History() => (await Page(PageEdge.Before, long.MaxValue, 100_000)).Messages;

    [SkippableFact]
    public async Task The_epoch_survives_a_restart()
    {
        var before = Identity;
        await RestartAsync();

        Assert.NotEqual("", before.Epoch);
        Assert.Equal(before, Identity);
    }

    [SkippableFact]
    public async Task A_probe_and_an_empty_batch_add_nothing_to_the_log()
    {
        Assert.IsType<CommandDone>(await Commit(new ProbeWrite()));
        Assert.IsType<CommandDone>(await Commit(new ProbeWrite()));
        Assert.Empty(await CommitAll());

        Assert.Empty(await Log());
    }

    [Promise("P3")]
    [SkippableFact]
    public async Task Commands_of_every_kind_can_share_a_commit()
    {
        var outcomes = await CommitAll(
            Command.Enter("Ann"), Command.Post("/AIBot ?"), Command.Answer("answer-to-0000001"),
            new SaveAnswerSoFar(ConversationId.Default, 2, "…"),
            Command.Post("lost", to: new ConversationId("unknown")), Command.End(2, "!"), new ProbeWrite(), Command.Claim("Bob", "hash-1"));

        Assert.Equal(
            [
                typeof(UserEntered), typeof(MessageAppended), typeof(MessageAppended), typeof(CommandDone),
                typeof(CommandRefused), typeof(AnswerAppended), typeof(CommandDone), typeof(UserEntered),
            ],
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
