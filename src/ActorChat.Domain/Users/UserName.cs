using System.Globalization;
using System.Text;

namespace ActorChat.Domain;

/// <summary>
/// A valid name of a user. Clients show it as typed. The server compares names in folded form, without regard to width, case and
/// similar letters of other scripts.
/// </summary>
public sealed record UserName
{
    public const int MaxRunes = 32;

    static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "aibot", "admin", "administrator", "system", "moderator", "actorchat",
    };

    // Pairs: a Cyrillic or Greek letter in lower case and the Latin letter that looks the same on a screen.
    const string LookAlikes = "аaеeоoрpсcуyхxіiјjѕsһhԁdԛqԝwʏyνvοoαaρpτtυuκkιiωwԍgьbвbкkмmнhтtıi";

    /// <summary>
    /// False if the process has no Unicode data (invariant globalization). Then names fold by case and similar letters only, not by width.
    /// </summary>
    public static bool FoldsWidth => "Ａ".Normalize(NormalizationForm.FormKC) == "A";

    UserName(string shown, string folded) => (Shown, Folded) = (shown, folded);

    /// <summary>The name as typed, without surrounding white space.</summary>
    public string Shown { get; }

    /// <summary>The form for comparison. Two names with the same folded form are one name.</summary>
    public string Folded { get; }

    /// <summary>True if nobody may claim the name, because it would pass for the bot, the system or an administrator.</summary>
    public bool IsReserved => Reserved.Contains(Folded) || Reserved.Contains(Folded.Replace('1', 'i').Replace('l', 'i').Replace('0', 'o'));

    /// <summary>Trims and checks the text that a user typed. Null if it is not a valid name.</summary>
    public static UserName? TryCreate(string? typed)
    {
        var name = typed?.Trim();
        if (string.IsNullOrEmpty(name) || name.Length > 4 * MaxRunes || !StorableText.IsStorable(name)) return null;
        var runes = 0;
        var marks = 0;
        var visible = false;
        foreach (var rune in name.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (!IsAllowed(rune, category)) return null;
            // More combining marks would cover the lines above and below.
            marks = category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? marks + 1 : 0;
            if (marks > 2 || ++runes > MaxRunes) return null;
            visible |= Rune.IsLetterOrDigit(rune) || category is UnicodeCategory.OtherSymbol;
        }
        return visible ? new UserName(name, Fold(name)) : null;
    }

    // Controls, line breaks, zero-width and bidirectional characters, private use and unassigned code points make names that are invisible
    // or look like other names.
    static bool IsAllowed(Rune rune, UnicodeCategory category) => category switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse => false,
        UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        UnicodeCategory.SpaceSeparator => rune.Value == ' ',
        // Hangul fillers are letters and the Braille blank is a symbol, but they are invisible. A decoder writes U+FFFD for invalid bytes.
        _ => rune.Value is not (0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x2800 or 0xFFFD)
            && (!IsIgnorable(rune) || rune.Value is 0xFE0E or 0xFE0F), // emoji need these two variation selectors
    };

    // Invisible marks: the grapheme joiner, Khmer inherent vowels and variation selectors.
    static bool IsIgnorable(Rune rune) => rune.Value
        is 0x034F or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);

    static string Fold(string name)
    {
        var folded = new StringBuilder(name.Length);
        var space = false;
        foreach (var c in name.Normalize(NormalizationForm.FormKC).ToLowerInvariant())
        {
            if (c == ' ')
            {
                if (!space) folded.Append(c);
                space = true;
                continue;
            }
            space = false;
            if (c is '\uFE0E' or '\uFE0F') continue; // names with and without a variation selector look alike
            var i = LookAlikes.IndexOf(c, StringComparison.Ordinal);
            folded.Append(i >= 0 && i % 2 == 0 ? LookAlikes[i + 1] : c);
        }
        return folded.ToString();
    }
}
