using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using ActorChat.Server.Tests.Docs;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Page;

/// <summary>Runs the tests in <c>tests/web</c>: modules of the page that need no browser, tested by Node.js.</summary>
public sealed partial class WebModuleTests
{
    static readonly string Folder = Path.Combine(Repository.Root, "tests", "web");

    // Older versions treat the modules as CommonJS, because there is no package.json.
    static readonly Version Oldest = new(20, 19);

    [SkippableFact]
    public async Task The_pure_modules_of_the_page_pass_their_tests()
    {
        var version = await VersionAsync();
        Requirement.Need(version >= Oldest,
            $"The tests in tests/web need Node.js {Oldest} or newer; found: {version?.ToString() ?? "none"}.");

        // Files by name, because versions interpret a folder differently.
        var files = Directory.EnumerateFiles(Folder, "*.test.js", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        var (exit, told) = await RunAsync(["--test", "--test-reporter=tap", .. files]);

        Assert.True(exit == 0, told);
        var passed = Passed().Match(told);
        Assert.True(passed.Success && int.Parse(passed.Groups[1].Value, CultureInfo.InvariantCulture) > 0, "No test ran.");
    }

    static async Task<Version?> VersionAsync()
    {
        try
        {
            var (_, told) = await RunAsync(["--version"]);
            return Version.TryParse(told.Trim().TrimStart('v'), out var version) ? version : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // node is not installed
        }
    }

    static async Task<(int Exit, string Told)> RunAsync(string[] arguments)
    {
        using var node = Process.Start(
            new ProcessStartInfo("node", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        try
        {
            var told = await Task.WhenAll(
                node.StandardOutput.ReadToEndAsync(patience.Token), node.StandardError.ReadToEndAsync(patience.Token));
            await node.WaitForExitAsync(patience.Token);
            return (node.ExitCode, string.Concat(told));
        }
        finally
        {
            // An endless loop would outlive the test.
            if (!node.HasExited) node.Kill(entireProcessTree: true);
        }
    }

    [GeneratedRegex(@"^# pass (\d+)", RegexOptions.Multiline)]
    private static partial Regex Passed();
}
