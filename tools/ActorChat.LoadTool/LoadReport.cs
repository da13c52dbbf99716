using System.Globalization;
using System.Text.Json;

namespace ActorChat.LoadTool;

/// <summary>The figures of one server, in the order in which they are printed.</summary>
sealed class LoadReport
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    readonly List<(string Name, double Value)> figures = [];

    public IReadOnlyList<(string Name, double Value)> Figures => figures;

    public void Add(string name, double value) => figures.Add((name, Math.Round(value, 3)));

    public double? this[string name] => figures.Where(f => f.Name == name).Select(f => (double?)f.Value).FirstOrDefault();

    /// <summary>One line for each figure, with the ratio if there is a baseline.</summary>
    public static IEnumerable<string> Lines(LoadReport report, LoadReport? baseline)
    {
        yield return $"{"",-30}{"ActorChat",16}{(baseline is null ? "" : $"{"SignalR",16}{"ratio",10}")}";
        foreach (var (name, value) in report.Figures)
            yield return $"{name,-30}{Format(value),16}{(baseline?[name] is { } other ? $"{Format(other),16}{Ratio(value, other),10}" : "")}";
    }

    static string Format(double value) =>
        value.ToString(Math.Abs(value) >= 100 || value == Math.Floor(value) ? "N0" : "N3", CultureInfo.InvariantCulture);

    static string Ratio(double value, double other) => other == 0 ? "" : (value / other).ToString("N2", CultureInfo.InvariantCulture);

    public static async Task WriteAsync(string file, LoadOptions options, LoadReport report, LoadReport? baseline)
    {
        var all = new Dictionary<string, object>
        {
            ["mode"] = JsonNamingPolicy.KebabCaseLower.ConvertName(options.Mode.ToString()),
            ["clients"] = options.Clients,
            ["actorchat"] = AsObject(report),
        };
        if (baseline is not null) all["signalr"] = AsObject(baseline);
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(all, Indented) + "\n");
    }

    static Dictionary<string, double> AsObject(LoadReport report) =>
        report.Figures.ToDictionary(f => f.Name.Replace(' ', '_').Replace('/', '_').Replace('.', '_'), f => f.Value);
}
