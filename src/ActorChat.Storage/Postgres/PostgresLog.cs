using ActorChat.Domain;
using Npgsql;

namespace ActorChat.Storage.Postgres;

/// <summary>
/// Follows the log of all nodes, shard by shard. Places are dense and given under a lock that is held until the commit, so the entries up to a
/// shard's head are all there to be read: one range of each shard is everything that is new, whatever was lost on the way.
/// </summary>
internal sealed class PostgresLog(NpgsqlDataSource source)
{
    const string Heads = "SELECT array_agg(shard), array_agg(pos), clock_timestamp(), (SELECT value FROM meta WHERE key = 'epoch') FROM log_heads";

    // Of each shard that has grown, what comes after the place that is known, at most $3 places on. An idle reading touches the heads alone. The limit cuts
    // nothing off: it keeps the planner with the index, whatever it believes of the size of a range that it does not know.
    const string Grown = "FROM log_heads h LEFT JOIN unnest($1::smallint[], $2::bigint[]) AS r (shard, after) ON r.shard = h.shard";
    const string New = "e.shard = h.shard AND e.pos > coalesce(r.after, 0) AND e.pos <= coalesce(r.after, 0) + $3 ORDER BY e.pos LIMIT $3";

    const string Posted = $"""
        SELECT {PostgresReads.Columns}, {PostgresReads.AsPosted}, m.conversation_id, m.shard, m.pos {Grown}
        CROSS JOIN LATERAL (SELECT * FROM messages e WHERE {New}) m {PostgresReads.FirstChange}
        WHERE h.pos > coalesce(r.after, 0)
        """;

    const string Ended = $"""
        SELECT {PostgresReads.EndColumns}, c.conversation_id, c.shard, c.pos {Grown}
        CROSS JOIN LATERAL (SELECT * FROM changes e WHERE {New}) c {PostgresReads.ChangedMessage}
        WHERE h.pos > coalesce(r.after, 0)
        """;

    readonly Lock _lock = new();
    readonly Dictionary<short, long> _read = []; // up to where each shard is known here
    string _epoch = "";

    /// <summary>What is written from now on is new.</summary>
    public async Task BeginAsync(CancellationToken stop)
    {
        await using var connection = await source.OpenConnectionAsync(stop).ConfigureAwait(false);
        await using var ask = new NpgsqlCommand(Heads, connection);
        await using var rows = await ask.ExecuteReaderAsync(stop).ConfigureAwait(false);
        var heads = await HeadsAsync(rows, stop).ConfigureAwait(false);
        lock (_lock)
        {
            _epoch = heads.Epoch;
            foreach (var (shard, pos) in heads.Positions) _read[shard] = pos;
        }
    }

    /// <summary>What a commit of this node did has been told: those of its entries that are next need not be read.</summary>
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
            await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand(Heads), After(Posted, known, most), After(Ended, known, most) } };
            await using var rows = await batch.ExecuteReaderAsync(stop).ConfigureAwait(false);
            var heads = await HeadsAsync(rows, stop).ConfigureAwait(false);
            if (heads.Epoch != _epoch) throw new LogReplacedException(); // another node has found out
            if (known.Any(shard => heads.Positions.GetValueOrDefault(shard.Key) < shard.Value)) throw new LogWentBackException();
            var ranges = heads.Positions.Where(head => head.Value > known.GetValueOrDefault(head.Key))
                .ToDictionary(head => head.Key, head => (After: known.GetValueOrDefault(head.Key), UpTo: Math.Min(head.Value, known.GetValueOrDefault(head.Key) + most)));
            // The heads come first: everything up to them is seen by the statements behind, and what was committed in between is for the next reading.
            var events = await EntriesAsync(rows, place => place.Pos <= ranges.GetValueOrDefault(place.Shard).UpTo, stop).ConfigureAwait(false);
            if (events.Count != ranges.Values.Sum(range => range.UpTo - range.After))
                throw new InvalidOperationException($"The log has holes: {events.Count} entries in {string.Join(", ", ranges)}.");
            if (events.Count == 0) return LogNews.None;
            lock (_lock)
            {
                foreach (var (shard, range) in ranges) _read[shard] = Math.Max(_read.GetValueOrDefault(shard), range.UpTo);
            }
            var oldest = events.Min(entry => entry.At);
            return new LogNews(events, ranges.Any(range => range.Value.UpTo < heads.Positions[range.Key]), heads.Now > oldest ? heads.Now - oldest : TimeSpan.Zero);
        }
        catch (Exception error) when (PostgresErrors.IsOfTheWay(error))
        {
            throw new StoreUnavailableException(PostgresErrors.Explain(error), error);
        }
    }

    // Before the heads are read: a commit of this node may advance it meanwhile, and is then read once more.
    Dictionary<short, long> Known()
    {
        lock (_lock) return new(_read);
    }

    static NpgsqlBatchCommand After(string sql, Dictionary<short, long> known, int most) => new(sql)
    {
        Parameters = { new() { Value = known.Keys.ToArray() }, new() { Value = known.Values.ToArray() }, new() { Value = (long)most } },
    };

    static async Task<(Dictionary<short, long> Positions, DateTimeOffset Now, string Epoch)> HeadsAsync(NpgsqlDataReader rows, CancellationToken stop)
    {
        await rows.ReadAsync(stop).ConfigureAwait(false);
        var positions = rows.GetFieldValue<short[]>(0).Zip(rows.GetFieldValue<long[]>(1)).ToDictionary(head => head.First, head => head.Second);
        return (positions, rows.GetFieldValue<DateTimeOffset>(2), rows.GetString(3));
    }

    static async Task<List<ConversationEvent>> EntriesAsync(NpgsqlDataReader rows, Func<LogPlace, bool> isNew, CancellationToken stop)
    {
        var events = new List<ConversationEvent>();
        await rows.NextResultAsync(stop).ConfigureAwait(false);
        while (await rows.ReadAsync(stop).ConfigureAwait(false))
            if (isNew(new LogPlace(rows.GetInt16(17), rows.GetInt64(18))))
                events.Add(new MessagePosted(PostgresReads.MessageOf(rows, new ConversationId(rows.GetString(16)))));
        await rows.NextResultAsync(stop).ConfigureAwait(false);
        while (await rows.ReadAsync(stop).ConfigureAwait(false))
            if (isNew(new LogPlace(rows.GetInt16(9), rows.GetInt64(10))))
                events.Add(PostgresReads.EndOf(rows, new ConversationId(rows.GetString(8))));
        events.Sort((a, b) => a.Seq.CompareTo(b.Seq)); // each conversation in its order
        return events;
    }
}

/// <summary>Entries that were there are not.</summary>
internal sealed class LogWentBackException() : Exception("the log has gone back");
