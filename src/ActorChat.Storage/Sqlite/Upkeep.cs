namespace ActorChat.Storage.Sqlite;

internal enum UpkeepTask { None, IndexKeys, Checkpoint }

/// <summary>
/// When the writer does the work that nobody waits for: moving keys into their index, and moving the WAL into the database. Either blocks
/// it for some milliseconds, so it waits until no command has come for a moment, which happens every few milliseconds on a server below
/// saturation. On a saturated server both run anyway, before memory and WAL grow without bound.
/// </summary>
internal struct Upkeep
{
    const int WorthwhileKeys = 1_024;    // some 8 ms
    const int OverdueKeys = 8_192;
    const int WorthwhilePages = 4_000;   // 16 MB: every few seconds at hundreds of single commits a second, so few of them wait for it
    const int OverduePages = 16_000;     // 64 MB
    const int FarBehind = 64_000;        // 256 MB: readers have kept SQLite from reusing the WAL

    static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    int counter;
    int waitingPages;
    int waitingKeys;
    int inWal;

    /// <param name="pages">All pages that the connection has written since it was opened.</param>
    /// <param name="keys">The keys that are only in memory.</param>
    public void Written(int pages, int keys)
    {
        waitingPages += pages - counter;
        counter = pages;
        waitingKeys = keys;
    }

    public void Checkpointed((int InWal, int Moved) done)
    {
        waitingPages = Math.Max(0, done.InWal - done.Moved);
        inWal = done.InWal;
    }

    public readonly bool IsFarBehind => inWal >= FarBehind;

    public readonly UpkeepTask Worthwhile => Choose(WorthwhileKeys, WorthwhilePages);

    public readonly UpkeepTask Overdue => Choose(OverdueKeys, OverduePages);

    readonly UpkeepTask Choose(int keys, int pages) =>
        waitingKeys >= keys ? UpkeepTask.IndexKeys : waitingPages >= pages ? UpkeepTask.Checkpoint : UpkeepTask.None;

    /// <summary>How long the writer waits for a command before it does upkeep.</summary>
    public readonly TimeSpan QuietTime => Worthwhile == UpkeepTask.None ? Timeout.InfiniteTimeSpan : Moment;
}
