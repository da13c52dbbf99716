namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    /// <summary>What is left of the block that this is called in, see Within.</summary>
    public TimeSpan Remaining => end is null
        ? throw new InvalidOperationException("Remaining may not be called outside of \"within\"")
        : RemainingOr(TimeSpan.Zero);

    public TimeSpan RemainingOrDefault => RemainingOr(Dilated(TestKitSettings.SingleExpectDefault));
    public TimeSpan RemainingOrDilated(TimeSpan? duration) => duration is { } given ? Dilated(given) : RemainingOrDefault;

    public TimeSpan Dilated(TimeSpan duration) => duration >= TimeSpan.Zero
        ? duration * TestKitSettings.TestTimeFactor
        : throw new ArgumentException("Must not be negative", nameof(duration));

    public TimeSpan GetTimeoutOrDefault(TimeSpan? timeout) => timeout ?? TestKitSettings.SingleExpectDefault;

    protected TimeSpan RemainingOr(TimeSpan duration)
    {
        if (end is not { } limit)
            return duration;
        var left = limit - DateTime.UtcNow;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
