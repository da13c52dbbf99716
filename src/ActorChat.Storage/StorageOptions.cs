using System.ComponentModel.DataAnnotations;

namespace ActorChat.Storage;

/// <summary>The section <c>Storage</c>.</summary>
public sealed record StorageOptions
{
    public const string Sqlite = "sqlite", Postgres = "postgres", Notify = "notify", NoBus = "none";

    /// <summary>Which engine keeps the history.</summary>
    [AllowedValues(Sqlite, Postgres, ErrorMessage = "{0} must be sqlite or postgres.")]
    public string Provider { get; init; } = Sqlite;

    /// <summary>
    /// SQLite: <c>Data Source=…</c>, where a relative path starts at the working folder. PostgreSQL: what Npgsql takes,
    /// <c>Host=…;Database=…;Username=…</c>.
    /// </summary>
    [Required]
    public string ConnectionString { get; init; } = "Data Source=data/actorchat.db";

    /// <summary>
    /// PostgreSQL only. <see cref="Notify"/>: nodes notify each other through the database. <see cref="NoBus"/>: they poll every quarter
    /// of a second; presence, typing and growing answers stay on their node.
    /// </summary>
    [AllowedValues(Notify, NoBus, ErrorMessage = "{0} must be notify or none.")]
    public string Bus { get; init; } = Notify;

    /// <summary>
    /// SQLite only. <c>FULL</c>: an acknowledged message is on the disk. <c>NORMAL</c>: it survives the end of the process, but a power cut
    /// may lose the last messages.
    /// </summary>
    [RegularExpression("(?i)FULL|NORMAL", ErrorMessage = "{0} must be FULL or NORMAL.")]
    public string Synchronous { get; init; } = "FULL";
}
