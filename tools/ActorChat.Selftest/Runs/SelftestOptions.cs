using System.Globalization;

namespace ActorChat.Selftest.Runs;

/// <param name="Messages">How many are acknowledged before the mischief begins, so that a defect that is rare has its chance to show.</param>
/// <param name="Kills">How often the server is killed at least, however long that takes.</param>
/// <param name="Nodes">Servers on one database, which has to be PostgreSQL then.</param>
/// <param name="Postgres">A connection string; the database must be empty and is filled. Null for a file in a temporary folder.</param>
/// <param name="Seed">Decides what the clients and their enemy choose; how long the machine takes for it is the machine's.</param>
public sealed record SelftestOptions(int Seconds = 20, int Clients = 8, int Seed = 0, int Messages = 0, int Kills = 0, int Nodes = 1, string? Postgres = null)
{
    // What one server in 150 that spoils one message in 10,000 gets through without spoiling any.
    const int UsualMessages = 50_000;

    public const string Usage =
        "usage: selftest [--seconds 1..3600] [--clients 1..200] [--messages 0..10000000] [--kills 1..10000] [--seed N] [--postgres CONNECTION [--nodes 1..8]]";

    /// <summary>Nothing where the arguments are not understood.</summary>
    public static SelftestOptions? Parse(IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var options = new SelftestOptions(Seed: Random.Shared.Next(1, 1_000_000), Messages: UsualMessages);
        if (arguments.Count % 2 != 0) return null;
        for (var i = 0; i < arguments.Count; i += 2)
        {
            if (arguments[i] == "--postgres")
            {
                options = options with { Postgres = arguments[i + 1] };
                continue;
            }
            if (!int.TryParse(arguments[i + 1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return null;
            switch (arguments[i])
            {
                case "--seconds" when number is >= 1 and <= 3600: options = options with { Seconds = number }; break;
                case "--clients" when number is >= 1 and <= 200: options = options with { Clients = number }; break;
                case "--messages" when number is >= 0 and <= 10_000_000: options = options with { Messages = number }; break;
                case "--kills" when number is >= 1 and <= 10_000: options = options with { Kills = number }; break;
                case "--nodes" when number is >= 1 and <= 8: options = options with { Nodes = number }; break;
                case "--seed": options = options with { Seed = number }; break;
                default: return null;
            }
        }
        return options.Nodes > 1 && options.Postgres is null ? null : options; // a file has one server
    }
}
