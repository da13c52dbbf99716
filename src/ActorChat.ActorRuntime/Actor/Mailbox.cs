namespace Akka.Actor;

internal enum Posted
{
    /// <summary>The one who runs the actor now will find it.</summary>
    Queued,

    /// <summary>Nobody runs the actor: whoever posted must see to it that somebody does.</summary>
    Wake,

    /// <summary>The actor is dead.</summary>
    Refused,
}

/// <summary>The queue of one actor: any thread posts, one thread at a time takes.</summary>
/// <remarks>
/// Posting pushes onto a stack, <c>intake</c>; the runner takes the whole stack with one exchange and turns it round into a
/// list that only it touches. The bottom of the stack is null while nobody runs the actor and <c>Busy</c> while somebody does, so
/// "is it empty" and "does anybody run it" are one word, changed by one compare-and-swap: going to rest cannot miss a message that
/// arrives in that moment, and an idle actor's queue holds no memory at all.
/// </remarks>
internal struct Mailbox
{
    private static readonly MailboxItem Busy = new Terminate();
    private static readonly MailboxItem Closed = new Terminate();

    private MailboxItem? intake;
    private Letter? first;
    private Letter? last;
    private int waiting;
    private int takes;
    private volatile bool systemMessagePosted;

    /// <summary>True if a system message may lie in the intake. It can be late, never wrong for good: set after the push, cleared before the take.</summary>
    public readonly bool SystemMessagePosted => systemMessagePosted;
    public readonly bool HasLetters => first is not null;

    public Posted Post(MailboxItem item)
    {
        var top = Volatile.Read(ref intake);
        while (true)
        {
            if (ReferenceEquals(top, Closed))
                return Posted.Refused;
            item.Next = top;
            var seen = Interlocked.CompareExchange(ref intake, item, top);
            if (ReferenceEquals(seen, top))
                break;
            top = seen;
        }
        if (item is SystemMessage)
            systemMessagePosted = true;
        return top is null ? Posted.Wake : Posted.Queued;
    }

    /// <summary>Moves what has been posted: letters to the end of the list, system messages to the caller, both oldest first.</summary>
    public SystemMessage? TakePosted()
    {
        systemMessagePosted = false;
        return Sort(Interlocked.Exchange(ref intake, Busy));
    }

    public bool TryTakeLetter([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Letter? letter)
    {
        letter = first;
        if (letter is null)
            return false;
        first = (Letter?)letter.Next;
        if (first is null)
            last = null;
        letter.Next = null;
        waiting--;
        return true;
    }

    /// <summary>Puts letters back at the front, the first of them foremost.</summary>
    public void Prepend(IReadOnlyList<Letter> letters)
    {
        for (var i = letters.Count - 1; i >= 0; i--)
        {
            letters[i].Next = first;
            first = letters[i];
            last ??= first;
        }
        waiting += letters.Count;
    }

    /// <summary>Ends the run unless something has been posted since the last take.</summary>
    public bool TryRest() => ReferenceEquals(Interlocked.CompareExchange(ref intake, null, Busy), Busy);

    /// <summary>Refuses everything from now on and returns the system messages not yet seen; the letters stay to be taken.</summary>
    public SystemMessage? Close() => Sort(Interlocked.Exchange(ref intake, Closed));

    /// <summary>The number of letters waiting, counted from any thread without disturbing the owner; a moment old, as every such number.</summary>
    public readonly int CountLetters()
    {
        for (var attempt = 0; ; attempt++)
        {
            var before = Volatile.Read(in takes);
            var count = Volatile.Read(in waiting);
            for (var item = Volatile.Read(in intake); item is not null && count < 1_000_000; item = Volatile.Read(ref item.Next))
                count += item is Letter ? 1 : 0;
            // A take in between has turned the links round under our feet.
            if (attempt == 3 || before == Volatile.Read(in takes))
                return count;
        }
    }

    private SystemMessage? Sort(MailboxItem? newest)
    {
        SystemMessage? system = null;
        MailboxItem? letters = null;
        Letter? newestLetter = null;
        takes++;
        for (var item = newest; item is not null && !ReferenceEquals(item, Busy);)
        {
            var older = item.Next;
            if (item is Letter letter)
            {
                newestLetter ??= letter;
                letter.Next = letters;
                letters = letter;
                waiting++;
            }
            else
            {
                item.Next = system;
                system = (SystemMessage)item;
            }
            item = older;
        }
        if (newestLetter is not null)
        {
            if (last is null)
                first = (Letter)letters!;
            else
                last.Next = letters;
            last = newestLetter;
        }
        return system;
    }
}
