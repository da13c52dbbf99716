using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Commands;

/// <summary>The server program's command line, run as a process.</summary>
public sealed class CommandLineTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("actorchat-");

    Task<ServerCommand> RunAsync(params string[] words) => ServerCommand.RunAsync(folder.FullName, new Dictionary<string, string>(), words);

    [Theory]
    [InlineData("migrate", "--help")]
    [InlineData("sign-out", "--help")]
    [InlineData("0.", "--version")]
    [InlineData("--from", "migrate", "--help")]
    public async Task Help_and_version_are_printed(string expected, params string[] words)
    {
        var (code, output) = await RunAsync(words);
        Assert.Equal(0, code);
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'nonsense'", "nonsense")]
    [InlineData("'--Storage:Provider'", "--Storage:Provider")]
    [InlineData("'nonsense'", "--Storage:Provider", "sqlite", "nonsense")]
    [InlineData("--from", "migrate", "--to", "Host=localhost")]
    [InlineData("'--nonsense'", "migrate", "--from", "a", "--to", "b", "--nonsense")]
    [InlineData("'--Storage:Provider'", "--Storage:Provider", "sqlite", "sign-out", "Ann")]
    public async Task Bad_arguments_are_refused_with_one_line_and_exit_code_2(string about, params string[] words)
    {
        var (code, output) = await RunAsync(words);
        Assert.Equal(2, code);
        Assert.Contains(about, Assert.Single(output.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Storage:Provider", "typo")]
    [InlineData("--Storage:Provider=typo")]
    [InlineData("/Storage:Provider", "typo")]
    [InlineData("Storage:Provider=typo")]
    [InlineData("--urls", "http://127.0.0.1:0", "--Storage:Provider", "typo")]
    public async Task Arguments_of_the_server_are_settings_in_every_form_that_ASP_NET_Core_takes(params string[] words)
    {
        var (code, output) = await RunAsync(words);
        Assert.Equal(1, code);
        Assert.Contains("Storage:Provider", output, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Delete(recursive: true);
}
