using System.CommandLine;
using System.CommandLine.Invocation;

namespace ActorChat.Server.Commands;

/// <summary>
/// The command line: without a command the server runs, and every argument is a setting for ASP.NET Core's configuration
/// (<c>--Section:Key value</c>, <c>Section:Key=value</c>, <c>--urls …</c>).
/// </summary>
static class ServerCommandLine
{
    const int BadArguments = 2;

    // The server handles signals itself, its unexpected errors keep their stack trace, and a setting may begin with '@'.
    static readonly InvocationConfiguration Invocation = new() { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
    static readonly ParserConfiguration Parser = new() { ResponseFileTokenReplacer = null };

    /// <param name="runServer">Runs the server with the unchanged arguments and returns its exit code.</param>
    /// <returns>The exit code: 0 success, 1 failure, 2 bad arguments.</returns>
    public static async Task<int> RunAsync(string[] arguments, Func<string[], Task<int>> runServer)
    {
        var root = new RootCommand(
            "ActorChat, a self-hosted team chat. Without a command it runs the server. A setting has the form --Section:Key value.")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        root.Add(MigrateCommand.Create());
        root.Add(SignOutCommand.Create());
        root.SetAction(_ => runServer(arguments));

        var parsed = root.Parse(arguments, Parser);
        if (Problem(parsed, isServer: parsed.Action == root.Action, arguments) is not { } problem)
            return await parsed.InvokeAsync(Invocation);
        await Console.Error.WriteLineAsync($"{problem} See --help.");
        return BadArguments;
    }

    static string? Problem(ParseResult parsed, bool isServer, string[] arguments)
    {
        if (parsed.Action is ParseErrorAction) return parsed.Errors[0].Message.ReplaceLineEndings(" ");
        if (isServer)
            return NotASetting(arguments) is { } word
                ? $"'{word}' is neither a command nor a setting with a value (--Section:Key value)."
                : null;
        // System.CommandLine does not report these for a subcommand if the root command ignores them.
        return parsed.UnmatchedTokens is [var first, ..] ? $"'{first}' is not an argument of {parsed.CommandResult.Command.Name}." : null;
    }

    // Returns the first argument that is no setting, because ASP.NET Core's configuration ignores it without a message.
    static string? NotASetting(string[] arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i].Contains('=', StringComparison.Ordinal)) continue;
            var isKey = arguments[i].StartsWith("--", StringComparison.Ordinal) || arguments[i].StartsWith('/');
            if (!isKey || i + 1 == arguments.Length) return arguments[i];
            i++; // its value
        }
        return null;
    }
}
