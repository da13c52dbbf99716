using ActorChat.Actors.Agents;
using ActorChat.Actors.Nodes;
using ActorChat.Domain;
using Akka.Actor;

namespace ActorChat.Actors.Conversations;

/// <summary>What other nodes do in the same conversation: their entries come from the log, and what may be lost from the bus.</summary>
public sealed partial class ConversationActor
{
    static readonly TimeSpan WantAgainAfter = TimeSpan.FromMilliseconds(500);

    // A notification takes 8000 bytes, and a character takes 6 at most as JSON.
    const int PieceChars = 1000;

    readonly List<Subscribe> waiting = [];
    readonly HashSet<long> ownAnswers = []; // those that are given on this node
    bool askedForLog;

    void OpenToOtherNodes()
    {
        Receive<LogAdvanced>(OnLogAdvanced);
        Receive<LogRead>(OnLogRead);
        Receive<Heard>(heard => OnHeard(heard.News));
        Receive<WantedLately>(_ => { });
    }

    // An entry of one's own may come from the log before its commit has been answered.
    void OnLogAdvanced(LogAdvanced advanced)
    {
        var own = committing == 0 ? null : underWay.Select(p => p.Tag).OfType<PostMessage>().ToLookup(p => (p.Sender.Id, p.Key, p.Text), p => p.Session);
        foreach (var entry in advanced.Events)
            order.Add(entry, entry is MessagePosted { Message: var m } ? own?[(m.Sender.Id, m.Key, m.Text)].FirstOrDefault() : null);
        Announce([]);
    }

    // An entry of one's own with a gap before it: others wrote that, and a reading of the log that begins now finds it.
    void LookForGaps()
    {
        if (order.Missing is not { } missing || askedForLog) return;
        if (services.Tail is null) throw new InvalidOperationException($"Entry {missing} of {id} is missing, and nobody else writes this log.");
        askedForLog = true;
        services.Tail.Tell(new ReadLog(id, missing));
    }

    void OnLogRead(LogRead read)
    {
        if (read.Why is Subscribe request)
        {
            if (waiting.Remove(request)) Admit(request);
            return;
        }
        askedForLog = false;
        if (order.Missing is not { } missing) return;
        // It may be of one's own commit, whose answer is still on its way here: that looks again.
        if (missing != (long)read.Why) LookForGaps();
        else if (committing == 0) throw new InvalidOperationException($"Entry {missing} of {id} is not in the log."); // ending sends everybody to the store
    }

    // Who comes has perhaps just been on another node, and has seen what is not known here yet. Nobody is to see the room go back, so
    // the log is read first. However many come meanwhile, it is one reading. While it cannot be read nobody comes in: their sessions give up.
    void AdmitAfterReading(Subscribe request)
    {
        waiting.Add(request);
        services.Tail!.Tell(new ReadLog(id, request));
    }

    void OnHeard(NodeNews news)
    {
        switch (news)
        {
            case UserTyped typed: TellTyping(typed.User); break;
            case AnswerSaid said: OnAnswerSaid(said); break;
            case AnswerWanted wanted: OnAnswerWanted(wanted); break;
        }
    }

    // Only what goes on where the text here ends: pieces may be repeated, lost, or come before what they go on from.
    void OnAnswerSaid(AnswerSaid said)
    {
        if (!state.Answers.TryGetValue(said.MessageSeq, out var text) || ownAnswers.Contains(said.MessageSeq)) return;
        if (said.Offset > text.Length) Want(said.MessageSeq, text.Length);
        else if (said.Offset + said.Text.Length > text.Length)
            Grow(new AnswerGrew(id, said.MessageSeq, text.Length, said.Text[(text.Length - said.Offset)..]));
    }

    void Want(long answer, int offset)
    {
        if (Timers.IsTimerActive(answer)) return;
        Timers.StartSingleTimer(answer, WantedLately.Instance, WantAgainAfter);
        services.Bus.Publish(new AnswerWanted(id, answer, offset));
    }

    void OnAnswerWanted(AnswerWanted wanted)
    {
        if (!ownAnswers.Contains(wanted.MessageSeq) || !state.Answers.TryGetValue(wanted.MessageSeq, out var text)) return;
        if (wanted.Offset >= 0 && wanted.Offset < text.Length) Say(wanted.MessageSeq, wanted.Offset, text[wanted.Offset..]);
    }

    // To the other nodes, in pieces that end between two characters.
    void Say(long answer, int offset, string text)
    {
        for (var from = 0; from < text.Length;)
        {
            var to = Math.Min(from + PieceChars, text.Length);
            if (to < text.Length && char.IsHighSurrogate(text[to - 1])) to--;
            services.Bus.Publish(new AnswerSaid(id, answer, offset + from, text[from..to]));
            from = to;
        }
    }

    // Answers that ran when this conversation was loaded and are given elsewhere: what they have said since it was saved.
    void WantRunningAnswers()
    {
        if (services.Tail is null) return;
        foreach (var (answer, text) in state.Answers) Want(answer, text.Length);
    }

    sealed record WantedLately { public static readonly WantedLately Instance = new(); }
}
