using ActorChat.Actors.Agents;
using ActorChat.Actors.Nodes;
using ActorChat.Domain;
using Akka.Actor;

namespace ActorChat.Actors.Conversations;

/// <summary>
/// Other nodes in the same conversation: their durable events come from the shared log, their ephemeral ones from the bus.
/// </summary>
sealed partial class ConversationActor
{
    static readonly TimeSpan RequestAgainAfter = TimeSpan.FromMilliseconds(500);

    // A PostgreSQL notification holds 8000 bytes, and a character takes at most 6 as JSON.
    const int PieceChars = 1000;

    readonly List<Subscribe> awaitingRead = [];
    readonly HashSet<long> ownAnswers = []; // answers that run on this node
    bool readRequested;

    void ReceiveFromOtherNodes()
    {
        Receive<LogAdvanced>(OnLogAdvanced);
        Receive<LogRead>(OnLogRead);
        Receive<Heard>(heard => OnHeard(heard.News));
        Receive<RequestedRecently>(_ => { });
    }

    // The log may bring an event of this node before its commit has been answered.
    void OnLogAdvanced(LogAdvanced advanced)
    {
        var own = committing == 0
            ? null
            : batch.Select(p => p.Tag).OfType<PostMessage>().ToLookup(p => (p.Sender.Id, p.Key, p.Text), p => p.Session);
        foreach (var entry in advanced.Events)
            order.Add(entry, entry is MessagePosted { Message: var m } ? own?[(m.Sender.Id, m.Key, m.Text)].FirstOrDefault() : null);
        Publish([]);
    }

    // An event of this node follows a gap. Other nodes wrote what is missing, and a read of the log that begins now finds it.
    void RequestMissing()
    {
        if (order.Missing is not { } missing || readRequested) return;
        if (services.SharedLog is null)
            throw new InvalidOperationException($"Event {missing} of {id} is missing, and no other node writes this log.");
        readRequested = true;
        services.SharedLog.Tell(new ReadLog(id, missing));
    }

    void OnLogRead(LogRead read)
    {
        if (read.Why is Subscribe request)
        {
            if (awaitingRead.Remove(request)) Admit(request);
            return;
        }
        readRequested = false;
        if (order.Missing is not { } missing) return;
        // It may belong to a commit of this node whose outcome is still on its way. Then OnPersisted looks again.
        if (missing != (long)read.Why) RequestMissing();
        else if (committing == 0)
            // The clients resume from the store.
            throw new InvalidOperationException($"Event {missing} of {id} is not in the log.");
    }

    // The client may just have been on another node and may have seen events that this node does not know yet. No client may see a
    // conversation go back, so the log is read first; one read serves all who wait. If the log cannot be read, their sessions time out.
    void AdmitAfterReading(Subscribe request)
    {
        awaitingRead.Add(request);
        services.SharedLog!.Tell(new ReadLog(id, request));
    }

    void OnHeard(NodeNews news)
    {
        switch (news)
        {
            case UserTyped typed: PublishTyping(typed.User); break;
            case AnswerSaid said: OnAnswerSaid(said); break;
            case AnswerWanted wanted: OnAnswerWanted(wanted); break;
        }
    }

    // Takes only the text that continues what is here. Pieces may be lost, repeated or reordered.
    void OnAnswerSaid(AnswerSaid said)
    {
        if (!state.Answers.TryGetValue(said.MessageSeq, out var text) || ownAnswers.Contains(said.MessageSeq)) return;
        if (said.Offset > text.Length) RequestText(said.MessageSeq, text.Length);
        else if (said.Offset + said.Text.Length > text.Length)
            Grow(new AnswerGrew(id, said.MessageSeq, text.Length, said.Text[(text.Length - said.Offset)..]));
    }

    void RequestText(long answer, int offset)
    {
        if (Timers.IsTimerActive(answer)) return;
        Timers.StartSingleTimer(answer, RequestedRecently.Instance, RequestAgainAfter);
        services.Bus.Publish(new AnswerWanted(id, answer, offset));
    }

    void OnAnswerWanted(AnswerWanted wanted)
    {
        if (!ownAnswers.Contains(wanted.MessageSeq) || !state.Answers.TryGetValue(wanted.MessageSeq, out var text)) return;
        if (wanted.Offset >= 0 && wanted.Offset < text.Length) PublishText(wanted.MessageSeq, wanted.Offset, text[wanted.Offset..]);
    }

    // Sends text to the other nodes, in pieces that end between two characters.
    void PublishText(long answer, int offset, string text)
    {
        for (var from = 0; from < text.Length;)
        {
            var to = Math.Min(from + PieceChars, text.Length);
            if (to < text.Length && char.IsHighSurrogate(text[to - 1])) to--;
            services.Bus.Publish(new AnswerSaid(id, answer, offset + from, text[from..to]));
            from = to;
        }
    }

    // Asks for the unsaved text of answers that run on other nodes and ran already when this conversation was loaded.
    void RequestRunningAnswers()
    {
        if (services.SharedLog is null) return;
        foreach (var (answer, text) in state.Answers) RequestText(answer, text.Length);
    }

    sealed record RequestedRecently { public static readonly RequestedRecently Instance = new(); }
}
