using ActorChat.Actors.Conversations;
using ActorChat.Actors.Tests.Persistence;
using ActorChat.Domain;
using FsCheck.Fluent;

namespace ActorChat.Actors.Tests.Conversations;

public class LogOrderTests
{
    static MessagePosted Entry(long seq) =>
        new(new Message(ConversationId.Default, seq, HeldStore.Ann, MessageKind.User, $"text {seq}", HeldStore.Noon, null, null, null));

    static long[] Due(LogOrder order) => [.. order.TakeDue().Select(a => a.Entry.Seq)];

    [Fact]
    public void What_has_a_gap_before_it_waits_until_the_gap_is_filled()
    {
        var order = new LogOrder(10);
        order.Add(Entry(13), null);
        order.Add(Entry(11), null);
        Assert.Equal([11], Due(order));
        Assert.Equal(12, order.Missing);

        order.Add(Entry(12), null);

        Assert.Equal([12, 13], Due(order));
        Assert.Null(order.Missing);
    }

    [Fact]
    public void What_is_known_is_dropped()
    {
        var order = new LogOrder(10);
        foreach (var seq in new[] { 9L, 10, 11, 11, 13, 13, 12, 13 }) order.Add(Entry(seq), null);
        Assert.Equal([11, 12, 13], Due(order));
        Assert.Null(order.Missing);
    }

    [Promise("P3", "P13")]
    [Fact]
    public void Whatever_the_order_and_however_often_each_entry_leaves_once_and_in_order() => FsCheck.Check.QuickThrowOnFailure(Prop.ForAll(
        ArbMap.Default.ArbFor<(int Seq, bool TakeHere)[]>(), steps =>
        {
            var order = new LogOrder(0);
            var left = new List<long>();
            foreach (var (seq, takeHere) in steps.Concat(Enumerable.Range(1, 20).Reverse().Select(seq => (seq, false))))
            {
                order.Add(Entry(Math.Abs(seq % 20) + 1), null);
                if (takeHere) left.AddRange(Due(order));
            }
            left.AddRange(Due(order));
            return left.SequenceEqual(Enumerable.Range(1, 20).Select(seq => (long)seq));
        }));
}
