using System.Globalization;
using System.Reflection;

namespace ActorChat.Storage;

/// <summary>The SQL scripts in the folder Migrations, by engine.</summary>
internal static class Migrations
{
    /// <summary>The numbered scripts, each of which runs once, in order of their numbers.</summary>
    public static SortedDictionary<int, string> Numbered(string engine)
    {
        var folder = Folder(engine);
        var scripts = new SortedDictionary<int, string>();
        foreach (var name in Assembly.GetExecutingAssembly().GetManifestResourceNames())
        {
            if (!name.StartsWith(folder, StringComparison.Ordinal)) continue;
            if (int.TryParse(name[folder.Length..^".sql".Length], CultureInfo.InvariantCulture, out var number))
                scripts.Add(number, Script(engine, name[folder.Length..]));
        }
        return scripts;
    }

    public static string Script(string engine, string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(Folder(engine) + name)!);
        return reader.ReadToEnd();
    }

    static string Folder(string engine) => $"ActorChat.Storage.Migrations.{engine}.";
}
