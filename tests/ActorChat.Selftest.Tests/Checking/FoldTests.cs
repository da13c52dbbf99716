using ActorChat.Selftest.Histories;
using FsCheck;
using FsCheck.Fluent;

namespace ActorChat.Selftest.Tests.Checking;

public sealed class FoldTests
{
    [Fact]
    public void In_whatever_order_events_and_messages_come_the_fold_is_the_same() => Prop.ForAll(
        Gen.Choose(0, ModelRun.Actions * ModelRun.Clients - 1).ArrayOf().ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(),
            (steps, seed) =>
        {
            var fresh = ModelRun.Of(steps).Fresh;
            var log = fresh.Log.ToArray();
            new Random(seed).Shuffle(log);
            var fold = new Fold();
            foreach (var e in log)
            {
                fold.Apply(e);
                if (e.Seq % 3 == 0 && fresh.Messages.FirstOrDefault(m => m.Seq == e.Seq) is { } now) fold.Put(now);
                if (e.Seq % 4 == 0) fold.Apply(e);
            }
            return fold.Messages.SequenceEqual(fresh.Messages);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_message_that_has_ended_does_not_run_again()
    {
        var fold = new Fold();
        fold.Put(FoldedMessage.Of(ModelServer.Answer(3, 1)) with { State = "done", Text = "whole" });
        fold.Apply(ModelServer.Answer(3, 1));
        Assert.Equal(("done", "whole"), (fold[3]!.State, fold[3]!.Text));
    }
}
