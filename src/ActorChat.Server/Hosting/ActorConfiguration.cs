using ActorChat.Actors;
using ActorChat.Domain;
using ActorChat.Server.Options;
using ActorChat.Server.Sockets;
using Akka.Configuration;

namespace ActorChat.Server.Hosting;

/// <summary>How the actors run, from hocon/actorchat.conf.</summary>
public sealed record ActorConfiguration(Config Config, ActorSettings Settings, OutboxLimits Outbox)
{
    static readonly Dictionary<string, string[]> Known = new()
    {
        ["persistence"] = ["max-batch", "queue-limit"],
        ["conversation"] = ["tail", "classic-history", "bot-context", "passivate-after", "answer-owed-after"],
        ["session"] = ["hello-timeout", "name-timeout", "in-flight", "reads", "revoked-poll"],
        ["reads"] = ["tell-after", "save-after", "max-batch", "queue-limit"],
        ["presence"] = ["gather", "grace", "named"],
        ["outbox"] = ["frames", "bytes"],
        ["answers"] = ["at-once", "queue-limit", "delta-interval", "save-interval", "timeout", "max-chars", "context-chars"],
        ["tail"] = ["poll", "max-entries"],
    };

    /// <exception cref="StartException">The file cannot be read, or has something that nobody reads.</exception>
    public static ActorConfiguration Read(string file)
    {
        try
        {
            var config = ConfigurationFactory.ParseString(File.ReadAllText(file));
            RefuseUnknown(config.GetConfig("actorchat"), "actorchat", Known.Keys);
            foreach (var (section, keys) in Known) RefuseUnknown(config.GetConfig($"actorchat.{section}"), $"actorchat.{section}", keys);
            var outbox = new OutboxLimits();
            outbox = new OutboxLimits(config.GetInt("actorchat.outbox.frames", outbox.Frames), config.GetInt("actorchat.outbox.bytes", outbox.Bytes));
            var settings = ActorSettings.From(config);
            foreach (var (name, number) in Numbers(settings, outbox))
                if (number < 1)
                    throw new StartException($"actorchat.{name} in {Path.GetFileName(file)} is {number}; it is 1 or more.");
            return new ActorConfiguration(config, settings, outbox);
        }
        catch (Exception e) when (e is not StartException)
        {
            // Every way in which reading a file of settings can fail is a fault of the file.
            throw new StartException($"{file} cannot be read: {e.Message}", e);
        }
    }

    static void RefuseUnknown(Config? section, string path, IEnumerable<string> known)
    {
        if (section is null) return;
        foreach (var (key, _) in section.AsEnumerable())
            if (!known.Contains(key, StringComparer.Ordinal))
                throw new StartException($"The setting {path}.{key} is unknown. There are: {string.Join(", ", known)}.");
    }

    static IEnumerable<(string Name, double Value)> Numbers(ActorSettings settings, OutboxLimits outbox) =>
    [
        ("persistence.max-batch", settings.Persistence.MaxBatch),
        ("persistence.queue-limit", settings.Persistence.QueueLimit),
        ("conversation.tail", settings.Conversations.Tail),
        ("conversation.classic-history", settings.Conversations.ClassicHistory),
        ("conversation.bot-context", settings.Conversations.BotContext),
        ("conversation.passivate-after (ms)", settings.Conversations.PassivateAfter.TotalMilliseconds),
        ("conversation.answer-owed-after (ms)", settings.Conversations.AnswerOwedAfter.TotalMilliseconds),
        ("session.hello-timeout (ms)", settings.Sessions.HelloTimeout.TotalMilliseconds),
        ("session.name-timeout (ms)", settings.Sessions.NameTimeout.TotalMilliseconds),
        ("session.in-flight", settings.Sessions.InFlight),
        ("session.reads", settings.Sessions.Reads),
        ("session.revoked-poll (ms)", settings.Sessions.RevokedPoll.TotalMilliseconds),
        ("reads.tell-after (ms)", settings.Reads.TellAfter.TotalMilliseconds),
        ("reads.save-after (ms)", settings.Reads.SaveAfter.TotalMilliseconds),
        ("reads.max-batch", settings.Reads.MaxBatch),
        ("reads.queue-limit", settings.Reads.QueueLimit),
        ("presence.gather (ms)", settings.Presence.Gather.TotalMilliseconds),
        ("presence.grace (ms)", settings.Presence.Grace.TotalMilliseconds),
        ("presence.named", settings.Presence.Named),
        ("outbox.frames", outbox.Frames),
        ("outbox.bytes", outbox.Bytes),
        ("answers.at-once", settings.Answers.AtOnce),
        ("answers.queue-limit", settings.Answers.QueueLimit),
        ("answers.delta-interval (ms)", settings.Answers.DeltaInterval.TotalMilliseconds),
        ("answers.save-interval (ms)", settings.Answers.SaveInterval.TotalMilliseconds),
        ("answers.timeout (ms)", settings.Answers.Timeout.TotalMilliseconds),
        ("answers.max-chars", settings.Answers.MaxChars),
        ("answers.context-chars", settings.Answers.ContextChars),
        ("tail.poll (ms)", settings.Tail.Poll.TotalMilliseconds),
        ("tail.max-entries", settings.Tail.MaxEntries),
    ];
}
