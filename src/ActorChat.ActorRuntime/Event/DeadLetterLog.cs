using Akka.Actor;

namespace Akka.Event;

/// <summary>Logs the first dead letters and then keeps quiet for some minutes, lest a flood of them become a flood of lines.</summary>
internal sealed class DeadLetterLog(ActorSystem system, int limit, TimeSpan pause)
{
    private readonly Lock gate = new();
    private int count;
    private long quietUntil;

    public void Note(object published)
    {
        if (published is not AllDeadLetters letter || letter is SuppressedDeadLetter || limit <= 0 || system.IsTerminating)
            return;
        if (Count() is { } suffix)
            system.EventStream.Publish(new Info(letter.Recipient.Path.ToString(), letter.Recipient.GetType(), Describe(letter) + suffix));
    }

    private static string Describe(AllDeadLetters letter)
    {
        var fate = letter is UnhandledMessage ? "unhandled" : "not delivered";
        return $"Message [{letter.Message.GetType().Name}] from {letter.Sender} to {letter.Recipient} was {fate}. ";
    }

    /// <summary>The end of the line, or null if there is to be none.</summary>
    private string? Count()
    {
        lock (gate)
        {
            var now = Environment.TickCount64;
            if (count >= limit && now < quietUntil)
            {
                count++;
                return null;
            }
            if (count >= limit)
            {
                var missed = count - limit;
                count = 1;
                return $"[{missed}] dead letters before it were not logged.";
            }
            count++;
            if (count < limit)
                return $"[{count}] dead letters encountered.";
            quietUntil = now + (long)pause.TotalMilliseconds;
            return $"[{count}] dead letters encountered, no more dead letters will be logged in next [{pause}].";
        }
    }
}
