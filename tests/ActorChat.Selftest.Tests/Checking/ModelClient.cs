using ActorChat.Selftest.Histories;

namespace ActorChat.Selftest.Tests.Checking;

/// <summary>A client of the <see cref="ModelServer"/> that records everything. Its methods are all that can happen to a client.</summary>
sealed class ModelClient
{
    readonly ModelServer server;
    readonly Recorder recorder;
    readonly ClientRecorder record;
    readonly List<(string Key, string Text)> sent = [];
    readonly Dictionary<string, string> unknown = [];
    readonly string name;
    int connection;
    long request, cursor;

    public ModelClient(ModelServer server, Recorder recorder, string name)
    {
        (this.server, this.recorder, this.name) = (server, recorder, name);
        record = new ClientRecorder(recorder, name) { UserId = name };
        Connect(null);
    }

    public ClientHistory History => record.ToHistory();

    public void Connect(long? from)
    {
        if (connection > 0) record.Add(new Ended(connection, null));
        connection++;
        var asked = recorder.Next();
        record.Add(new Opened(connection, "e1", server.Head, from, asked));
        if (from is null) Fill(record, new ResetReceived(connection, "new", server.Head, null, null, server.Messages(server.Head, 50)));
        foreach (var e in server.Log.Skip((int)(from ?? server.Head))) record.Add(new EventReceived(connection, e, Source.Sync));
        record.Add(new WentLive(connection));
        cursor = server.Head;
    }

    // Requests the missing events at once, as a client does.
    void Fill(ClientRecorder to, ResetReceived reset)
    {
        to.Add(reset);
        foreach (var e in server.Log) to.Add(new EventReceived(connection, e, Source.Fill));
    }

    public void ConnectAgain() => Connect(cursor);

    public void ConnectFromBefore(int back) => Connect(Math.Max(0, cursor - back));

    public void CatchUp()
    {
        foreach (var e in server.Log.Skip((int)cursor)) record.Add(new EventReceived(connection, e, Source.Live));
        cursor = server.Head;
    }

    /// <summary>Sends several messages; the answers come after all of them were sent.</summary>
    public void SendNew(int count, bool answered = true)
    {
        var burst = Enumerable.Range(0, count)
            .Select(_ => (Key: $"{name}-key-{sent.Count}-{request}-{++request}", Request: request)).ToArray();
        foreach (var (key, id) in burst)
        {
            var text = $"text of {key}";
            sent.Add((key, text));
            unknown.Add(key, text);
            record.Add(new Sent(connection, id, key, text));
        }
        foreach (var (key, id) in burst) Store(id, key, unknown[key], answered);
    }

    void Store(long id, string key, string text, bool answered)
    {
        var (stored, duplicate) = server.Store(name, key, text);
        if (!answered) return;
        unknown.Remove(key);
        record.Add(new Acknowledged(connection, id, key, text, stored.Seq, ModelServer.At(stored.Seq), duplicate));
    }

    public void SendWithoutDelivery()
    {
        for (var i = 0; i < 2; i++)
        {
            var key = $"{name}-lost-{++request}";
            unknown.Add(key, $"not delivered {key}");
            record.Add(new Sent(connection, request, key, unknown[key]));
        }
        ConnectAgain();
    }

    public void BeRefused()
    {
        var key = $"{name}-refused-{++request}";
        unknown.Add(key, "not now");
        record.Add(new Sent(connection, request, key, "not now"));
        record.Add(new Refused(connection, request, key, "not now", "busy"));
    }

    public void Repeat()
    {
        if (sent.Count > 0) Send(sent[sent.Count / 2].Key, sent[sent.Count / 2].Text);
    }

    public void RepeatUnknown()
    {
        foreach (var (key, text) in unknown.ToArray().Reverse()) Send(key, text);
    }

    void Send(string key, string text)
    {
        record.Add(new Sent(connection, ++request, key, text));
        Store(request, key, text, answered: true);
    }

    public void ReuseAKey()
    {
        if (sent.Count == 0 || unknown.ContainsKey(sent[0].Key)) return;
        record.Add(new Sent(connection, ++request, sent[0].Key, "something else"));
        record.Add(new Refused(connection, request, sent[0].Key, "something else", "key_reused"));
    }

    public void AskTheBot()
    {
        SendNew(1);
        var begun = ModelServer.Answer(server.Head + 1, server.Head);
        server.Log.Add(begun);
        record.Add(new DeltaReceived(connection, begun.Seq, 0, "It depends"));
        record.Add(new DeltaReceived(connection, begun.Seq, 10, " on it."));
        server.Log.Add(ModelServer.End(server.Head + 1, begun.Seq, "It depends on it."));
    }

    public void ReadAgain()
    {
        foreach (var e in server.Log.Take((int)cursor).TakeLast(3)) record.Add(new EventReceived(connection, e, Source.Pull));
        record.Add(new PageReceived(connection, server.Head, [.. server.Messages(server.Head).SkipLast(1).TakeLast(5)]));
    }
}
