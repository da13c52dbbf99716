using ActorChat.Domain;
using Npgsql;

namespace ActorChat.Storage.Postgres;

/// <summary>
/// Reads the log of all nodes, shard by shard. Positions in a shard are dense and are assigned under a lock that is held until the commit,
/// so every entry up to the head of a shard can be read: one range of each shard is everything new, even if notifications were lost.
/// </summary>
internal sealed class PostgresLog(NpgsqlDataSource source)
{
    const string Heads =
        "SELECT array_agg(shard), array_agg(pos), clock_timestamp(), (SELECT value FROM meta WHERE key = 'epoch') FROM log_heads";

    // The entries of each shard that has grown, after the known position and at most $3 of them. If nothing is new only the heads are read.
    // LIMIT removes no row: it makes the planner use the index, however large it estimates a range whose ends it does not know.
    const string Grown = "FROM log_heads h LEFT JOIN unnest($1::smallint[], $2::bigint[]) AS r (shard, after) ON r.shard = h.shard";
    const string New = "e.shard = h.shard AND e.pos > coalesce(r.after, 0) AND e.pos <= coalesce(r.after, 0) + $3 ORDER BY e.pos LIMIT $3";

    const string Posted = $"""
        SELECT {HistoryColumns.AsPosted}, m.conversation_id, m.shard, m.pos {Grown}
        CROSS JOIN LATERAL (SELECT * FROM messages e WHERE {New}) m {PostgresReads.FirstChange}
        WHERE h.pos > coalesce(r.after, 0)
        """;

    const string Ended = $"""
        SELECT {HistoryColumns.Ended}, c.conversation_id, c.shard, c.pos {Grown}
        CROSS JOIN LATERAL (SELECT * FROM changes e WHERE {New}) c {HistoryColumns.ChangedMessage}
        WHERE h.pos > coalesce(r.after, 0)
        """;

    readonly Lock gate = new();
    readonly Dictionary<short, long> knownTo = []; // by shard: the position up to which this node knows the log
    string epoch = "";

    /// <summary>From now on only later entries are new.</summary>
    public async Task BeginAsync(CancellationToken stop)
    {
        await using var connection = await source.OpenConnectionAsync(stop);
        await using var command = new NpgsqlCommand(Heads, connection);
        await using var rows = await command.ExecuteReaderAsync(stop);
        var heads = await HeadsAsync(rows, stop);
        lock (gate)
        {
            epoch = heads.Epoch;
            foreach (var (shard, pos) in heads.Positions) knownTo[shard] = pos;
        }
    }

    /// <summary>Marks the entries of this node's own commit as known, as far as they come directly after the known ones.</summary>
    public void MarkKnown(IReadOnlyList<LogPosition> positions)
    {
        lock (gate)
        {
            foreach (var (shard, pos) in positions)
                if (knownTo.GetValueOrDefault(shard) == pos - 1)
                    knownTo[shard] = pos;
        }
    }

    /// <exception cref="StoreUnavailableException"/>
    /// <exception cref="LogTruncatedException"/>
    public async Task<NewEntries> ReadNewAsync(int most, CancellationToken stop)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(stop);
            var known = Known();
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands = { new NpgsqlBatchCommand(Heads), After(Posted, known, most), After(Ended, known, most) },
            };
            await using var rows = await batch.ExecuteReaderAsync(stop);
            var heads = await HeadsAsync(rows, stop);
            if (heads.Epoch != epoch) throw new LogReplacedException(); // another node has noticed
            if (known.Any(shard => heads.Positions.GetValueOrDefault(shard.Key) < shard.Value)) throw new LogTruncatedException();
            var ranges = RangesOf(known, heads.Positions, most);
            // The heads were read first, so the statements after them see every entry up to the heads. Later entries are left for the next
            // read.
            var events = await EntriesAsync(rows, entry => entry.Pos <= ranges.GetValueOrDefault(entry.Shard).UpTo, stop);
            if (events.Count != ranges.Values.Sum(range => range.UpTo - range.After))
                throw new InvalidOperationException($"The log has holes: {events.Count} entries in {string.Join(", ", ranges)}.");
            if (events.Count == 0) return NewEntries.None;
            lock (gate)
            {
                foreach (var (shard, range) in ranges) knownTo[shard] = Math.Max(knownTo.GetValueOrDefault(shard), range.UpTo);
            }
            var oldest = events.Min(entry => entry.At);
            var more = ranges.Any(range => range.Value.UpTo < heads.Positions[range.Key]);
            return new NewEntries(events, more, heads.Now > oldest ? heads.Now - oldest : TimeSpan.Zero);
        }
        catch (Exception error) when (PostgresErrors.IsConnectionError(error))
        {
            throw new StoreUnavailableException(PostgresErrors.Explain(error), error);
        }
    }

    // Taken before the heads are read: if this node commits meanwhile, its entries are merely read once more.
    Dictionary<short, long> Known()
    {
        lock (gate) return new(knownTo);
    }

    static Dictionary<short, (long After, long UpTo)> RangesOf(Dictionary<short, long> known, Dictionary<short, long> heads, int most) =>
        heads
        .Select(head => (Shard: head.Key, After: known.GetValueOrDefault(head.Key), Head: head.Value))
        .Where(shard => shard.Head > shard.After)
        .ToDictionary(shard => shard.Shard, shard => (shard.After, Math.Min(shard.Head, shard.After + most)));

    static NpgsqlBatchCommand After(string sql, Dictionary<short, long> known, int most) => new(sql)
    {
        Parameters = { new() { Value = known.Keys.ToArray() }, new() { Value = known.Values.ToArray() }, new() { Value = (long)most } },
    };

    static async Task<(
        Dictionary<short, long> Positions, DateTimeOffset Now, string Epoch)> HeadsAsync(NpgsqlDataReader rows, CancellationToken stop)
    {
        await rows.ReadAsync(stop);
        var positions = rows.GetFieldValue<short[]>(0).Zip(rows.GetFieldValue<long[]>(1))
            .ToDictionary(head => head.First, head => head.Second);
        return (positions, rows.GetFieldValue<DateTimeOffset>(2), rows.GetString(3));
    }

    static async Task<List<ConversationEvent>> EntriesAsync(NpgsqlDataReader rows, Func<LogPosition, bool> isNew, CancellationToken stop)
    {
        var events = new List<ConversationEvent>();
        await rows.NextResultAsync(stop);
        while (await rows.ReadAsync(stop))
            if (isNew(new LogPosition(rows.GetInt16(17), rows.GetInt64(18))))
                events.Add(new MessagePosted(PostgresReads.MessageOf(rows, new ConversationId(rows.GetString(16)))));
        await rows.NextResultAsync(stop);
        while (await rows.ReadAsync(stop))
            if (isNew(new LogPosition(rows.GetInt16(9), rows.GetInt64(10))))
                events.Add(PostgresReads.EndOf(rows, new ConversationId(rows.GetString(8))));
        events.Sort((a, b) => a.Seq.CompareTo(b.Seq)); // each conversation in order
        return events;
    }
}

/// <summary>The position of an entry in the log that all nodes read.</summary>
internal readonly record struct LogPosition(short Shard, long Pos);
