using System.Text;
using System.Text.Json;

namespace ActorChat.Server.Tests.Clients;

/// <summary>A received text frame. It is parsed when a test first reads a field.</summary>
sealed class Frame(byte[] bytes)
{
    JsonElement? json;

    public ReadOnlyMemory<byte> Bytes => bytes;

    public string Text => Encoding.UTF8.GetString(bytes);

    public JsonElement Json => json ??= Parse();

    public string Type => Json.GetProperty("type").GetString()!;

    public long? Seq => Json.TryGetProperty("seq", out var seq) ? seq.GetInt64() : null;

    public string? Code => TextOf("code");

    public JsonElement this[string field] => Json.GetProperty(field);

    public bool Has(string field) => Json.TryGetProperty(field, out _);

    public string? TextOf(string field) => Json.TryGetProperty(field, out var value) ? value.GetString() : null;

    JsonElement Parse()
    {
        using var document = JsonDocument.Parse(bytes);
        return document.RootElement.Clone();
    }

    public override string ToString() => bytes.Length <= 300 ? Text : Text[..300] + "…";
}

/// <summary>How the server closed a connection.</summary>
/// <param name="Code">The close code; null if the connection ended without a close frame.</param>
sealed record Closed(int? Code, string Reason);
