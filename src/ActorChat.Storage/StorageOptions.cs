namespace ActorChat.Storage;

/// <summary>The section <c>Storage</c> of the configuration.</summary>
public sealed class StorageOptions
{
    /// <summary><c>sqlite</c>.</summary>
    public string Provider { get; set; } = "sqlite";

    /// <summary>For SQLite <c>Data Source=…</c>; a relative path is taken from the working folder.</summary>
    public string ConnectionString { get; set; } = "Data Source=data/actorchat.db";

    /// <summary>
    /// SQLite only. <c>FULL</c>: an acknowledged message is on the disk. <c>NORMAL</c>: it survives the end of the process,
    /// but the last ones may be lost when the machine loses power.
    /// </summary>
    public string Synchronous { get; set; } = "FULL";
}
