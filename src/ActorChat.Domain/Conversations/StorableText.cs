namespace ActorChat.Domain;

/// <summary>What text can be stored by every engine and sent to every client as it is.</summary>
public static class StorableText
{
    /// <summary>False for U+0000, which PostgreSQL refuses, and for lone surrogates, which are no text.</summary>
    public static bool IsStorable(ReadOnlySpan<char> text)
    {
        for (var i = text.IndexOfAnyInRange('\uD800', '\uDFFF'); i >= 0 && i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1])) return false;
            i++;
        }
        return !text.Contains('\0');
    }
}
