using System.Diagnostics;

namespace Akka.Actor;

/// <summary>
/// The one clock behind Ask timeouts, actors' timers, receive timeouts and the scheduler: a wheel of 512 slots of 10 ms, turned by a
/// thread of its own while anything waits, so that a busy pool does not hold up timeouts. To wait costs one small object.
/// </summary>
internal static class TimerWheel
{
    private const int TickMilliseconds = 10;
    private const int Slots = 512;

    private static readonly long Start = Stopwatch.GetTimestamp();
    private static readonly Slot[] Wheel = [.. Enumerable.Range(0, Slots).Select(_ => new Slot())];
    private static readonly AutoResetEvent Needed = new(false);
    private static long cursor;
    private static int pending;

    static TimerWheel() => new Thread(Turn) { IsBackground = true, Name = "actor timers" }.Start();

    private static long Now => (long)Stopwatch.GetElapsedTime(Start).TotalMilliseconds / TickMilliseconds;

    /// <summary>Calls back once, at least <paramref name="delay"/> and at most about two ticks more from now, on the wheel's thread.</summary>
    public static Delay After(TimeSpan delay, Action<object> callback, object state)
    {
        var due = (long)Math.Ceiling((Stopwatch.GetElapsedTime(Start) + delay).TotalMilliseconds / TickMilliseconds);
        var entry = new Delay(callback, state);
        while (true)
        {
            var slot = Wheel[due % Slots];
            lock (slot)
            {
                // The hand has passed this slot in the meantime; what is put here now would wait for a whole round.
                var next = Volatile.Read(ref cursor);
                if (due >= next)
                {
                    slot.Add(entry, due);
                    break;
                }
                due = next;
            }
        }
        if (Interlocked.Increment(ref pending) == 1)
            Needed.Set();
        return entry;
    }

    private static void Turn()
    {
        while (true)
        {
            if (Volatile.Read(ref pending) == 0)
                Needed.WaitOne();
            Thread.Sleep(TickMilliseconds);
            var now = Now;
            for (var tick = Math.Max(cursor, now - Slots + 1); tick <= now; tick++)
                Fire(Wheel[tick % Slots], tick, now);
        }
    }

    private static void Fire(Slot slot, long tick, long now)
    {
        Delay? due;
        lock (slot)
        {
            Volatile.Write(ref cursor, tick + 1);
            due = slot.TakeDue(now);
        }
        while (due is not null)
        {
            var next = due.NextDue;
            Interlocked.Decrement(ref pending);
            due.Fire();
            due = next;
        }
    }

    /// <summary>One wait. Cancel it as soon as it is not needed, or it holds its state until its time.</summary>
    public sealed class Delay(Action<object> callback, object state)
    {
        internal Slot? Slot;
        internal Delay? Previous;
        internal Delay? Next;
        internal Delay? NextDue;
        internal long Due;

        public void Cancel()
        {
            if (Volatile.Read(ref Slot) is not { } slot)
                return;
            lock (slot)
            {
                if (Slot is null)
                    return;
                slot.Remove(this);
            }
            Interlocked.Decrement(ref pending);
        }

        internal void Fire() => callback(state);
    }

    /// <summary>A doubly linked list, guarded by a lock on itself.</summary>
    internal sealed class Slot
    {
        private Delay? first;

        public void Add(Delay entry, long due)
        {
            entry.Due = due;
            entry.Slot = this;
            entry.Next = first;
            if (first is not null)
                first.Previous = entry;
            first = entry;
        }

        public void Remove(Delay entry)
        {
            if (entry.Previous is null)
                first = entry.Next;
            else
                entry.Previous.Next = entry.Next;
            if (entry.Next is not null)
                entry.Next.Previous = entry.Previous;
            entry.Slot = null;
            entry.Previous = entry.Next = null;
        }

        public Delay? TakeDue(long now)
        {
            Delay? due = null;
            for (var entry = first; entry is not null;)
            {
                var next = entry.Next;
                if (entry.Due <= now)
                {
                    Remove(entry);
                    entry.NextDue = due;
                    due = entry;
                }
                entry = next;
            }
            return due;
        }
    }
}
