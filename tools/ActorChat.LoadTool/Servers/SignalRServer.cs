using System.CommandLine;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ActorChat.LoadTool.Servers;

/// <summary>
/// The baseline: a SignalR hub with its JSON protocol. Each message is saved to SQLite in its own commit (WAL, <c>synchronous=NORMAL</c>)
/// and then sent to
/// the group. A joining client gets the newest 50 messages.
/// </summary>
static class SignalRServer
{
    public const string Name = "signalr-server";

    /// <summary>Runs this program as the baseline's server: a command of its own, so that its CPU and memory are its own.</summary>
    public static Command Command()
    {
        var folder = new Argument<string>("folder");
        var command = new Command(Name) { folder };
        command.Hidden = true;
        command.SetAction(parsed => RunAsync(parsed.GetRequiredValue(folder)));
        return command;
    }

    static async Task<int> RunAsync(string folder)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting("urls", Environment.GetEnvironmentVariable("ASPNETCORE_URLS"));
        builder.Services.AddSignalR();
        using var store = new SignalRStore(Path.Combine(folder, "signalr.db"));
        builder.Services.AddSingleton(store);
        var app = builder.Build();
        app.MapHub<ChatHub>("/hub");
        app.MapGet("/readyz", () => Results.Ok());
        await app.RunAsync();
        return 0;
    }
}

sealed record StoredLine(long Id, string Sender, string Text, string CreatedAt);

sealed class ChatHub(SignalRStore store) : Hub
{
    const string Group = "default";

    public async Task<List<StoredLine>> Join(string name)
    {
        Context.Items["name"] = name;
        await Groups.AddToGroupAsync(Context.ConnectionId, Group);
        return store.Newest();
    }

    public Task Say(string text) => Clients.Group(Group).SendAsync("message", store.Save((string)Context.Items["name"]!, text));
}

sealed class SignalRStore : IDisposable
{
    readonly Lock gate = new();
    readonly SqliteConnection connection;
    readonly SqliteCommand insert;

    public SignalRStore(string file)
    {
        connection = new SqliteConnection($"Data Source={file}");
        connection.Open();
        using var schema = connection.CreateCommand();
        schema.CommandText = """
            pragma journal_mode=wal; pragma synchronous=normal;
            create table messages(id integer primary key autoincrement, sender text not null, text text not null, created_at text not null);
            """;
        schema.ExecuteNonQuery();
        insert = connection.CreateCommand();
        insert.CommandText = "insert into messages(sender, text, created_at) values($sender, $text, $at) returning id";
        foreach (var name in new[] { "$sender", "$text", "$at" }) insert.Parameters.Add(name, SqliteType.Text);
        insert.Prepare();
    }

    public StoredLine Save(string sender, string text)
    {
        var at = DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture);
        lock (gate)
        {
            (insert.Parameters[0].Value, insert.Parameters[1].Value, insert.Parameters[2].Value) = (sender, text, at);
            return new StoredLine((long)insert.ExecuteScalar()!, sender, text, at);
        }
    }

    public List<StoredLine> Newest()
    {
        var lines = new List<StoredLine>();
        lock (gate)
        {
            using var select = connection.CreateCommand();
            select.CommandText = "select id, sender, text, created_at from messages order by id desc limit 50";
            using var row = select.ExecuteReader();
            while (row.Read()) lines.Add(new StoredLine(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3)));
        }
        lines.Reverse();
        return lines;
    }

    public void Dispose()
    {
        insert.Dispose();
        connection.Dispose();
    }
}
