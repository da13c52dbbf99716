using System.Buffers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using ActorChat.Domain;

namespace ActorChat.Storage.Postgres;

/// <summary>
/// Commands in the JSON that the database function <c>commit_commands</c> takes, and its result as outcomes. The other side is
/// Migrations/Postgres/functions.sql. The names in the JSON must not change: during a rolling upgrade nodes of two versions call one
/// function.
/// </summary>
internal static class CommandCodec
{
    // Read by a database, not by a browser: nothing but the JSON itself needs escaping.
    public static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(IReadOnlyList<StoreCommand> commands)
    {
        var bytes = new ArrayBufferWriter<byte>(1024 * commands.Count);
        using (var json = new Utf8JsonWriter(bytes, Plain))
        {
            json.WriteStartArray();
            foreach (var command in commands)
            {
                json.WriteStartObject();
                Write(json, command);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>
    /// Why a command cannot be sent to the database; null if it can. Checked in advance, so that it does not fail the rest of its batch.
    /// </summary>
    public static string? Unstorable(StoreCommand command)
    {
        string?[]? texts = command switch
        {
            AppendMessage post =>
            [
                post.Conversation.Value, post.Sender.Id.Value, post.Sender.Name, post.Text, post.Key,
                post.Answer?.Model, post.Answer?.Error,
            ],
            SaveAnswerSoFar save => [save.Conversation.Value, save.Text],
            EndAnswer { State: AnswerState.Running } => null,
            EndAnswer end => [end.Conversation.Value, end.Text, end.Error],
            ClaimName claim => [claim.Name, claim.FoldedName, claim.Token.Value],
            EnterByName enter => [enter.Name, enter.FoldedName],
            RevokeToken revoke => [revoke.Token.Value],
            SaveReadPositions save => [.. save.Positions.SelectMany(read => new[] { read.User.Value, read.Conversation.Value })],
            ProbeWrite => [],
            _ => null,
        };
        if (texts is null)
            return command is EndAnswer ? "an answer cannot end as running" : $"this store does not support {command.GetType().Name}";
        var storable = Array.TrueForAll(texts, text => text is null || StorableText.IsStorable(text));
        return storable ? null : "the text contains U+0000 or half a surrogate pair";
    }

    static void Write(Utf8JsonWriter json, StoreCommand command)
    {
        switch (command)
        {
            case AppendMessage post: Write(json, post); break;
            case SaveAnswerSoFar save:
                json.WriteString("do", "save");
                json.WriteString("conversation", save.Conversation.Value);
                json.WriteNumber("message", save.MessageSeq);
                json.WriteString("text", save.Text);
                break;
            case EndAnswer end:
                json.WriteString("do", "end");
                json.WriteString("conversation", end.Conversation.Value);
                json.WriteNumber("message", end.MessageSeq);
                json.WriteString("text", end.Text);
                json.WriteString("state", StoredValues.State(end.State));
                Write(json, end.Usage);
                json.WriteString("error", end.Error);
                break;
            case ClaimName claim:
                WriteEntry(json, "claim", claim.Name, claim.FoldedName);
                json.WriteString("token", claim.Token.Value);
                break;
            case EnterByName enter: WriteEntry(json, "enter", enter.Name, enter.FoldedName); break;
            case RevokeToken revoke:
                json.WriteString("do", "revoke");
                json.WriteString("token", revoke.Token.Value);
                break;
            case SaveReadPositions save: Write(json, save); break;
            default: json.WriteString("do", "probe"); break;
        }
    }

    static void Write(Utf8JsonWriter json, AppendMessage post)
    {
        var posted = PostedMessage.From(post, 0, default);
        json.WriteString("do", "append");
        json.WriteString("conversation", post.Conversation.Value);
        json.WriteString("sender", post.Sender.Id.Value);
        json.WriteString("name", post.Sender.Name);
        json.WriteString("kind", StoredValues.Kind(post.Kind));
        json.WriteString("text", posted.Text);
        if (post.Key is not null) json.WriteString("key", post.Key);
        if (post.ReplyTo is { } replyTo) json.WriteNumber("reply_to", replyTo);
        if (posted.Answer is not { } answer) return;
        json.WriteString("state", StoredValues.State(answer.State));
        json.WriteString("model", answer.Model);
        if (answer.Context is { } context)
        {
            json.WriteNumber("context_from", context.From);
            json.WriteNumber("context_to", context.To);
            json.WriteNumber("context_count", context.Messages);
        }
        Write(json, answer.Usage);
        json.WriteString("error", answer.Error);
    }

    // Named `of`, because the function locks the log of every `conversation` that a command names, and read positions are not part of it.
    static void Write(Utf8JsonWriter json, SaveReadPositions save)
    {
        json.WriteString("do", "read");
        json.WriteStartArray("marks");
        foreach (var position in save.Positions)
        {
            json.WriteStartObject();
            json.WriteString("user", position.User.Value);
            json.WriteString("of", position.Conversation.Value);
            json.WriteNumber("seq", position.Seq);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void Write(Utf8JsonWriter json, AnswerUsage? usage)
    {
        if (usage is null) return;
        json.WriteNumber("input_tokens", usage.InputTokens);
        json.WriteNumber("output_tokens", usage.OutputTokens);
    }

    static void WriteEntry(Utf8JsonWriter json, string verb, string name, string folded)
    {
        json.WriteString("do", verb);
        json.WriteString("name", name);
        json.WriteString("folded", folded);
        json.WriteString("user", RandomNumberGenerator.GetHexString(16, lowercase: true)); // the id of the user, if one has to be created
    }

    /// <param name="positions">Receives the positions of the entries that were added to the log.</param>
    public static StoreOutcome[] Read(string answer, IReadOnlyList<StoreCommand> commands, ICollection<LogPosition> positions)
    {
        using var json = JsonDocument.Parse(answer);
        var outcomes = new StoreOutcome[commands.Count];
        for (var i = 0; i < commands.Count; i++)
        {
            var outcome = json.RootElement[i];
            outcomes[i] = Read(outcome, commands[i]);
            if (outcome.TryGetProperty("pos", out var pos))
                positions.Add(new LogPosition(outcome.GetProperty("shard").GetInt16(), pos.GetInt64()));
        }
        StorageMetrics.LockWait.Record(json.RootElement[commands.Count].GetDouble());
        return outcomes;
    }

    static StoreOutcome Read(JsonElement outcome, StoreCommand command) => (Text(outcome, "is"), command) switch
    {
        ("appended", AppendMessage post) => new MessageAppended(PostedMessage.From(post, Seq(outcome), At(outcome))),
        ("repeated", _) => new MessageRepeated(Seq(outcome), At(outcome)),
        ("reused", _) => new KeyReused(),
        ("ended", EndAnswer end) => new AnswerAppended(
            new AnswerEnded(end.Conversation, Seq(outcome), At(outcome), end.MessageSeq, end.State, end.Text, end.Usage, end.Error)),
        ("not_running", _) => new AnswerNotRunning(),
        ("entered", _) => new UserEntered(new UserAccount(new UserId(Text(outcome, "user")), Text(outcome, "name"), Text(outcome, "role"))),
        ("taken", _) => new NameTaken(),
        ("done", _) => new CommandDone(),
        ("refused", _) => new CommandRefused(Text(outcome, "why")),
        var (unknown, _) => throw new InvalidOperationException($"The database answered '{unknown}' to a {command.GetType().Name}."),
    };

    static long Seq(JsonElement outcome) => outcome.GetProperty("seq").GetInt64();

    static DateTimeOffset At(JsonElement outcome) => outcome.GetProperty("at").GetDateTimeOffset().ToUniversalTime();

    static string Text(JsonElement outcome, string name) => outcome.GetProperty(name).GetString()!;
}
