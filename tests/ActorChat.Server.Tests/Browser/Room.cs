using ActorChat.Domain;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Browser;

/// <summary>A running server for the pages of a class of tests; it starts when the first of them needs it.</summary>
public abstract class Room((string Name, string Value)[] settings) : IAsyncLifetime
{
    ServerProcess? server;

    public ServerProcess Server => server ?? throw new InvalidOperationException("The room is not open.");

    public async Task OpenAsync()
    {
        if (server is not null)
        {
            // A test that failed may have left it stopped.
            if (!server.IsRunning) await server.StartAgainAsync();
            return;
        }
        // The page does not retry after a late hello. That is right for people and wrong for a test whose browser or machine stood still.
        var opened = ServerProcess.Prepare([("Limits__MessagesPerSecond", "0"), ("Sessions__HelloTimeout", "00:01:00"), .. settings]);
        opened.ProgramFolder = ProgramFolder;
        try
        {
            await opened.StartAgainAsync();
            server = opened;
            await FurnishAsync(opened);
        }
        catch
        {
            // The next test does not find a room without its past.
            server = null;
            await opened.DisposeAsync();
            throw;
        }
    }

    /// <summary>The folder of its server's program; null for the one of this test run.</summary>
    protected virtual string? ProgramFolder => null;

    /// <summary>Much said by one person, faster than anybody talks, in order.</summary>
    public async Task FillAsync(int messages, Func<int, string> textOf)
    {
        await using var client = await ChatClient.JoinAsync(Server);
        foreach (var chunk in Enumerable.Range(1, messages).Chunk(200))
            await Task.WhenAll(chunk.Select(n => client.SaidAsync(textOf(n))));
    }

    /// <summary>What stands in the room before anybody looks at it.</summary>
    protected virtual Task FurnishAsync(ServerProcess server) => Task.CompletedTask;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
    }
}

/// <summary>Where many tests talk one after the other, each about its own things.</summary>
public sealed class SharedRoom() : Room([("Ai__MockDelayMs", "25")])
{
    public const string Name = "A browser and a room";

    /// <summary>For about half of the tests, by time: those about lines that break, and rooms of their own.</summary>
    public const string Beside = "Another browser and a room";
}

/// <summary>A room of its own for those who stop its server, or count what is in it.</summary>
public sealed class OwnRoom() : Room([("Ai__MockDelayMs", "25")]);

/// <summary>A room with a past.</summary>
public sealed class OldRoom() : Room([])
{
    public const int Messages = 500;

    protected override async Task FurnishAsync(ServerProcess server)
    {
        await using var ann = await ChatClient.JoinAsync(server, "Ann");
        await using var ben = await ChatClient.JoinAsync(server, "Ben");
        // Of uneven height, and in groups of four: a page that guessed heights, or took groups apart, would jump.
        // At once is only what one of them says: that has an order.
        foreach (var group in Enumerable.Range(1, Messages).GroupBy(n => n / 4))
            await Task.WhenAll(group.Select(n => (group.Key % 2 == 0 ? ann : ben).SaidAsync(TextOf(n))));
    }

    public static string TextOf(int n) => (n % 7) switch
    {
        0 => $"Message {n}\n\n```js\nconst n = {n};\n```",
        3 => $"Message {n} " + string.Concat(Enumerable.Repeat("and so on ", 1 + n % 40)),
        5 => $"Message {n}\n- one\n- two",
        _ => $"Message {n}",
    };
}

/// <summary>A room in which much was said.</summary>
public sealed class LongRoom() : Room([])
{
    public const int Messages = 10_000;

    protected override Task FurnishAsync(ServerProcess server) => FillAsync(Messages, OldRoom.TextOf);
}

// Two browsers, each with one test at a time: a test mostly waits, and more of them would be in each other's way on two cores.
[CollectionDefinition(SharedRoom.Name)]
public sealed class BrowserTests : ICollectionFixture<Chromium>, ICollectionFixture<SharedRoom>;

[CollectionDefinition(SharedRoom.Beside)]
public sealed class BrowserTestsBeside : ICollectionFixture<Chromium>, ICollectionFixture<SharedRoom>;
