using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;

namespace ActorChat.Selftest;

/// <summary>
/// What the command lines of the tools share: whole numbers with bounds, and one line on the error stream for bad arguments.
/// </summary>
public static class CommandLine
{
    const int BadArguments = 2;

    // After SIGINT or SIGTERM a tool stops its servers and deletes its temporary folder.
    static readonly InvocationConfiguration Invocation = new() { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) };

    /// <summary>Runs the command that the arguments name.</summary>
    /// <returns>The exit code of the command; 2 for bad arguments.</returns>
    public static async Task<int> RunAsync(RootCommand root, string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(root);
        var parsed = root.Parse(arguments);
        if (parsed.Action is not ParseErrorAction) return await parsed.InvokeAsync(Invocation);
        return await RefuseAsync(parsed.UnmatchedTokens is [var unknown, ..]
            ? $"'{unknown}' is not an argument of {parsed.CommandResult.Command.Name}."
            : parsed.Errors[0].Message);
    }

    /// <summary>Reports arguments that do not fit together.</summary>
    /// <returns>The exit code for bad arguments.</returns>
    public static async Task<int> RefuseAsync(string why)
    {
        ArgumentNullException.ThrowIfNull(why);
        await Console.Error.WriteLineAsync($"{why.ReplaceLineEndings(" ")} See --help.");
        return BadArguments;
    }

    /// <summary>An option that takes a whole number within bounds.</summary>
    public static Option<int> Number(string name, int defaultValue, int least, int most, string description) => new(name)
    {
        Description = description,
        HelpName = string.Create(CultureInfo.InvariantCulture, $"{least}..{most}"),
        DefaultValueFactory = _ => defaultValue,
        CustomParser = given =>
        {
            var word = given.Tokens[0].Value;
            if (int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && number >= least && number <= most)
                return number;
            given.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} takes a number from {least} to {most}, not '{word}'."));
            return 0;
        },
    };
}
