namespace ActorChat.Domain;

/// <summary>Checks whether every database can store a text unchanged and every client can receive it.</summary>
public static class StorableText
{
    /// <summary>False if the text contains U+0000, which PostgreSQL refuses, or a lone surrogate, which UTF-8 cannot encode.</summary>
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
