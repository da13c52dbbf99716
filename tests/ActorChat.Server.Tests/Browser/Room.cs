using ActorChat.Domain;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Browser;

/// <summary>A server for the tests of a class or collection, started by the first test that needs it.</summary>
public abstract class Room((string Name, string Value)[] settings) : IAsyncLifetime
{
    ServerProcess? server;

    public ServerProcess Server => server ?? throw new InvalidOperationException("The room has not been opened.");

    public async Task OpenAsync()
    {
        if (server is not null)
        {
            // A failed test may have left it stopped.
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
            await PrepareAsync(opened);
        }
        catch
        {
            // The next test must not find a half-prepared room.
            server = null;
            await opened.DisposeAsync();
            throw;
        }
    }

    /// <summary>The folder of its server's program; null for the one of this test run.</summary>
    protected virtual string? ProgramFolder => null;

    /// <summary>Sends many messages in order.</summary>
    public async Task FillAsync(int messages, Func<int, string> textOf)
    {
        await using var client = await ChatClient.JoinAsync(Server);
        foreach (var chunk in Enumerable.Range(1, messages).Chunk(200))
            await Task.WhenAll(chunk.Select(n => client.SaidAsync(textOf(n))));
    }

    /// <summary>Prepares the content of the room before the first test.</summary>
    protected virtual Task PrepareAsync(ServerProcess server) => Task.CompletedTask;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
    }
}

/// <summary>A room shared by many tests; each uses texts of its own.</summary>
public sealed class SharedRoom() : Room([("Ai__MockDelayMs", "25")])
{
    public const string Name = "A browser and a room";

    /// <summary>The second collection, with about half of the test time: broken connections and rooms of their own.</summary>
    public const string Beside = "Another browser and a room";
}

/// <summary>A room for tests that stop the server or count its messages.</summary>
public sealed class OwnRoom() : Room([("Ai__MockDelayMs", "25")]);

/// <summary>A room with 500 messages.</summary>
public sealed class OldRoom() : Room([])
{
    public const int Messages = 500;

    protected override async Task PrepareAsync(ServerProcess server)
    {
        await using var ann = await ChatClient.JoinAsync(server, "Ann");
        await using var ben = await ChatClient.JoinAsync(server, "Ben");
        // Messages of different heights in groups of four: a page that guessed heights or split groups would jump.
        // Only messages of one sender are sent concurrently, because their order is defined.
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

/// <summary>A room with 10,000 messages.</summary>
public sealed class LongRoom() : Room([])
{
    public const int Messages = 10_000;

    protected override Task PrepareAsync(ServerProcess server) => FillAsync(Messages, OldRoom.TextOf);
}

// Two collections, each with one browser and one test at a time: tests mostly wait, and more would slow each other down on two cores.
[CollectionDefinition(SharedRoom.Name)]
public sealed class BrowserTests : ICollectionFixture<Chromium>, ICollectionFixture<SharedRoom>;

[CollectionDefinition(SharedRoom.Beside)]
public sealed class BrowserTestsBeside : ICollectionFixture<Chromium>, ICollectionFixture<SharedRoom>;
