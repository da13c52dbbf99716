using System.Diagnostics;
using ActorChat.Server.Markup;

namespace ActorChat.Server.Tests.Markup;

public class MarkdownMarkupTests
{
    readonly MarkdownMarkup markup = new();

    [Theory]
    [InlineData("hello")]
    [InlineData("It is 12:30, well-known, and (nearly) done.")]
    [InlineData("@@r1:2:3@@ the quick brown fox")]
    [InlineData("読みやすい 🙏")]
    public void Plain_text_has_no_html(string text) => Assert.Null(markup.Render(text));

    [Theory]
    [InlineData("*a*", "<p><em>a</em></p>")]
    [InlineData("see https://example.org/x", "<p>see <a href=\"https://example.org/x\">https://example.org/x</a></p>")]
    [InlineData("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>")]
    [InlineData("# Title", "<h1>Title</h1>")]
    [InlineData("~~no~~", "<p><del>no</del></p>")]
    public void Markup_is_rendered(string text, string html) => Assert.Equal(html, markup.Render(text));

    [Theory]
    [InlineData("[x](javascript:alert(1))", "javascript:")]
    [InlineData("[x](data:text/html,hi)", "data:")]
    [InlineData("*a* ![x](https://evil.example/p.png)", "<img")]
    [InlineData("*a* <script>alert(1)</script>", "<script")]
    [InlineData("*a* <img src=x onerror=alert(1)>", "<img")]
    [InlineData("<javascript:alert(1)> *a*", "href=\"javascript")]
    public void What_could_act_is_not_in_it(string text, string never) => Assert.DoesNotContain(never, markup.Render(text) ?? "", StringComparison.OrdinalIgnoreCase);

    public static TheoryData<string> Hostile => ["[", "[](", "[a](", "*a", "_a", "*_", "[*", ">", "> ", "1. ", "- ", "`", "|a", "<", "~~", "![", "&amp;", "\\", "```\n", "a\n```x\n", "  - "];

    // The bound is wide: a parser that goes quadratic takes ten times as long, on the fastest machine.
    [Theory]
    [MemberData(nameof(Hostile))]
    public void Text_made_to_be_slow_is_shown_as_typed(string pattern)
    {
        var text = string.Concat(Enumerable.Repeat(pattern, 16_384 / pattern.Length));
        markup.Render(pattern + " *a*");
        var (best, bound) = (TimeSpan.MaxValue, TimeSpan.FromSeconds(3));
        for (var tries = 0; best >= bound && tries < 3; tries++) // others run meanwhile
        {
            var watch = Stopwatch.StartNew();
            for (var i = 0; i < 10; i++) markup.Render(text);
            if (watch.Elapsed < best) best = watch.Elapsed;
        }
        Assert.True(best < bound, $"Ten times took {best}.");
    }

    [Fact]
    public void Nothing_hides_behind_a_fence_that_the_parser_does_not_see()
    {
        var hidden = string.Concat(Enumerable.Repeat("*a", 4000));
        foreach (var cover in new[] { "    ```\n", "```\n``` x\n```\n", "````\n```\n````\n", "- a\n  ```\n", "```\n   ```\n", "> ```\n", "``` a`b\n" })
            Assert.Null(markup.Render(cover + hidden));
    }

    [Fact]
    public void Long_code_in_a_fence_is_code()
    {
        var html = markup.Render("```\n" + string.Concat(Enumerable.Repeat("a[i] = (b * c) | d;\n", 300)) + "```");
        Assert.StartsWith("<pre><code>", html, StringComparison.Ordinal);
    }
}
