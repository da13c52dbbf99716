using System.Text.RegularExpressions;

namespace ActorChat.Server.Tests.Docs;

public partial class MetricsDocTests
{
    [Fact]
    public void The_table_of_metrics_lists_every_instrument()
    {
        var instruments = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Instrument().Matches(File.ReadAllText(file)))
            .Select(created => created.Groups[1].Value);
        var documented = Row().Matches(Repository.Read("docs/operations.md")).Select(row => row.Groups[1].Value);

        Assert.Equal(instruments.Order(), documented.Order());
    }

    [GeneratedRegex("""Create(?:Counter|UpDownCounter|Histogram|ObservableGauge)(?:<\w+>)?\(\s*"(actorchat\.[\w.]+)""")]
    private static partial Regex Instrument();

    // A row of the table of metrics has a unit as its second column; that of "what to watch" has none.
    [GeneratedRegex(@"^\| `(actorchat\.[\w.]+)` \| (?:count|ms|number) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
