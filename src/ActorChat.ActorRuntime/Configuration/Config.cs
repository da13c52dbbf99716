using System.Diagnostics.CodeAnalysis;
using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>An immutable tree of settings, read by path. A missing key gives the default passed, never an error.</summary>
public sealed class Config
{
    public static readonly Config Empty = new(new HoconValue(new Dictionary<string, HoconValue>()));
    internal Config(HoconValue root) => Root = root;

    public HoconValue Root { get; }

    public bool IsEmpty => Root.Members.Count == 0;

    [SuppressMessage("Usage", "CA2225", Justification = "The named alternative is ConfigurationFactory.ParseString.")]
    public static implicit operator Config(string str) => ConfigurationFactory.ParseString(str);
    public bool HasPath(string path) => Find(path) is not null;
    public HoconValue GetValue(string path) => Find(path)!;

    /// <summary>The part below a path; null if there is none.</summary>
    public Config GetConfig(string path) => Find(path) is { } value ? new Config(value) : null!;

    [return: NotNullIfNotNull(nameof(@default))]
    public string GetString(string path, string? @default = null) => (Find(path)?.GetString() ?? @default)!;
    public int GetInt(string path, int @default = 0) => Find(path)?.GetInt() ?? @default;
    public long GetLong(string path, long @default = 0) => Find(path)?.GetLong() ?? @default;
    public double GetDouble(string path, double @default = 0) => Find(path)?.GetDouble() ?? @default;
    public bool GetBoolean(string path, bool @default = false) => Find(path)?.GetBoolean() ?? @default;
    public long? GetByteSize(string path) => GetByteSize(path, null);
    public long? GetByteSize(string path, long? def = null) => Find(path)?.GetByteSize() ?? def;

    public TimeSpan GetTimeSpan(string path, TimeSpan? @default = null, bool allowInfinite = true) =>
        Find(path)?.GetTimeSpan(allowInfinite) ?? @default.GetValueOrDefault();

    public IList<string> GetStringList(string path) => Find(path)?.GetStringList() ?? [];

    /// <summary>The keys of the top level.</summary>
    public IEnumerable<KeyValuePair<string, HoconValue>> AsEnumerable() => Root.Members;

    /// <summary>What is missing here is taken from there; objects are merged.</summary>
    public Config WithFallback(Config fallback) =>
        ReferenceEquals(fallback, this) || fallback is null ? this : new Config(Root.WithFallback(fallback.Root));

    public override string ToString() => string.Join("\n", Root.Members.Select(member => $"{member.Key} : {member.Value}"));

    private HoconValue? Find(string path)
    {
        var value = Root;
        foreach (var key in HoconParser.SplitPath(path))
            if (!value.IsObject() || !value.Members.TryGetValue(key, out value!))
                return null;
        return value.IsNull ? null : value;
    }
}

public static class ConfigurationFactory
{
    public static Config Empty => Config.Empty;
    public static Config ParseString(string hocon) => new(HoconParser.Parse(hocon));
}
