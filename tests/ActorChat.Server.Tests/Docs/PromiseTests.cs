using System.Text.RegularExpressions;

namespace ActorChat.Server.Tests.Docs;

public partial class PromiseTests
{
    const string UpdateCommand = "UPDATE_DOCS=1 dotnet test tests/ActorChat.Server.Tests --filter PromiseTests";

    [Fact]
    public void The_table_of_promises_lists_the_marked_tests()
    {
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1") PromiseTable.Write();

        Assert.True(PromiseTable.Render() == PromiseTable.Committed(),
            $"The table of promises in {PromiseTable.Document} is out of date. Write it with: {UpdateCommand}");
        Assert.Contains(UpdateCommand, Repository.Read("docs/contributing.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_promise_has_a_test_and_each_mark_names_a_promise()
    {
        var marked = PromiseTable.Marks().Select(mark => mark.Id).ToHashSet();

        Assert.Equal(Promise.All.Select(promise => promise.Id).Order(), marked.Order());
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_document_names_only_promises_that_exist(string document)
    {
        var known = Promise.All.Select(promise => promise.Id).ToHashSet();

        Assert.All(PromiseId().Matches(Repository.Read(document)), id => Assert.Contains(id.Value, known));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_document_names_no_test(string document) => Assert.DoesNotMatch(TestName(), Repository.Read(document));

    public static TheoryData<string> Documents => [.. Repository.Documents];

    [GeneratedRegex(@"\bP[1-9]\d?\b")]
    private static partial Regex PromiseId();

    // Four words or more, joined as in the name of a test.
    [GeneratedRegex(@"\b[A-Z][a-z]*(?:_\w+){3,}\b")]
    private static partial Regex TestName();
}
