namespace Akka.Actor;

/// <summary>A message as the stash shows it.</summary>
public readonly record struct Envelope(object Message, IActorRef Sender);

public interface IWithUnrestrictedStash
{
    /// <summary>Null in the constructor, there from PreStart on.</summary>
    // As Akka.NET has it, with no word on null: an actor may declare its property either way.
#nullable disable annotations
    IStash Stash { get; set; }
#nullable restore annotations
}

public interface IWithStash : IWithUnrestrictedStash;

public interface IWithUnboundedStash : IWithUnrestrictedStash;

/// <summary>Messages put aside for later; they come back, in order and with their senders, before all that is in the queue.</summary>
public interface IStash
{
    int Count { get; }

    bool IsEmpty { get; }

    bool NonEmpty { get; }

    bool IsFull { get; }

    void Stash();
    void Unstash();
    void UnstashAll();
    void UnstashAll(Func<Envelope, bool> predicate);
}

internal sealed class StashImpl(ActorCell cell) : IStash
{
    private readonly List<Letter> letters = [];
    private Letter? lastStashed;

    public int Count => letters.Count;
    public bool IsEmpty => letters.Count == 0;
    public bool NonEmpty => letters.Count > 0;
    public bool IsFull => false;

    public void Stash()
    {
        var letter = cell.InHand ?? throw new IllegalActorStateException("There is no message to stash.");
        if (letter == lastStashed)
            throw new IllegalActorStateException($"Can't stash the same message {letter.Message.GetType()} more than once");
        lastStashed = letter;
        letters.Add(letter);
    }

    public void Unstash()
    {
        if (letters.Count == 0)
            return;
        cell.PutBack([letters[0]]);
        letters.RemoveAt(0);
    }

    public void UnstashAll() => cell.PutBack(TakeAll());

    public void UnstashAll(Func<Envelope, bool> predicate) =>
        cell.PutBack([.. TakeAll().Where(letter => predicate(new Envelope(letter.Message, letter.Sender!)))]);

    public Letter[] TakeAll()
    {
        Letter[] all = [.. letters];
        letters.Clear();
        return all;
    }
}
