using Microsoft.Playwright;

namespace ActorChat.Server.Tests.Browser;

/// <summary>However much was said, a page holds and draws only what is near its reader.</summary>
[Collection(SharedRoom.Beside)]
public sealed class LongHistoryTests(Chromium chromium, LongRoom room) : IClassFixture<LongRoom>
{
    [SkippableFact]
    public async Task Ten_thousand_messages_scrolled_up_and_down_leave_the_memory_as_it_was_and_never_400_of_them_in_the_page()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        var session = await ann.Context.NewCDPSessionAsync(ann.Page);
        await session.SendAsync("Performance.enable");
        await ann.Page.EvaluateAsync("""
            () => {
              const timeline = document.querySelector("#timeline");
              const rows = () => timeline.querySelectorAll(".row");
              globalThis.most = 0;
              globalThis.first = () => Number(rows()[0].dataset.seq);
              // As fast as the pages come: to a message, or back to the newest.
              globalThis.scrollTo = async (up, goal) => {
                for (;;) {
                  most = Math.max(most, rows().length);
                  if (up ? first() <= goal : !timeline.querySelector(".more:last-child") && timeline.scrollHeight - timeline.clientHeight - timeline.scrollTop < 1) return;
                  timeline.scrollTop = up ? 0 : timeline.scrollHeight;
                  await new Promise((done) => requestAnimationFrame(done));
                }
              };
            }
            """);
        // Once a little way and back: what is made once is made.
        await ScrollAsync(up: true, LongRoom.Messages - 1000);
        await ScrollAsync(up: false);
        var before = await MeasureAsync(session);
        await ScrollAsync(up: true, 1);
        var above = await MeasureAsync(session);
        await ScrollAsync(up: false);
        var after = await MeasureAsync(session);

        Assert.InRange(await ann.Page.EvaluateAsync<int>("most"), 300, 399);
        // 10,000 messages are several MB as text alone; a few hundred KB come and go with the engine's own housekeeping.
        Assert.InRange(above.Heap - before.Heap, double.MinValue, 2_000_000);
        Assert.InRange(after.Heap - before.Heap, double.MinValue, 1_000_000);
        Assert.InRange(after.Nodes - before.Nodes, double.MinValue, 2_000);
        Assert.InRange(after.Listeners - before.Listeners, double.MinValue, 300);
        ann.AssertClean();

        Task ScrollAsync(bool up, int goal = 0) => ann.Page.EvaluateAsync("([up, goal]) => scrollTo(up, goal)", new object[] { up, goal });
    }

    static async Task<Measured> MeasureAsync(ICDPSession session)
    {
        // The second collection takes what the finalizers of the first let go of.
        for (var n = 0; n < 2; n++) await session.SendAsync("HeapProfiler.collectGarbage");
        var answer = await session.SendAsync("Performance.getMetrics");
        var metrics = answer!.Value.GetProperty("metrics").EnumerateArray().ToDictionary(m => m.GetProperty("name").GetString()!, m => m.GetProperty("value").GetDouble());
        return new Measured(metrics["JSHeapUsedSize"], metrics["Nodes"], metrics["JSEventListeners"]);
    }

    sealed record Measured(double Heap, double Nodes, double Listeners);
}
