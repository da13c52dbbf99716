namespace ActorChat.Storage.Sqlite;

internal enum UpkeepTask { None, IndexKeys, Checkpoint }

/// <summary>
/// When the writer does what nobody waits for: putting keys into their index and moving the WAL into the database. Either
/// blocks it for some milliseconds, so it waits for a moment of silence, which a server below saturation has every few
/// milliseconds; where there is none, both happen all the same before memory and WAL grow out of bounds.
/// </summary>
internal struct Upkeep
{
    const int WorthwhileKeys = 1_024;    // some 8 ms
    const int OverdueKeys = 8_192;
    const int WorthwhilePages = 4_000;   // 16 MB: at hundreds of single commits a second every few seconds, so that few of them meet it
    const int OverduePages = 16_000;     // 64 MB
    const int FarBehind = 64_000;        // 256 MB: readers have kept the WAL from being used again

    static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    int _counter;
    int _pages;
    int _keys;
    int _inWal;

    /// <param name="pages">All pages that the connection has ever written.</param>
    /// <param name="keys">The keys that wait.</param>
    public void Written(int pages, int keys)
    {
        _pages += pages - _counter;
        _counter = pages;
        _keys = keys;
    }

    public void Checkpointed((int InWal, int Moved) done)
    {
        _pages = Math.Max(0, done.InWal - done.Moved);
        _inWal = done.InWal;
    }

    public readonly bool IsFarBehind => _inWal >= FarBehind;

    public readonly UpkeepTask Worthwhile => Choose(WorthwhileKeys, WorthwhilePages);

    public readonly UpkeepTask Overdue => Choose(OverdueKeys, OverduePages);

    readonly UpkeepTask Choose(int keys, int pages) =>
        _keys >= keys ? UpkeepTask.IndexKeys : _pages >= pages ? UpkeepTask.Checkpoint : UpkeepTask.None;

    /// <summary>How long the writer listens for commands before it looks at this.</summary>
    public readonly TimeSpan QuietTime => Worthwhile == UpkeepTask.None ? Timeout.InfiniteTimeSpan : Moment;
}
