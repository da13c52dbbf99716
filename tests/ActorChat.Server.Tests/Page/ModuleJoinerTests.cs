using ActorChat.Domain;
using ActorChat.Server.Options;
using ActorChat.Server.Page;

namespace ActorChat.Server.Tests.Page;

public class ModuleJoinerTests
{
    static string Join(params (string Path, string Text)[] modules)
    {
        var texts = modules.ToDictionary(m => m.Path, m => m.Text, StringComparer.Ordinal);
        return ModuleJoiner.Join(modules[0].Path, path => texts.GetValueOrDefault(path));
    }

    [Fact]
    public void A_module_runs_once_and_after_its_imports()
    {
        var script = Join(
            ("js/main.js", "import { a } from \"./lib/a.js\";\nimport { b as other } from \"./lib/b.js\";\na(other);\n"),
            ("js/lib/a.js", "import { b } from \"./b.js\";\nexport function a(x) { return b + x; }\n"),
            ("js/lib/b.js", "export const b = 1;\n"));
        Assert.Equal(
            """
            const $js_lib_b_js = (() => {
            const b = 1;
            return { b };
            })();
            const $js_lib_a_js = (() => {
            const { b } = $js_lib_b_js;
            function a(x) { return b + x; }
            return { a };
            })();
            const $js_main_js = (() => {
            const { a } = $js_lib_a_js;
            const { b: other } = $js_lib_b_js;
            a(other);
            return {  };
            })();

            """, script);
    }

    [Fact]
    public void Only_comment_lines_and_JSDoc_types_are_removed()
    {
        var script = Join(("js/main.js", "// @ts-check\n/**\n * import(\"./x.js\")\n */\nexport async function f() {\n  // why\n  return /** @type {import(\"./x.js\").X} */ (\"// https://a\"); // kept\n}\n"));
        Assert.Equal("const $js_main_js = (() => {\nasync function f() {\nreturn (\"// https://a\"); // kept\n}\nreturn { f };\n})();\n",
            script);
    }

    [Fact]
    public void What_is_loaded_later_by_an_address_of_the_page_stays_as_it_is() =>
        Assert.Contains("const a = await import(address);\n", Join(("js/main.js",
            "export async function f(address) {\n  const a = await import(address);\n  return a;\n}\n")), StringComparison.Ordinal);

    [Theory]
    [InlineData("import a from \"./a.js\";")]
    [InlineData("import * as a from \"./a.js\";")]
    [InlineData("import \"./a.js\";")]
    [InlineData("import { a } from 'a';")]
    [InlineData("import {")]
    [InlineData("export default function () {}")]
    [InlineData("export let a = 1;")]
    [InlineData("export { a };")]
    [InlineData("export * from \"./a.js\";")]
    [InlineData("const a = await import(\"./a.js\");")]
    [InlineData("const a = await import(`./a.js`);")]
    [InlineData("const here = import.meta.url;")]
    public void An_unsupported_import_or_export_stops_the_start_with_a_message(string line)
    {
        var no = Assert.Throws<StartException>(() =>
            Join(("js/main.js", $"const before = 1;\n  {line}\n"), ("js/a.js", "export const a = 1;\n")));
        Assert.Contains($"js/main.js contains an unsupported form: {line}", no.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Circular_and_missing_imports_stop_the_start()
    {
        var round = Assert.Throws<StartException>(() =>
            Join(("js/a.js", "import { b } from \"./b.js\";\n"), ("js/b.js", "import { a } from \"./a.js\";\n")));
        Assert.Contains("js/a.js and js/b.js import each other", round.Message, StringComparison.Ordinal);
        var gone = Assert.Throws<StartException>(() => Join(("js/a.js", "import { b } from \"./b.js\";\n")));
        Assert.Contains("js/a.js imports js/b.js, which is missing", gone.Message, StringComparison.Ordinal);
    }
}
