using System.Globalization;
using System.Text;

namespace ActorChat.Server.Tests.Clients;

/// <summary>Status and headers of the response to an upgrade request.</summary>
sealed record UpgradeResponse(int Status, IReadOnlyDictionary<string, string> Headers)
{
    public string? this[string header] => Headers.GetValueOrDefault(header);

    // Reads byte by byte, because frames may follow the header.
    public static async Task<UpgradeResponse> ReadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var next = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(next);
            head.Append((char)next[0]);
        }
        var lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1))
        {
            var parts = line.Split(':', 2);
            headers[parts[0]] = parts[1].Trim();
        }
        return new UpgradeResponse(int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), headers);
    }
}
