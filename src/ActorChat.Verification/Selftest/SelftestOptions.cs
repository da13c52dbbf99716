using System.Globalization;

namespace ActorChat.Verification.Selftest;

/// <param name="Seed">Decides what the clients and their enemy choose; how long the machine takes for it is the machine's.</param>
public sealed record SelftestOptions(int Seconds = 20, int Clients = 8, int Seed = 0)
{
    public const string Usage = "usage: selftest [--seconds 1..3600] [--clients 1..200] [--seed N]";

    /// <summary>Nothing where the arguments are not understood.</summary>
    public static SelftestOptions? Parse(IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var options = new SelftestOptions(Seed: Random.Shared.Next(1, 1_000_000));
        if (arguments.Count % 2 != 0) return null;
        for (var i = 0; i < arguments.Count; i += 2)
        {
            if (!int.TryParse(arguments[i + 1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return null;
            switch (arguments[i])
            {
                case "--seconds" when number is >= 1 and <= 3600: options = options with { Seconds = number }; break;
                case "--clients" when number is >= 1 and <= 200: options = options with { Clients = number }; break;
                case "--seed": options = options with { Seed = number }; break;
                default: return null;
            }
        }
        return options;
    }
}
