using System.Reflection;
using ActorChat.Domain;
using ActorChat.Storage;
using Microsoft.Extensions.Configuration.Json;

namespace ActorChat.Server.Options;

/// <summary>Everything that stops the start: the message is one line that says what to mend.</summary>
public sealed class StartException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// The settings of the host, read once and checked whole. A key that nothing reads is a mistake of whoever wrote it, and is said to be one.
/// </summary>
public sealed record HostSettings(StorageOptions Storage, LimitsOptions Limits, AuthOptions Auth, AiOptions Ai)
{
    // What the framework reads out of the same files.
    static readonly string[] OfTheFramework = ["Logging", "AllowedHosts", "Kestrel", "Urls"];

    /// <exception cref="StartException"/>
    public static HostSettings Read(IConfigurationRoot configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var settings = new HostSettings(
            Bind<StorageOptions>(configuration, nameof(Storage)),
            Bind<LimitsOptions>(configuration, nameof(Limits)),
            Bind<AuthOptions>(configuration, nameof(Auth)),
            Bind<AiOptions>(configuration, nameof(Ai)));
        RefuseUnknownSections(configuration);
        settings.Check();
        return settings;
    }

    static T Bind<T>(IConfiguration configuration, string name) where T : new()
    {
        var section = configuration.GetSection(name);
        var known = typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(p => p.Name).ToArray();
        foreach (var child in section.GetChildren())
            if (!known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
                throw new StartException($"The setting {name}:{child.Key} is unknown. There are: {string.Join(", ", known)}.");
        var options = new T();
        try
        {
            section.Bind(options);
        }
        catch (InvalidOperationException e)
        {
            throw new StartException($"A setting cannot be read: {e.Message}", e);
        }
        return options;
    }

    // Only in files: the environment is full of what other programs read.
    static void RefuseUnknownSections(IConfigurationRoot configuration)
    {
        var known = OfTheFramework.Concat(typeof(HostSettings).GetProperties().Select(p => p.Name)).ToArray();
        foreach (var provider in configuration.Providers.OfType<JsonConfigurationProvider>())
            foreach (var key in provider.GetChildKeys([], null))
                if (!known.Contains(key, StringComparer.OrdinalIgnoreCase))
                    throw new StartException($"The setting {key} in {provider.Source.Path} is unknown. There are: {string.Join(", ", known)}.");
    }

    void Check()
    {
        Demand(Storage.Provider is StorageOptions.Sqlite or StorageOptions.Postgres, $"Storage:Provider is '{Storage.Provider}'; there are sqlite and postgres.");
        Demand(Storage.Bus is StorageOptions.Notify or StorageOptions.NoBus, $"Storage:Bus is '{Storage.Bus}'; there are notify and none.");
        Demand(!string.IsNullOrWhiteSpace(Storage.ConnectionString), "Storage:ConnectionString is empty.");
        Demand(Storage.Synchronous.ToUpperInvariant() is "FULL" or "NORMAL", $"Storage:Synchronous is '{Storage.Synchronous}'; it is FULL or NORMAL.");
        Demand(Limits.FrameBytes is >= 1024 and <= 1 << 24, "Limits:FrameBytes lies between 1024 and 16777216.");
        Demand(Limits.TextBytes >= 1 && Limits.TextBytes < Limits.FrameBytes, "Limits:TextBytes lies between 1 and Limits:FrameBytes.");
        foreach (var (name, value) in new (string, double)[]
        {
            (nameof(Limits.MessagesPerSecond), Limits.MessagesPerSecond), (nameof(Limits.RequestsPerSecond), Limits.RequestsPerSecond),
            (nameof(Limits.HandshakesPerSecond), Limits.HandshakesPerSecond),
        })
            Demand(value is 0 or >= 0.001 and < 1e6, $"Limits:{name} is 0 for no limit, or lies between 0.001 and 999999.");
        foreach (var (name, value) in new[]
        {
            (nameof(Limits.MessagesBurst), Limits.MessagesBurst), (nameof(Limits.RequestsBurst), Limits.RequestsBurst), (nameof(Limits.HandshakesBurst), Limits.HandshakesBurst),
        })
            Demand(value >= 1, $"Limits:{name} is 1 or more.");
        foreach (var (name, value) in new[]
        {
            (nameof(Limits.Connections), Limits.Connections), (nameof(Limits.ConnectionsBeforeHello), Limits.ConnectionsBeforeHello),
            (nameof(Limits.ConnectionsPerAddress), Limits.ConnectionsPerAddress), (nameof(Limits.ConnectionsPerUser), Limits.ConnectionsPerUser),
        })
            Demand(value >= 0, $"Limits:{name} is 0 for no limit, or more.");
        Demand(Limits.ConnectionsBeforeHello != 1, "Limits:ConnectionsBeforeHello is 0 for no limit, or 2 and more: one address holds half of them at most.");
        Demand(Ai.Provider is "mock", $"Ai:Provider is '{Ai.Provider}'; this version has mock.");
        Demand(Ai.MockDelayMs is >= 0 and <= 10_000, "Ai:MockDelayMs lies between 0 and 10000.");
        foreach (var origin in Auth.AllowedOrigins)
            Demand(
                Uri.TryCreate(origin, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https") && origin == uri.GetLeftPart(UriPartial.Authority),
                $"Auth:AllowedOrigins has '{origin}'; an origin is a scheme, a host and perhaps a port.");
    }

    /// <summary>Where to listen: several addresses have a semicolon between them.</summary>
    /// <exception cref="StartException"/>
    public static void CheckUrls(string urls)
    {
        ArgumentNullException.ThrowIfNull(urls);
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            try
            {
                BindingAddress.Parse(url);
            }
            catch (FormatException e)
            {
                throw new StartException($"The server cannot listen on '{url}': an address is for example http://localhost:8765.", e);
            }
        }
    }

    static void Demand(bool holds, string orElse)
    {
        if (!holds) throw new StartException(orElse);
    }
}
