using System.Text;

namespace ActorChat.Actors.Agents;

/// <summary>
/// The text of an answer as it grows. Chunks may end inside a character; published pieces never do. Characters that no database can store
/// are replaced. So the pieces, joined, are exactly the whole text.
/// </summary>
sealed class AnswerText(int maxChars)
{
    const char Replacement = '\uFFFD';

    readonly StringBuilder whole = new();
    int taken;
    char? high;

    /// <summary>The text so far, without a high surrogate that still waits for its low one.</summary>
    public string Text => whole.ToString();

    /// <summary>Whether the answer has reached its greatest length. Further text is dropped.</summary>
    public bool IsFull { get; private set; }

    public void Append(string chunk)
    {
        foreach (var c in chunk)
        {
            if (whole.Length + 2 > maxChars)
            {
                IsFull = true;
                return;
            }
            if (high is { } first)
            {
                high = null;
                if (char.IsLowSurrogate(c))
                {
                    whole.Append(first).Append(c);
                    continue;
                }
                whole.Append(Replacement);
            }
            if (char.IsHighSurrogate(c)) high = c;
            else whole.Append(char.IsLowSurrogate(c) || c == '\0' ? Replacement : c);
        }
    }

    /// <summary>The text since the last call and its offset, in UTF-16 units; null if there is none.</summary>
    public (int Offset, string Text)? TakeNew()
    {
        if (whole.Length == taken) return null;
        var piece = (taken, whole.ToString(taken, whole.Length - taken));
        taken = whole.Length;
        return piece;
    }
}
