using ActorChat.Protocol;
using Akka.Actor;

namespace ActorChat.Actors.Sessions;

/// <summary>
/// The reads of one session: <c>history</c> and <c>pull</c>, read from the store and encoded outside the actor. A limited number run at
/// once and more wait here. Waiting frames count as unhandled, so the socket stops being read when there are too many.
/// </summary>
sealed class SessionReads(SessionServices services, IActorRef session)
{
    Queue<ClientFrame>? waiting;
    int running;

    /// <summary>A read has ended.</summary>
    /// <param name="Frames">The reply; null if the store was not available.</param>
    public sealed record Ended(long? Request, FrameBatch? Frames);

    public bool IsIdle => running == 0;

    public void Start(ClientFrame request)
    {
        if (running == services.Options.Reads)
        {
            (waiting ??= new Queue<ClientFrame>()).Enqueue(request);
            return;
        }
        running++;
        var reply = request switch
        {
            HistoryFrame history => HistoryAsync(history),
            PullFrame pull => PullAsync(pull),
            _ => throw new ArgumentException($"{request.GetType().Name} is no read.", nameof(request)),
        };
        reply.PipeTo(session, success: frames => new Ended(request.Id, frames), failure: _ => new Ended(request.Id, null));
    }

    public void OnEnded()
    {
        running--;
        if (waiting?.TryDequeue(out var next) == true) Start(next);
    }

    async Task<FrameBatch> HistoryAsync(HistoryFrame request)
    {
        var page = await services.Store.ReadMessagesAsync(request.Conversation, request.Page, CancellationToken.None);
        return Reply(request, json =>
        {
            json.WriteStartArray("messages"u8);
            foreach (var message in page.Messages)
            {
                json.WriteStartObject();
                EventWriter.Write(json, message);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteBoolean("at_start"u8, page.AtStart);
            json.WriteBoolean("at_end"u8, page.AtEnd);
            json.WriteNumber("as_of"u8, page.AsOf);
        });
    }

    async Task<FrameBatch> PullAsync(PullFrame request)
    {
        var to = Math.Min(request.To, request.From + WireLimits.PullRange - 1);
        var events = await services.Store.ReadEventsAsync(request.Conversation, request.From, to, CancellationToken.None);
        return Reply(request, json =>
        {
            json.WriteStartArray("events"u8);
            foreach (var entry in events)
            {
                json.WriteStartObject();
                EventWriter.Write(json, entry);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }

    static FrameBatch Reply(ClientFrame request, Action<System.Text.Json.Utf8JsonWriter> write)
    {
        if (request.Id is not { } re) return FrameBatch.Empty;
        var builder = FrameBatchBuilder.OfThisThread;
        write(ServerFrames.BeginOk(builder, re));
        builder.End();
        return builder.Build();
    }
}
