using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using ActorChat.Server.Options;

namespace ActorChat.Server.Tests.Docs;

/// <summary>
/// The tables of settings name what there is, with its default. A row is <c>| `Section:Name` | `default` | meaning |</c>.
/// </summary>
public partial class SettingsDocTests
{
    const string AllSettings = "docs/operations.md";

    [Fact]
    public void The_table_of_all_settings_is_complete_and_has_their_defaults()
    {
        var settings = AppSettings.Sections.SelectMany(section => section.Record.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => ($"{section.Name}:{property.Name}", Default(property))));

        Assert.Equal(settings.Order(), Rows(AllSettings).Where(row => row.Name.Contains(':', StringComparison.Ordinal)).Order());
    }

    [Fact]
    public void The_readme_has_settings_of_that_table_with_the_same_defaults()
    {
        var rows = Rows("README.md");

        Assert.NotEmpty(rows);
        Assert.Subset(Rows(AllSettings).ToHashSet(), rows.ToHashSet());
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_document_names_only_settings_that_exist(string document)
    {
        var known = Rows(AllSettings).Select(row => row.Name).ToHashSet();
        var sections = string.Join('|', AppSettings.Sections.Select(section => section.Name));
        var text = Repository.Read(document);

        Assert.All(Regex.Matches(text, $@"\b(?:{sections}):[A-Z]\w*"), setting => Assert.Contains(setting.Value, known));
        Assert.All(Regex.Matches(text, $@"\b({sections})__([A-Z][A-Za-z]*)"), setting =>
            Assert.Contains($"{setting.Groups[1].Value}:{setting.Groups[2].Value}", known));
    }

    public static TheoryData<string> Documents => [.. Repository.Documents];

    static List<(string Name, string Default)> Rows(string document) =>
        [.. Row().Matches(Repository.Read(document)).Select(row => (row.Groups[1].Value, row.Groups[2].Value))];

    static string Default(PropertyInfo property) => property.GetValue(Activator.CreateInstance(property.DeclaringType!)) switch
    {
        null or ICollection { Count: 0 } or "" => "none",
        bool value => value ? "`true`" : "`false`",
        TimeSpan value => $"`{value:c}`",
        IFormattable value => $"`{value.ToString(null, CultureInfo.InvariantCulture)}`",
        var value => $"`{value}`",
    };

    [GeneratedRegex(@"^\| `(Urls|[A-Z]\w*:\w+)` \| (`[^`]*`|none) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
