using Akka.Configuration;

namespace ActorChat.Actors;

/// <summary>How the actors run: the section <c>actorchat</c> of hocon/actorchat.conf, which says what each key means.</summary>
public sealed record ActorSettings(
    PersistenceSettings Persistence, ConversationSettings Conversations, SessionSettings Sessions, ReadPositionSettings Reads, PresenceSettings Presence,
    AnswerSettings Answers, TailSettings Tail)
{
    /// <summary>Reads the section. A key that is missing takes the value below; that is what tests run with.</summary>
    public static ActorSettings From(Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new ActorSettings(
            new PersistenceSettings(
                config.GetInt("actorchat.persistence.max-batch", 1000),
                config.GetInt("actorchat.persistence.queue-limit", 20_000)),
            new ConversationSettings(
                config.GetInt("actorchat.conversation.tail", 1000),
                config.GetInt("actorchat.conversation.classic-history", 1000),
                config.GetInt("actorchat.conversation.bot-context", 50),
                config.GetTimeSpan("actorchat.conversation.passivate-after", TimeSpan.FromMinutes(2)),
                config.GetTimeSpan("actorchat.conversation.answer-owed-after", TimeSpan.FromSeconds(15))),
            new SessionSettings(
                config.GetTimeSpan("actorchat.session.hello-timeout", TimeSpan.FromSeconds(5)),
                config.GetTimeSpan("actorchat.session.name-timeout", TimeSpan.FromMinutes(2)),
                config.GetInt("actorchat.session.in-flight", 256),
                config.GetInt("actorchat.session.reads", 4),
                config.GetTimeSpan("actorchat.session.revoked-poll", TimeSpan.FromMilliseconds(500))),
            new ReadPositionSettings(
                config.GetTimeSpan("actorchat.reads.tell-after", TimeSpan.FromMilliseconds(200)),
                config.GetTimeSpan("actorchat.reads.save-after", TimeSpan.FromSeconds(2)),
                config.GetInt("actorchat.reads.max-batch", 1000),
                config.GetInt("actorchat.reads.queue-limit", 20_000)),
            new PresenceSettings(
                config.GetTimeSpan("actorchat.presence.gather", TimeSpan.FromMilliseconds(250)),
                config.GetTimeSpan("actorchat.presence.grace", TimeSpan.FromSeconds(5)),
                config.GetInt("actorchat.presence.named", 1000)),
            new AnswerSettings(
                config.GetInt("actorchat.answers.at-once", 4),
                config.GetInt("actorchat.answers.queue-limit", 64),
                config.GetTimeSpan("actorchat.answers.delta-interval", TimeSpan.FromMilliseconds(60)),
                config.GetTimeSpan("actorchat.answers.save-interval", TimeSpan.FromSeconds(1)),
                config.GetTimeSpan("actorchat.answers.timeout", TimeSpan.FromMinutes(2)),
                config.GetInt("actorchat.answers.max-chars", 32_768),
                config.GetInt("actorchat.answers.context-chars", 16_000)),
            new TailSettings(
                config.GetTimeSpan("actorchat.tail.poll", TimeSpan.FromMilliseconds(250)),
                config.GetInt("actorchat.tail.max-entries", 500)));
    }
}

/// <param name="MaxBatch">Commands in one commit at most.</param>
/// <param name="QueueLimit">Commands that wait at most; beyond it the answer is <c>busy</c>.</param>
public sealed record PersistenceSettings(int MaxBatch, int QueueLimit);

/// <param name="Tail">Events kept in memory for clients that resume, and messages for clients that open.</param>
/// <param name="ClassicHistory">Messages that a classic client gets when it connects.</param>
/// <param name="BotContext">The newest messages that the bot is handed with a question, at most.</param>
/// <param name="PassivateAfter">A conversation that nobody is in ends after so long.</param>
/// <param name="AnswerOwedAfter">A question that nobody has begun to answer within it, since its node died perhaps, is taken over.</param>
public sealed record ConversationSettings(int Tail, int ClassicHistory, int BotContext, TimeSpan PassivateAfter, TimeSpan AnswerOwedAfter)
{
    /// <summary>Messages kept in memory: as many as any client may get when it opens.</summary>
    public int MessagesKept => Math.Max(Tail, ClassicHistory);
}

/// <param name="HelloTimeout">From the connection to the first frame.</param>
/// <param name="NameTimeout">From a refused name to the next.</param>
/// <param name="InFlight">Unanswered sends of one connection; with more, its socket is not read.</param>
/// <param name="Reads">Reads of one connection at once; more wait.</param>
/// <param name="RevokedPoll">How often the store is asked which sessions were ended by another server or an operator.</param>
public sealed record SessionSettings(TimeSpan HelloTimeout, TimeSpan NameTimeout, int InFlight, int Reads, TimeSpan RevokedPoll);

/// <param name="TellAfter">What a user reads within it is told to the user's other sessions as one.</param>
/// <param name="SaveAfter">The same for the store.</param>
/// <param name="MaxBatch">Marks in one command to the store at most.</param>
/// <param name="QueueLimit">Marks that wait for the store at most; beyond it one is dropped, and the user's next takes its place.</param>
public sealed record ReadPositionSettings(TimeSpan TellAfter, TimeSpan SaveAfter, int MaxBatch, int QueueLimit);

/// <param name="Gather">Who comes and goes within it is told as one; longer in a large room.</param>
/// <param name="Grace">Who is back within it, as after a reload, has not been away.</param>
/// <param name="Named">With more people in a conversation only their number is told.</param>
public sealed record PresenceSettings(TimeSpan Gather, TimeSpan Grace, int Named);

/// <param name="AtOnce">Answers that run at the same time, in all conversations.</param>
/// <param name="QueueLimit">Questions that wait for that at most; a further one is answered as failed.</param>
/// <param name="DeltaInterval">What the model says within it becomes one frame.</param>
/// <param name="SaveInterval">How often a running answer's text is kept for the case of a crash.</param>
/// <param name="Timeout">An answer that takes longer is ended as failed, with what there is of it.</param>
/// <param name="MaxChars">The same for one that is longer.</param>
/// <param name="ContextChars">What the model is shown of the conversation, at most: the newest lines that fit.</param>
public sealed record AnswerSettings(
    int AtOnce, int QueueLimit, TimeSpan DeltaInterval, TimeSpan SaveInterval, TimeSpan Timeout, int MaxChars, int ContextChars);

/// <param name="Poll">How often the log is looked at where no doorbell rings.</param>
/// <param name="MaxEntries">Entries of a shard that are read at once at most.</param>
public sealed record TailSettings(TimeSpan Poll, int MaxEntries);
