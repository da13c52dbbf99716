using Microsoft.Playwright;

namespace ActorChat.Server.Tests.Browser;

/// <summary>In a long history the page holds and renders only messages near the reader.</summary>
[Collection(SharedRoom.Beside)]
public sealed class LongHistoryTests(Chromium chromium, LongRoom room) : IClassFixture<LongRoom>
{
    [SkippableFact]
    public async Task Scrolling_through_ten_thousand_messages_keeps_memory_constant_and_fewer_than_400_rows_in_the_page()
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
              // Scrolls as fast as pages load, up to a message or down to the newest.
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
        // Warm up: scroll a little way up and back.
        await ScrollAsync(up: true, LongRoom.Messages - 1000);
        await ScrollAsync(up: false);
        var before = await MeasureAsync(session);
        await ScrollAsync(up: true, 1);
        var above = await MeasureAsync(session);
        await ScrollAsync(up: false);
        var after = await MeasureAsync(session);

        Assert.InRange(await ann.Page.EvaluateAsync<int>("most"), 300, 399);
        // The text of 10,000 messages takes several MB; the engine's own memory varies by a few hundred KB.
        Assert.InRange(above.Heap - before.Heap, double.MinValue, 2_000_000);
        Assert.InRange(after.Heap - before.Heap, double.MinValue, 1_000_000);
        Assert.InRange(after.Nodes - before.Nodes, double.MinValue, 2_000);
        Assert.InRange(after.Listeners - before.Listeners, double.MinValue, 300);
        ann.AssertClean();

        Task ScrollAsync(bool up, int goal = 0) => ann.Page.EvaluateAsync("([up, goal]) => scrollTo(up, goal)", new object[] { up, goal });
    }

    static async Task<Measured> MeasureAsync(ICDPSession session)
    {
        // The second collection frees objects released by finalizers of the first.
        for (var n = 0; n < 2; n++) await session.SendAsync("HeapProfiler.collectGarbage");
        var answer = await session.SendAsync("Performance.getMetrics");
        var metrics = answer!.Value.GetProperty("metrics").EnumerateArray()
            .ToDictionary(m => m.GetProperty("name").GetString()!, m => m.GetProperty("value").GetDouble());
        return new Measured(metrics["JSHeapUsedSize"], metrics["Nodes"], metrics["JSEventListeners"]);
    }

    sealed record Measured(double Heap, double Nodes, double Listeners);
}
