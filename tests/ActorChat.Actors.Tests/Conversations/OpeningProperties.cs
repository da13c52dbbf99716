using System.Text;
using System.Text.Json;
using ActorChat.Actors.Conversations;
using ActorChat.Actors.Tests.Persistence;
using ActorChat.Domain;
using ActorChat.Protocol;
using ActorChat.Selftest.Histories;
using Akka.Actor;
using FsCheck;
using FsCheck.Fluent;

namespace ActorChat.Actors.Tests.Conversations;

/// <summary>
/// A client that reconnects shows the same messages as a client that stayed connected, whatever happened in between.
/// </summary>
public class OpeningProperties
{
    // Small limits, so that some clients resume and others are too far behind and get a reset.
    static readonly ConversationOptions Settings = new() { Tail = 30, ClassicHistory = 80, BotContext = 3,
        PassivateAfter = TimeSpan.FromMinutes(1), AnswerOwedAfter = TimeSpan.FromMinutes(1) };

    static List<ConversationEvent> CreateLog(IEnumerable<int> kinds)
    {
        var log = new List<ConversationEvent>();
        var running = new Queue<long>();
        foreach (var kind in kinds)
        {
            var seq = log.Count + 1L;
            if (kind == 0) running.Enqueue(seq);
            log.Add(kind switch
            {
                0 => new MessagePosted(new Message(ConversationId.Default, seq, Author.Bot, MessageKind.Ai, "", HeldStore.Noon,
                    $"answer-{seq}", Math.Max(1, seq - 1), new Answer(AnswerState.Running, "m", null))),
                1 when running.TryDequeue(out var begun) =>
                    new AnswerEnded(ConversationId.Default, seq, HeldStore.Noon, begun, AnswerState.Done, $"the answer {begun}"),
                _ => new MessagePosted(new Message(
                    ConversationId.Default, seq, HeldStore.Ann, MessageKind.User, $"text {seq}", HeldStore.Noon, $"key-{seq}")),
            });
        }
        return log;
    }

    static byte[] Encode(ConversationEvent e)
    {
        var builder = new FrameBatchBuilder();
        EventWriter.Write(builder.Begin(), e);
        var text = builder.End();
        return builder.Build().Bytes[text].ToArray();
    }

    static Fold FoldAll(IEnumerable<ConversationEvent> events)
    {
        var fold = new Fold();
        foreach (var e in events) fold.Apply(LoggedEvent.Parse(Encode(e)));
        return fold;
    }

    // A conversation that was loaded from the store in the middle of its log and has applied the later events one by one.
    static (ConversationState State, ConversationTail Tail) LoadConversation(IReadOnlyList<ConversationEvent> log, int loadedAt)
    {
        var before = log.Take(loadedAt).ToArray();
        var snapshot = new ConversationSnapshot(ConversationId.Default, "General", loadedAt, [.. before.TakeLast(Settings.Tail)],
            [.. FoldMessages(before).TakeLast(Settings.MessagesKept)], 1, HeldStore.Noon);
        var (state, tail) = (ConversationState.From(snapshot), new ConversationTail(snapshot, Settings));
        foreach (var e in log.Skip(loadedAt))
        {
            state = state.Apply(e);
            tail.Add(e, Encode(e));
        }
        return (state, tail);
    }

    static IEnumerable<Message> FoldMessages(IReadOnlyList<ConversationEvent> events)
    {
        var ends = events.OfType<AnswerEnded>().ToDictionary(e => e.MessageSeq);
        return events.OfType<MessagePosted>().Select(p => ends.TryGetValue(p.Message.Seq, out var end)
            ? p.Message with { Text = end.Text, Answer = p.Message.Answer! with { State = end.State } }
            : p.Message);
    }

    static Gen<int[]> Kinds => Gen.Choose(0, Settings.MessagesKept).SelectMany(n => Gen.Choose(0, 5).ArrayOf(n));

    [Promise("P4")]
    [Fact]
    public void A_client_that_reconnects_shows_the_current_messages_or_gets_a_reset() => Prop.ForAll(
        Gen.Choose(0, 120).SelectMany(n => Gen.Choose(0, 5).ArrayOf(n)).ToArbitrary(), Gen.Choose(0, 1000).ToArbitrary(),
            Gen.Choose(0, 1000).ToArbitrary(), (kinds, loadedAt, at) =>
        {
            var log = CreateLog(kinds);
            var cursor = at % (log.Count + 1);
            var (state, tail) = LoadConversation(log, loadedAt % (log.Count + 1));
            var client = FoldAll(log.Take(cursor));
            var now = FoldAll(log).Messages;

            var frames = new ConversationOpening(tail, Settings)
                .For(state, new Subscribe(ConversationId.Default, ActorRefs.Nobody, HeldStore.Ann, Dialect.V1, cursor, OtherEpoch: false));
            var expected = cursor + 1L;
            foreach (var frame in Read(frames))
            {
                if (frame.GetProperty("type").GetString() == "reset")
                {
                    var shown = Events(frame, "messages").Select(FoldedMessage.Of).ToArray();
                    return log.Count - cursor > tail.EventCount && shown.SequenceEqual(now.TakeLast(ConversationOpening.ResetMessages))
                        && frame.GetProperty("as_of").GetInt64() == log.Count;
                }
                foreach (var e in Events(frame, "events"))
                {
                    if (e.Seq != expected++) return false;
                    client.Apply(e);
                }
            }
            return expected == log.Count + 1 && client.Messages.SequenceEqual(now);
        }).QuickCheckThrowOnFailure();

    [Promise("P4")]
    [Fact]
    public void A_loaded_conversation_has_the_same_head_and_running_answers_as_one_that_never_stopped() =>
        Prop.ForAll(Kinds.ToArbitrary(), Gen.Choose(0, 1000).ToArbitrary(), (kinds, loadedAt) =>
    {
        var log = CreateLog(kinds);
        var (state, _) = LoadConversation(log, loadedAt % (log.Count + 1));
        var (running, _) = LoadConversation(log, 0);
        return state.Head == running.Head && state.Answers.Keys.SequenceEqual(running.Answers.Keys);
    }).QuickCheckThrowOnFailure();

    static IEnumerable<LoggedEvent> Events(JsonElement frame, string field) =>
        frame.GetProperty(field).EnumerateArray().Select(e => LoggedEvent.Parse(Encoding.UTF8.GetBytes(e.GetRawText())));

    static List<JsonElement> Read(FrameBatch frames) => [.. FrameTexts.Read(frames)];
}
