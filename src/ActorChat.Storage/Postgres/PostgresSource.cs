using System.Diagnostics;
using ActorChat.Domain;
using Npgsql;

namespace ActorChat.Storage.Postgres;

/// <summary>Connections to the database of the settings, with the time-outs that keep every promise of an answer.</summary>
internal static class PostgresSource
{
    // Together below the 5 s in which every request is answered.
    const string ServerTimeouts = "-c statement_timeout=3000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=10000";

    // A machine that is gone without a word leaves its connections for two hours otherwise.
    const string KeepAlives = "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3";

    // No statement reads more than some hundred rows, whatever the planner fears of a log of a million: it would be compiled for 200 ms to run for one.
    const string NoCompiler = "-c jit=off";

    public const string Writer = "writer", WriterName = $"{Program} {Writer}";
    public const int ConnectSeconds = 3;
    const string Program = "actorchat";
    const int CommandSeconds = 4, CancellationMs = 500, KeepAliveSeconds = 5;

    /// <param name="role">Shown in <c>pg_stat_activity</c>.</param>
    /// <param name="connections">At most; who finds none free waits.</param>
    /// <param name="patience">How long to wait for a connection, in seconds.</param>
    /// <param name="origin">Where each connection must lead to; null where that is not known yet.</param>
    /// <exception cref="StoreStartException">The connection string cannot be read.</exception>
    public static NpgsqlDataSource Create(StorageOptions options, string role, int connections, int patience = ConnectSeconds, LogOrigin? origin = null)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(options.ConnectionString);
            settings.ApplicationName = $"{Program} {role}";
            settings.Options = $"{settings.Options} {ServerTimeouts} {KeepAlives} {NoCompiler}".Trim();
            settings.MaxPoolSize = connections;
            settings.Timeout = patience;
            settings.CommandTimeout = CommandSeconds;
            settings.CancellationTimeout = CancellationMs;
            settings.KeepAlive = KeepAliveSeconds;
            settings.NoResetOnClose = origin is not null; // nobody who uses those leaves anything behind, and to reset costs more than to read the log
            settings.HostRecheckSeconds = 0; // where there are several hosts: one that was away for a moment is asked again at once
            settings.MaxAutoPrepare = 16;
            settings.AutoPrepareMinUsages = 2;
            var source = new NpgsqlDataSourceBuilder(settings.ConnectionString);
            // Polls and heartbeats would be most of what is traced: only statements below a span of the server are.
            source.ConfigureTracing(tracing => tracing.ConfigureCommandFilter(_ => Activity.Current is not null).ConfigureBatchFilter(_ => Activity.Current is not null));
            if (origin is not null) source.UsePhysicalConnectionInitializer(_ => throw new NotSupportedException("Connections are opened asynchronously."), origin.CheckAsync);
            return settings.Host?.Contains(',') == true ? source.BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary) : source.Build();
        }
        catch (Exception error) when (error is ArgumentException or KeyNotFoundException or FormatException)
        {
            throw new StoreStartException($"Storage:ConnectionString is not one for PostgreSQL, such as Host=localhost;Database=actorchat;Username=…: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }
}
