using ActorChat.Selftest.Checking;
using ActorChat.Selftest.Histories;
using FsCheck;
using FsCheck.Fluent;

namespace ActorChat.Selftest.Tests.Checking;

/// <summary>
/// Each rule of the checker finds the histories that were broken for it, and no rule finds anything in a correct history.
/// </summary>
public sealed class HistoryCheckerTests
{
    static Gen<int[]> Steps => Gen.Choose(0, ModelRun.Actions * ModelRun.Clients - 1).ArrayOf();

    public static TheoryData<string> Breaks => [.. Mutations.All.Keys];

    static string Describe(IEnumerable<Violation> violations) => string.Join('\n', violations);

    [Fact]
    public void A_correct_history_breaks_no_rule() => Assert.Empty(Describe(HistoryChecker.Check(ModelRun.Rich)));

    [Fact]
    public void Whatever_clients_do_a_correct_server_breaks_no_rule() =>
        Prop.ForAll(Steps.ToArbitrary(), steps =>
            HistoryChecker.Check(ModelRun.Of(steps)) is var found
            && (found.Count == 0 ? true : throw new InvalidOperationException(Describe(found))))
            .QuickCheckThrowOnFailure();

    [Theory]
    [MemberData(nameof(Breaks))]
    public void Each_mutation_is_found_by_its_rule_wherever_it_is(string what)
    {
        var (rule, breakAt) = Mutations.All[what];
        for (var at = 0; at < 40; at++)
        {
            var broken = breakAt(ModelRun.Rich, at);
            Assert.NotNull(broken);
            var found = HistoryChecker.Check(broken);
            Assert.True(found.Any(v => v.Rule == rule), $"At place {at} the checker found only:\n{Describe(found)}");
        }
    }

    [Fact]
    public void Whatever_clients_do_a_mutation_is_found() => Prop.ForAll(
        Steps.ToArbitrary(), Gen.Elements(Mutations.All.Keys.ToArray()).ToArbitrary(), Gen.Choose(0, 1000).ToArbitrary(),
            (steps, what, at) =>
        {
            var (rule, breakAt) = Mutations.All[what];
            return breakAt(ModelRun.Of(steps), at) is not { } broken || HistoryChecker.Check(broken).Any(v => v.Rule == rule);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_rule_has_a_mutation() =>
        Assert.Equal(HistoryChecker.Rules.Select(r => r.Name).Order(), Mutations.All.Values.Select(m => m.Rule).Distinct().Order());

    [Fact]
    public void A_violation_is_one_line_with_the_rule_the_message_and_the_evidence()
    {
        var lost = HistoryChecker.Check(Mutations.All["an acknowledged message is not in the log"].Break(ModelRun.Rich, 0)!).First(v =>
            v.Rule == "lost");
        Assert.Matches(@"^lost: key \S+ of p\d: acknowledged as #\d+ on connection \d+, ", lost.ToString());
        Assert.DoesNotContain('\n', new Violation("rule", "message", "evidence\nof two lines").ToString());
    }

    [Fact]
    public void A_server_that_breaks_a_promise_a_thousand_times_is_not_told_of_a_thousand_times()
    {
        var broken = ModelRun.Rich with { Clients = [.. ModelRun.Rich.Clients
            .Select(c => c with { Entries = [.. c.Entries.SelectMany(e => Enumerable.Repeat(e, e is EventReceived ? 5 : 1))] })] };
        Assert.InRange(HistoryChecker.Check(broken).Count(v => v.Rule == "stream"), 1, 20);
    }
}
