namespace ActorChat.Actors.Tests.Sessions;

/// <summary>A clock that stands still until it is told to go on.</summary>
public sealed class ManualTime : TimeProvider
{
    long timestamp = TimeSpan.TicksPerHour; // for some, 0 is never

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref timestamp);

    public void Advance(TimeSpan by) => Interlocked.Add(ref timestamp, by.Ticks);
}
