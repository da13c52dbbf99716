using System.Text;

namespace ActorChat.Actors.Agents;

/// <summary>
/// The text of an answer as it grows out of chunks, which end where they like. What is announced never ends inside a character,
/// and what no engine can store is replaced, so the pieces joined are exactly the whole.
/// </summary>
public sealed class AnswerText(int maxChars)
{
    const char Replacement = '\uFFFD';

    readonly StringBuilder whole = new();
    int announced;
    char? high;

    /// <summary>The text so far, without the half of a character that may be waiting for its other half.</summary>
    public string Text => whole.ToString();

    /// <summary>Whether the answer has reached its greatest length; further text is dropped.</summary>
    public bool IsFull { get; private set; }

    public void Append(string chunk)
    {
        ArgumentNullException.ThrowIfNull(chunk);
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

    /// <summary>What has come since the last call, and where it begins, in UTF-16 units; null where nothing has.</summary>
    public (int Offset, string Text)? TakeNew()
    {
        if (whole.Length == announced) return null;
        var piece = (announced, whole.ToString(announced, whole.Length - announced));
        announced = whole.Length;
        return piece;
    }
}
