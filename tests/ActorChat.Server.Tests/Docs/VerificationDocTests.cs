using System.Text.RegularExpressions;
using ActorChat.Selftest.Checking;

namespace ActorChat.Server.Tests.Docs;

public partial class VerificationDocTests
{
    [Fact]
    public void Every_rule_of_the_checker_stands_in_the_table_with_its_promise_and_no_other()
    {
        var text = Repository.Read("docs/verification.md");
        var written = Row().Matches(text).Select(m => (Name: m.Groups[1].Value, Promise: m.Groups[2].Value)).Where(r => r.Name != "log");
        Assert.Equal(HistoryChecker.Rules.Select(r => (r.Name, r.Promise)), written);
    }

    [GeneratedRegex(@"^\| `([a-z-]+)` \| (.+) \|\r?$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
