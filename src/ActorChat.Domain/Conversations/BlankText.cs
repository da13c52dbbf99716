using System.Globalization;
using System.Text;

namespace ActorChat.Domain;

/// <summary>Detects texts that display nothing: white space, controls, and other invisible characters.</summary>
public static class BlankText
{
    /// <summary>True if all characters are invisible, or if there are none.</summary>
    public static bool IsBlank(ReadOnlySpan<char> text)
    {
        foreach (var rune in text.EnumerateRunes())
            if (!IsInvisible(rune)) return false;
        return true;
    }

    static bool IsInvisible(Rune rune) => Rune.IsWhiteSpace(rune) || Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control => true,
        UnicodeCategory.Format => !IsNumberSign(rune.Value),
        _ => IsFiller(rune.Value) || IsIgnorable(rune.Value),
    };

    // The category is Format, but these are drawn together with the digits that follow.
    static bool IsNumberSign(int c) => c
        is (>= 0x0600 and <= 0x0605) or 0x06DD or 0x070F or 0x0890 or 0x0891 or 0x08E2 or 0x110BD or 0x110CD;

    // Invisible letters and symbols: the fillers of Hangul and Khitan, the Braille blank, and the null notehead.
    static bool IsFiller(int c) => c is 0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x16FE4 or 0x2800 or 0x1D159;

    // Unicode's Default_Ignorable_Code_Point without the category Format: joiners, variation selectors, and code points reserved for more.
    static bool IsIgnorable(int c) => c is 0x034F or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2065 or (>= 0xFE00 and <= 0xFE0F)
        or (>= 0xFFF0 and <= 0xFFF8) or (>= 0xE0000 and <= 0xE0FFF);
}
