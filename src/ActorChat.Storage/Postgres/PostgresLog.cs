using System.Data;
using ActorChat.Actors.Nodes;
using ActorChat.Actors.Persistence;
using ActorChat.Protocol;
using Npgsql;

namespace ActorChat.Storage.Postgres;

/// <summary>
/// Follows the log of all nodes, shard by shard. Places are dense and given under a lock that is held until the commit, so the entries up to a
/// shard's head are all there to be read: one range of each shard is everything that is new, whatever was lost on the way.
/// </summary>
internal sealed class PostgresLog(NpgsqlDataSource source)
{
    const string Heads = "SELECT shard, pos, clock_timestamp(), (SELECT value FROM meta WHERE key = 'epoch') FROM log_heads";

    const string Ranges = "FROM unnest($1::smallint[], $2::bigint[], $3::bigint[]) AS r (shard, after, upto)";

    const string Posted = $"""
        SELECT {PostgresReads.Columns}, {PostgresReads.AsPosted}, m.conversation_id {Ranges}
        JOIN messages m ON m.shard = r.shard AND m.pos > r.after AND m.pos <= r.upto {PostgresReads.FirstChange}
        """;

    const string Ended = $"""
        SELECT {PostgresReads.EndColumns}, c.conversation_id {Ranges}
        JOIN changes c ON c.shard = r.shard AND c.pos > r.after AND c.pos <= r.upto {PostgresReads.ChangedMessage}
        """;

    readonly Lock _lock = new();
    readonly Dictionary<short, long> _read = []; // up to where each shard is known here
    string _epoch = "";

    /// <summary>What is written from now on is new.</summary>
    public async Task BeginAsync(CancellationToken stop)
    {
        await using var connection = await source.OpenConnectionAsync(stop).ConfigureAwait(false);
        var heads = await HeadsAsync(connection, stop).ConfigureAwait(false);
        lock (_lock)
        {
            _epoch = heads.Epoch;
            foreach (var (shard, pos) in heads.Positions) _read[shard] = pos;
        }
    }

    /// <summary>A commit of this node has been answered: those of its entries that are next need not be read.</summary>
    public void Note(IReadOnlyList<LogPlace> places)
    {
        lock (_lock)
        {
            foreach (var (shard, pos) in places)
                if (_read.GetValueOrDefault(shard) == pos - 1)
                    _read[shard] = pos;
        }
    }

    /// <exception cref="StoreUnavailableException"/>
    /// <exception cref="LogWentBackException"/>
    public async Task<LogNews> ReadNewAsync(int most, CancellationToken stop)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(stop).ConfigureAwait(false);
            var known = Known();
            var heads = await HeadsAsync(connection, stop).ConfigureAwait(false);
            if (heads.Epoch != _epoch) throw new LogReplacedException(); // another node has found out
            if (known.Any(shard => heads.Positions.GetValueOrDefault(shard.Key) < shard.Value)) throw new LogWentBackException();
            var ranges = RangesTo(heads.Positions, most);
            if (ranges.Count == 0) return LogNews.None;
            var events = await EntriesAsync(connection, ranges, stop).ConfigureAwait(false);
            if (events.Count != ranges.Sum(r => r.UpTo - r.After))
                throw new InvalidOperationException($"The log has holes: {events.Count} entries in {string.Join(", ", ranges)}.");
            Advance(ranges);
            var oldest = events.Min(entry => entry.At);
            return new LogNews(events, ranges.Any(r => r.UpTo < heads.Positions[r.Shard]), heads.Now > oldest ? heads.Now - oldest : TimeSpan.Zero);
        }
        catch (Exception error) when (PostgresErrors.IsOfTheWay(error))
        {
            throw new StoreUnavailableException(PostgresErrors.Explain(error), error);
        }
    }

    // Before the heads are read: a commit of this node may advance it meanwhile.
    KeyValuePair<short, long>[] Known()
    {
        lock (_lock) return [.. _read];
    }

    List<Range> RangesTo(Dictionary<short, long> heads, int most)
    {
        lock (_lock)
        {
            return
            [
                .. heads.Where(head => head.Value > _read.GetValueOrDefault(head.Key)).Select(head =>
                {
                    var after = _read.GetValueOrDefault(head.Key);
                    return new Range(head.Key, after, Math.Min(head.Value, after + most));
                }),
            ];
        }
    }

    void Advance(List<Range> ranges)
    {
        lock (_lock)
        {
            foreach (var (shard, _, upTo) in ranges) _read[shard] = Math.Max(_read.GetValueOrDefault(shard), upTo);
        }
    }

    static async Task<(Dictionary<short, long> Positions, DateTimeOffset Now, string Epoch)> HeadsAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(Heads, connection);
        await using var rows = await command.ExecuteReaderAsync(stop).ConfigureAwait(false);
        var positions = new Dictionary<short, long>();
        var (now, epoch) = (DateTimeOffset.MinValue, "");
        while (await rows.ReadAsync(stop).ConfigureAwait(false))
        {
            positions.Add(rows.GetInt16(0), rows.GetInt64(1));
            (now, epoch) = (rows.GetFieldValue<DateTimeOffset>(2), rows.GetString(3));
        }
        return (positions, now, epoch);
    }

    static async Task<List<LogEvent>> EntriesAsync(NpgsqlConnection connection, List<Range> ranges, CancellationToken stop)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { Over(Posted, ranges), Over(Ended, ranges) } };
        await using var rows = await batch.ExecuteReaderAsync(stop).ConfigureAwait(false);
        var events = new List<LogEvent>();
        while (await rows.ReadAsync(stop).ConfigureAwait(false)) events.Add(new MessagePosted(PostgresReads.MessageOf(rows, new ConversationId(rows.GetString(16)))));
        await rows.NextResultAsync(stop).ConfigureAwait(false);
        while (await rows.ReadAsync(stop).ConfigureAwait(false)) events.Add(PostgresReads.EndOf(rows, new ConversationId(rows.GetString(8))));
        events.Sort((a, b) => a.Seq.CompareTo(b.Seq)); // each conversation in its order
        return events;
    }

    static NpgsqlBatchCommand Over(string sql, List<Range> ranges) => new(sql)
    {
        Parameters =
        {
            new() { Value = ranges.Select(r => r.Shard).ToArray() },
            new() { Value = ranges.Select(r => r.After).ToArray() },
            new() { Value = ranges.Select(r => r.UpTo).ToArray() },
        },
    };

    readonly record struct Range(short Shard, long After, long UpTo);
}

/// <summary>Entries that were there are not.</summary>
internal sealed class LogWentBackException() : Exception("the log has gone back");
