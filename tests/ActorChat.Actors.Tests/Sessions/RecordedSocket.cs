using System.Collections.Concurrent;
using System.Text.Json;
using ActorChat.Actors.Sessions;
using ActorChat.Protocol;

namespace ActorChat.Actors.Tests.Sessions;

/// <summary>A client socket that records the frames it was sent.</summary>
public sealed class RecordedSocket(string id = "1") : IClientSocket
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly BlockingCollection<JsonElement> frames = [];
    readonly TaskCompletionSource<(CloseCode Code, string Reason)> closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int handled;

    public string Id => id;

    public bool HasFrame => frames.Count > 0;

    public int Handled => Volatile.Read(ref handled);

    public bool IsClosed => closed.Task.IsCompleted;

    public void Send(FrameBatch frames, FrameBatch? then = null)
    {
        foreach (var frame in FrameTexts.Read(frames)) this.frames.Add(frame);
        if (then is not null) foreach (var frame in FrameTexts.Read(then)) this.frames.Add(frame);
    }

    public void Close(CloseCode code, string reason) => closed.TrySetResult((code, reason));

    public bool HasSaidHello { get; private set; }

    public void SaidHello() => HasSaidHello = true;

    public void FrameHandled() => Interlocked.Increment(ref handled);

    public JsonElement Next(string type)
    {
        if (!frames.TryTake(out var frame, Patience)) throw new TimeoutException($"No frame arrived; expected {type}.");
        Assert.Equal(type, frame.GetProperty("type").GetString());
        return frame;
    }

    public string? NextError() => Next("error").GetProperty("code").GetString();

    public CloseCode WaitForCloseCode() =>
        closed.Task.Wait(Patience) ? closed.Task.GetAwaiter().GetResult().Code : throw new TimeoutException("The socket was not closed.");
}
