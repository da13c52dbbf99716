namespace ActorChat.Storage;

/// <summary>The section <c>Storage</c> of the configuration.</summary>
public sealed class StorageOptions
{
    public const string Sqlite = "sqlite", Postgres = "postgres", Notify = "notify", NoBus = "none";

    /// <summary><see cref="Sqlite"/> or <see cref="Postgres"/>.</summary>
    public string Provider { get; set; } = Sqlite;

    /// <summary>
    /// For SQLite <c>Data Source=…</c>, where a relative path is taken from the working folder; for PostgreSQL as Npgsql has it,
    /// <c>Host=…;Database=…;Username=…</c>.
    /// </summary>
    public string ConnectionString { get; set; } = "Data Source=data/actorchat.db";

    /// <summary>
    /// PostgreSQL only. <see cref="Notify"/>: nodes tell one another what is new through the database. <see cref="NoBus"/>: they look for it every
    /// quarter of a second; who is here, typing and answers as they grow stay with their node.
    /// </summary>
    public string Bus { get; set; } = Notify;

    /// <summary>
    /// SQLite only. <c>FULL</c>: an acknowledged message is on the disk. <c>NORMAL</c>: it survives the end of the process,
    /// but the last ones may be lost when the machine loses power.
    /// </summary>
    public string Synchronous { get; set; } = "FULL";
}
