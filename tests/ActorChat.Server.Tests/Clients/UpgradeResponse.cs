using System.Globalization;
using System.Text;

namespace ActorChat.Server.Tests.Clients;

/// <summary>The head of what a server answers to an upgrade.</summary>
public sealed record UpgradeResponse(int Status, IReadOnlyDictionary<string, string> Headers)
{
    public string? this[string header] => Headers.GetValueOrDefault(header);

    // Byte by byte: what follows the head is no part of it.
    public static async Task<UpgradeResponse> ReadAsync(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var head = new StringBuilder();
        var next = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(next);
            head.Append((char)next[0]);
        }
        var lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1)) headers[line[..line.IndexOf(':', StringComparison.Ordinal)]] = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        return new UpgradeResponse(int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), headers);
    }
}
