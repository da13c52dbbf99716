namespace ActorChat.Selftest.Runs;

/// <param name="Messages">How many are acknowledged before the faults begin, so that a rare defect has its chance to show.</param>
/// <param name="Kills">How often the server is killed at least, however long that takes.</param>
/// <param name="Nodes">Servers on one database, which must be PostgreSQL for more than one.</param>
/// <param name="Postgres">The connection string of an empty database, which the run fills; null for a SQLite file in a temporary
/// folder.</param>
/// <param name="Seed">Decides what the clients and the fault injector choose; the timing is the machine's.</param>
sealed record SelftestOptions(int Seconds = 20, int Clients = 8, int Seed = 0, int Messages = 0, int Kills = 0, int Nodes = 1,
    string? Postgres = null);
