using System.Diagnostics;
using ActorChat.Domain;
using Npgsql;

namespace ActorChat.Storage.Postgres;

/// <summary>Connection pools for the configured database, with the timeouts that keep every request within its promised time.</summary>
internal static class PostgresSource
{
    // Together below the 5 s in which every request is answered.
    const string ServerTimeouts = "-c statement_timeout=3000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=10000";

    // Without them the connections of a machine that died silently stay open for two hours.
    const string KeepAlives = "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3";

    // No statement reads more than some hundred rows, but the planner may overestimate a log of a million, and compile for 200 ms to run
    // for one.
    const string NoCompiler = "-c jit=off";

    public const string Writer = "writer", WriterName = $"{Program} {Writer}";
    public const int ConnectSeconds = 3;
    const string Program = "actorchat";
    const int CommandSeconds = 4, CancellationMs = 500, KeepAliveSeconds = 5;

    /// <param name="role">Shown in <c>pg_stat_activity</c>.</param>
    /// <param name="connections">The most connections; when all are in use, callers wait.</param>
    /// <param name="patience">How long to wait for a connection, in seconds.</param>
    /// <param name="origin">Where each connection must lead to; null if that is not known yet.</param>
    /// <exception cref="StoreStartException">The connection string cannot be parsed.</exception>
    public static NpgsqlDataSource Create(
        StorageOptions options, string role, int connections, int patience = ConnectSeconds, LogOrigin? origin = null)
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
            settings.NoResetOnClose = origin is not null; // their users leave no state behind, and a reset costs more than reading the log
            settings.HostRecheckSeconds = 0; // with several hosts: one that was away for a moment is tried again at once
            settings.MaxAutoPrepare = 16;
            settings.AutoPrepareMinUsages = 2;
            var source = new NpgsqlDataSourceBuilder(settings.ConnectionString);
            // Polls and lease renewals would be most of the trace: only statements below a span of the server are traced.
            source.ConfigureTracing(tracing => tracing
                .ConfigureCommandFilter(_ => Activity.Current is not null)
                .ConfigureBatchFilter(_ => Activity.Current is not null));
            if (origin is not null)
                source.UsePhysicalConnectionInitializer(
                    _ => throw new NotSupportedException("Connections are only opened asynchronously."), origin.CheckAsync);
            var hasSeveralHosts = settings.Host?.Contains(',') == true;
            return hasSeveralHosts ? source.BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary) : source.Build();
        }
        catch (Exception error) when (error is ArgumentException or KeyNotFoundException or FormatException)
        {
            throw new StoreStartException(
                "Storage:ConnectionString is not a PostgreSQL connection string, such as Host=localhost;Database=actorchat;Username=…: "
                + error.Message.ReplaceLineEndings(" "), error);
        }
    }
}
