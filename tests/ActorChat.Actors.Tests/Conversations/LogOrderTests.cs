using ActorChat.Actors.Conversations;
using ActorChat.Actors.Tests.Persistence;
using ActorChat.Domain;
using FsCheck.Fluent;

namespace ActorChat.Actors.Tests.Conversations;

public class LogOrderTests
{
    static MessagePosted Entry(long seq) =>
        new(new Message(ConversationId.Default, seq, HeldStore.Ann, MessageKind.User, $"text {seq}", HeldStore.Noon, null, null, null));

    static long[] TakeDue(LogOrder order) => [.. order.TakeDue().Select(a => a.Entry.Seq)];

    [Fact]
    public void An_event_after_a_gap_waits_until_the_gap_is_filled()
    {
        var order = new LogOrder(10);
        order.Add(Entry(13), null);
        order.Add(Entry(11), null);
        Assert.Equal([11], TakeDue(order));
        Assert.Equal(12, order.Missing);

        order.Add(Entry(12), null);

        Assert.Equal([12, 13], TakeDue(order));
        Assert.Null(order.Missing);
    }

    [Fact]
    public void Known_events_are_dropped()
    {
        var order = new LogOrder(10);
        foreach (var seq in new[] { 9L, 10, 11, 11, 13, 13, 12, 13 }) order.Add(Entry(seq), null);
        Assert.Equal([11, 12, 13], TakeDue(order));
        Assert.Null(order.Missing);
    }

    [Promise("P3", "P13")]
    [Fact]
    public void Each_event_leaves_exactly_once_and_in_log_order_for_any_order_of_arrival() => FsCheck.Check.QuickThrowOnFailure(Prop.ForAll(
        ArbMap.Default.ArbFor<(int Seq, bool TakeHere)[]>(), steps =>
        {
            var order = new LogOrder(0);
            var taken = new List<long>();
            foreach (var (seq, takeNow) in steps.Concat(Enumerable.Range(1, 20).Reverse().Select(seq => (seq, false))))
            {
                order.Add(Entry(Math.Abs(seq % 20) + 1), null);
                if (takeNow) taken.AddRange(TakeDue(order));
            }
            taken.AddRange(TakeDue(order));
            return taken.SequenceEqual(Enumerable.Range(1, 20).Select(seq => (long)seq));
        }));
}
