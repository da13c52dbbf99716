using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using ActorChat.Selftest.Histories;

namespace ActorChat.Selftest.Clients;

/// <summary>Reading: every frame becomes an entry of the record.</summary>
sealed partial class ChatSession
{
    long pauseUntil;

    /// <summary>Stops reading for a while, as a client with a bad connection does.</summary>
    public void Pause(TimeSpan time) => Volatile.Write(ref pauseUntil, Environment.TickCount64 + (long)time.TotalMilliseconds);

    async Task ReadAsync()
    {
        try
        {
            while (await wire.ReceiveAsync())
            {
                if (!ReadFrames()) break;
                while (Volatile.Read(ref pauseUntil) > Environment.TickCount64 && !ended.IsCancellationRequested) await Task.Delay(20);
            }
        }
        catch (WireException)
        {
            // The connection ended before the answer to a ping or a close.
        }
        recorder.Add(new Ended(Connection, CloseCode));
        await ended.CancelAsync();
        wire.Cut();
        live.TrySetException(new WireException($"The connection ended ({(CloseCode is { } code ? $"closed {code}" : "cut")}) before it was live."));
        foreach (var read in reads.Values) read.Done.TrySetException(new WireException("The connection ended before the answer."));
    }

    bool ReadFrames()
    {
        while (wire.TryRead(out var opcode, out var payload))
        {
            switch (opcode)
            {
                case WireSocket.Text: Take(payload); break;
                case WireSocket.Ping:
                    wire.Queue(payload, WireSocket.Pong);
                    wire.Flush();
                    break;
                case WireSocket.Close:
                    CloseCode = payload.Length < 2 ? 1005 : BinaryPrimitives.ReadUInt16BigEndian(payload);
                    wire.Queue(payload, WireSocket.Close);
                    wire.Flush();
                    return false;
            }
        }
        return true;
    }

    void Take(ReadOnlySpan<byte> payload)
    {
        if (recorder.Recorder.TryGetEvent(payload, out var known))
        {
            OnEvent(known, Source.Live);
            return;
        }
        try
        {
            var reader = new Utf8JsonReader(payload);
            using var document = JsonDocument.ParseValue(ref reader);
            Take(document.RootElement, payload);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ProtocolBrokenException)
        {
            recorder.Add(new InvalidFrame(Connection, $"{e.Message} {Encoding.UTF8.GetString(payload[..Math.Min(200, payload.Length)])}"));
        }
    }

    void Take(JsonElement frame, ReadOnlySpan<byte> payload)
    {
        switch (frame.GetProperty("type").GetString())
        {
            case "ok": OnOk(frame); break;
            case "error": OnError(frame); break;
            case "welcome": OnWelcome(frame); break;
            case "sync":
                WasSynced = true;
                Events(frame, Source.Sync);
                break;
            case "reset": OnReset(frame); break;
            case "live":
                recorder.Add(new WentLive(Connection));
                live.TrySetResult();
                break;
            case "ai_delta":
                recorder.Add(new DeltaReceived(Connection, frame.GetProperty("message").GetInt64(), frame.GetProperty("offset").GetInt32(),
                    frame.GetProperty("text").GetString()!));
                break;
            default:
                // A frame with a seq and a time is an event of the log. Other frames may be missed.
                if (frame.TryGetProperty("seq", out _) && frame.TryGetProperty("at", out _))
                    OnEvent(recorder.Recorder.Event(payload), Source.Live);
                break;
        }
    }

    void OnEvent(LoggedEvent e, Source how)
    {
        recorder.Add(new EventReceived(Connection, e, how));
        // Also after a gap: the gap is recorded, and the events after it are checked as well.
        if (how is Source.Live or Source.Sync && e.Seq > Cursor) Cursor = e.Seq;
    }

    void OnWelcome(JsonElement frame)
    {
        recorder.UserId = frame.GetProperty("user").GetProperty("id").GetString();
        Epoch = frame.GetProperty("epoch").GetString();
        Token = frame.TryGetProperty("token", out var token) ? token.GetString() : null;
        Head = frame.GetProperty("conversations").EnumerateArray().Single(c =>
            c.GetProperty("id").GetString() == Conversation).GetProperty("head").GetInt64();
        Cursor = arrival.Token is null ? null : arrival.Cursor;
        recorder.Add(new Opened(Connection, Epoch!, Head, Cursor, asked));
    }

    void OnReset(JsonElement frame)
    {
        var asOf = frame.GetProperty("as_of").GetInt64();
        var (from, to) = frame.TryGetProperty("hole", out var hole) ? (hole[0].GetInt64(), hole[1].GetInt64()) : ((long?)null, (long?)null);
        recorder.Add(new ResetReceived(Connection, frame.GetProperty("why").GetString()!, asOf, from, to, Messages(frame)));
        Cursor = asOf;
    }

    void OnOk(JsonElement frame)
    {
        var re = frame.GetProperty("re").GetInt64();
        if (drafts.TryRemove(re, out var draft))
        {
            recorder.Add(new Acknowledged(
                Connection, re, draft.Key, draft.Text, frame.GetProperty("seq").GetInt64(), frame.GetProperty("at").GetString()!,
                    frame.GetProperty("duplicate").GetBoolean()));
            settle(draft.Key);
            window.Release();
        }
        else if (reads.TryRemove(re, out var read))
        {
            if (read.How is { } how)
            {
                Events(frame, how);
                read.Done.TrySetResult(null);
                return;
            }
            var messages = Messages(frame);
            recorder.Add(new PageReceived(Connection, frame.GetProperty("as_of").GetInt64(), messages));
            read.Done.TrySetResult(frame.GetProperty("at_start").GetBoolean() || messages.Count == 0 ? null : messages[0].Seq);
        }
        else
        {
            recorder.Add(new InvalidFrame(Connection, $"request {re} was answered twice, or was never sent"));
        }
    }

    void OnError(JsonElement frame)
    {
        var code = frame.GetProperty("code").GetString()!;
        var re = frame.TryGetProperty("re", out var id) ? id.GetInt64() : -1;
        if (re == 0)
        {
            Refusal = code;
            live.TrySetException(new WireException($"hello was refused with {code}."));
        }
        else if (drafts.TryRemove(re, out var draft))
        {
            recorder.Add(new Refused(Connection, re, draft.Key, draft.Text, code));
            window.Release();
        }
        else if (reads.TryRemove(re, out var read))
        {
            read.Done.TrySetException(new WireException($"A read was refused with {code}."));
        }
    }

    void Events(JsonElement frame, Source how)
    {
        foreach (var e in frame.GetProperty("events").EnumerateArray())
            OnEvent(recorder.Recorder.Event(JsonMarshal.GetRawUtf8Value(e)), how);
    }

    List<FoldedMessage> Messages(JsonElement frame) =>
        [.. frame.GetProperty("messages").EnumerateArray()
            .Select(m => FoldedMessage.Of(recorder.Recorder.Event(JsonMarshal.GetRawUtf8Value(m))))];
}
