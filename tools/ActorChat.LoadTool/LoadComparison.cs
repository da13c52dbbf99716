using System.Net;
using ActorChat.LoadTool.Clients;
using ActorChat.LoadTool.Protocols;
using ActorChat.LoadTool.Modes;
using ActorChat.LoadTool.Servers;
using ActorChat.Selftest.Processes;

namespace ActorChat.LoadTool;

/// <summary>Generates one load on a server and, if there is a baseline, afterwards on that.</summary>
static class LoadComparison
{
    public static async Task<int> RunAsync(LoadOptions options)
    {
        if (options.Mode == LoadMode.SendLimit) return await ReportAsync(options, new SendLimit(options).Run(), null);
        var report = options.Port > 0
            ? await MeasureAsync(options, new ActorChatProtocol(), [new IPEndPoint(options.Host, options.Port)], [options.Pid])
            : await WithServerAsync(options, new ActorChatProtocol(), folder =>
                (ProgramCommand.Of(ProgramFile("ActorChat.Server.dll")), Settings(options, folder)), options.Nodes);
        var baseline = options.Baseline is null
            ? null
            : await WithServerAsync(options, new SignalRProtocol(), folder =>
                (ProgramCommand.Of(ProgramFile("ActorChat.LoadTool.dll"), SignalRServer.Name, folder), []));
        return await ReportAsync(options, report, baseline);
    }

    static async Task<int> ReportAsync(LoadOptions options, LoadReport report, LoadReport? baseline)
    {
        foreach (var line in LoadReport.Lines(report, baseline)) Console.WriteLine(line);
        if (options.Json is { } file) await LoadReport.WriteAsync(file, options, report, baseline);
        return 0;
    }

    static string ProgramFile(string dll) => Path.Combine(AppContext.BaseDirectory, dll);

    static Dictionary<string, string> Settings(LoadOptions options, string folder) => new()
    {
        ["Storage__Provider"] = options.Postgres is null ? "sqlite" : "postgres",
        ["Storage__ConnectionString"] = options.Postgres ?? $"Data Source={Path.Combine(folder, "load.db")}",
        ["Storage__Bus"] = options.Bus ?? "notify",
        ["Limits__MessagesPerSecond"] = "0",
        ["Limits__ConnectionsPerAddress"] = "0",
        ["Limits__ConnectionsPerUser"] = "0",
        ["Logging__LogLevel__Default"] = "Warning",
    };

    static async Task<LoadReport> WithServerAsync(
        LoadOptions options, ChatProtocol protocol, Func<string, (ProgramCommand, Dictionary<string, string>)> server, int nodes = 1)
    {
        var folder = Directory.CreateTempSubdirectory("actorchat-load-");
        var children = new List<ServerChild>();
        try
        {
            var (command, settings) = server(folder.FullName);
            if (options.ServerCpu is { } cpu) command = new ProgramCommand("taskset", ["-c", $"{cpu}", command.File, .. command.Arguments]);
            for (var i = 0; i < nodes; i++) children.Add(new ServerChild(command, folder.FullName, settings));
            await Task.WhenAll(children.Select(child => child.StartAsync(CancellationToken.None)));
            return await MeasureAsync(options, protocol, [.. children.Select(child => child.EndPoint)],
                [.. children.Select(child => child.Id)]);
        }
        catch (ServerFailedException e)
        {
            throw new LoadException(e.Message);
        }
        finally
        {
            foreach (var child in children) await child.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }

    static async Task<LoadReport> MeasureAsync(LoadOptions options, ChatProtocol protocol, IReadOnlyList<IPEndPoint> servers,
        IReadOnlyList<int> pids)
    {
        using var usage = new ProcessUsage(pids);
        await using var clients = new LoadClients(protocol, servers);
        return options.Mode switch
        {
            LoadMode.Fanout => await new Fanout(options, clients, usage).RunAsync(),
            LoadMode.Idle => await new Idle(options, clients, usage).RunAsync(),
            _ => await new Join(options, clients, usage).RunAsync(),
        };
    }
}
