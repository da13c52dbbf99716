using System.Globalization;
using System.Text;

namespace ActorChat.Domain;

/// <summary>
/// A name that somebody may have. It is shown as typed and compared folded: width, case and look-alike letters of other
/// scripts do not make a second name.
/// </summary>
public sealed record UserName
{
    public const int MaxRunes = 32;

    static readonly HashSet<string> Reserved = new(StringComparer.Ordinal) { "aibot", "admin", "administrator", "system", "moderator", "actorchat" };

    // Cyrillic and Greek letters that cannot be told from Latin ones on a screen, after lower-casing.
    const string LookAlikes = "аaеeоoрpсcуyхxіiјjѕsһhԁdԛqԝwʏyνvοoαaρpτtυuκkιiωwԍgьbвbкkмmнhтtıi";

    /// <summary>Whether this process can tell width variants apart: without Unicode data (invariant globalization) names fold by case and look-alikes only.</summary>
    public static bool FoldsWidth => "Ａ".Normalize(NormalizationForm.FormKC) == "A";

    UserName(string shown, string folded) => (Shown, Folded) = (shown, folded);

    public string Shown { get; }

    public string Folded { get; }

    /// <summary>Whether a name may not be claimed because it means somebody else.</summary>
    public bool IsReserved => Reserved.Contains(Folded) || Reserved.Contains(Folded.Replace('1', 'i').Replace('l', 'i').Replace('0', 'o'));

    /// <summary>Trims and checks what somebody typed; null where it is no name.</summary>
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
            // A stack of combining marks paints over its neighbours' lines.
            marks = category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? marks + 1 : 0;
            if (marks > 2 || ++runes > MaxRunes) return null;
            visible |= Rune.IsLetterOrDigit(rune) || category is UnicodeCategory.OtherSymbol;
        }
        return visible ? new UserName(name, Fold(name)) : null;
    }

    // Controls, line breaks, zero-width and bidi characters, private use and unassigned code points make names that look like others or like nothing.
    static bool IsAllowed(Rune rune, UnicodeCategory category) => category switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse => false,
        UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        UnicodeCategory.SpaceSeparator => rune.Value == ' ',
        // Hangul fillers are letters and the blank of Braille is a symbol, and none of them shows anything; U+FFFD is what became of bytes that were no text.
        _ => rune.Value is not (0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x2800 or 0xFFFD) && (!IsIgnorable(rune) || rune.Value is 0xFE0E or 0xFE0F),
    };

    // Marks that show nothing by themselves: the joiner of graphemes, vowels of Khmer, selectors of variants. Emoji need the two that are let in.
    static bool IsIgnorable(Rune rune) => rune.Value is 0x034F or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);

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
            if (c is '\uFE0E' or '\uFE0F') continue; // a name with one looks like the name without
            var i = LookAlikes.IndexOf(c, StringComparison.Ordinal);
            folded.Append(i >= 0 && i % 2 == 0 ? LookAlikes[i + 1] : c);
        }
        return folded.ToString();
    }
}
