using System.Net;
using ActorChat.LoadTool.Dialects;
using ActorChat.LoadTool.Modes;
using ActorChat.LoadTool.Servers;
using ActorChat.Verification.Processes;

namespace ActorChat.LoadTool;

/// <summary>One load, on one server or on two, one after the other.</summary>
static class LoadComparison
{
    public static async Task<int> RunAsync(LoadOptions options)
    {
        var report = options.Port > 0
            ? await MeasureAsync(options, new ActorChatDialect(), new IPEndPoint(options.Host, options.Port), options.Pid)
            : await WithServerAsync(options, new ActorChatDialect(), folder => (ProgramCommand.Of(Beside("ActorChat.Server.dll")), Settings(folder)));
        var baseline = options.Baseline is null
            ? null
            : await WithServerAsync(options, new SignalRDialect(), folder => (ProgramCommand.Of(Beside("ActorChat.LoadTool.dll"), SignalRServer.Command, folder), []));
        foreach (var line in LoadReport.Lines(report, baseline)) Console.WriteLine(line);
        if (options.Json is { } file) await LoadReport.WriteAsync(file, options, report, baseline);
        return 0;
    }

    static string Beside(string dll) => Path.Combine(AppContext.BaseDirectory, dll);

    static Dictionary<string, string> Settings(string folder) => new()
    {
        ["Storage__ConnectionString"] = $"Data Source={Path.Combine(folder, "load.db")}",
        ["Limits__MessagesPerSecond"] = "0",
        ["Limits__ConnectionsPerAddress"] = "0",
        ["Limits__ConnectionsPerUser"] = "0",
        ["Logging__LogLevel__Default"] = "Warning",
    };

    static async Task<LoadReport> WithServerAsync(LoadOptions options, Dialect dialect, Func<string, (ProgramCommand, Dictionary<string, string>)> server)
    {
        var folder = Directory.CreateTempSubdirectory("actorchat-load-");
        try
        {
            var (command, settings) = server(folder.FullName);
            if (options.ServerCpu is { } cpu) command = new ProgramCommand("taskset", ["-c", $"{cpu}", command.File, .. command.Arguments]);
            await using var child = new ServerChild(command, folder.FullName, settings);
            await child.StartAsync(CancellationToken.None);
            return await MeasureAsync(options, dialect, child.EndPoint, child.Id);
        }
        catch (ServerTroubleException e)
        {
            throw new LoadException(e.Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static async Task<LoadReport> MeasureAsync(LoadOptions options, Dialect dialect, IPEndPoint server, int pid)
    {
        using var usage = new ProcessUsage(pid);
        await using var crowd = new Members.Crowd(dialect, server);
        return options.Mode switch
        {
            "fanout" => await new Fanout(options, crowd, usage).RunAsync(),
            "idle" => await new Idle(options, crowd, usage).RunAsync(),
            _ => await new Join(options, crowd, usage).RunAsync(),
        };
    }
}
