using System.Text.RegularExpressions;
using ActorChat.Actors.Agents;
using ActorChat.Actors.Conversations;
using ActorChat.Actors.Nodes;
using ActorChat.Actors.Persistence;
using ActorChat.Actors.Presence;
using ActorChat.Actors.ReadPositions;
using ActorChat.Protocol;
using ActorChat.Server.Ai;
using ActorChat.Server.Sockets;
using ActorChat.Server.Telemetry;
using ActorChat.Storage;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Options;
using SessionOptions = ActorChat.Actors.Sessions.SessionOptions; // ASP.NET Core has one as well

namespace ActorChat.Server.Options;

/// <summary>
/// All settings: a section of the configuration is a record, which says what each setting means and what it may be. A new setting is
/// one property there. A wrong or unknown setting stops the start.
/// </summary>
static partial class AppSettings
{
    public static readonly IReadOnlyList<Section> Sections =
    [
        SectionOf<StorageOptions>("Storage"),
        SectionOf<LimitsOptions>("Limits"),
        SectionOf<AuthOptions>("Auth"),
        SectionOf<AiOptions>("Ai"),
        SectionOf<PersistenceOptions>("Persistence"),
        SectionOf<ConversationOptions>("Conversations"),
        SectionOf<SessionOptions>("Sessions"),
        SectionOf<ReadPositionOptions>("ReadPositions"),
        SectionOf<PresenceOptions>("Presence"),
        SectionOf<AnswerOptions>("Answers"),
        SectionOf<OutboxOptions>("Outbox"),
        SectionOf<SharedLogOptions>("SharedLog"),
        SectionOf<TelemetryOptions>(TelemetryOptions.Section),
    ];

    // What the framework reads from the same files.
    static readonly string[] OfTheFramework = ["Logging", "AllowedHosts", "Kestrel", "Urls"];

    public static IServiceCollection AddSettings(this IServiceCollection services)
    {
        foreach (var section in Sections) section.AddTo(services);
        return services;
    }

    static Section SectionOf<T>(string name) where T : class => new(name, typeof(T), services => services.AddOptions<T>()
        .BindConfiguration(name, binder => binder.ErrorOnUnknownConfiguration = true)
        .ValidateDataAnnotations()
        .ValidateOnStart());

    /// <summary>Checks all settings at once.</summary>
    /// <exception cref="StartException">One is wrong.</exception>
    public static void CheckSettings(this IServiceProvider services)
    {
        RefuseUnknownSections((IConfigurationRoot)services.GetRequiredService<IConfiguration>());
        services.GetRequiredService<IStartupValidator>().Validate();
    }

    /// <summary>Runs a step of the start that reads settings. What is wrong with one becomes a line for the operator.</summary>
    /// <exception cref="StartException">A setting is unknown, cannot be read, or is not allowed.</exception>
    public static T Checked<T>(Func<T> step)
    {
        try
        {
            return step();
        }
        catch (OptionsValidationException e)
        {
            var section = Sections.First(section => section.Record == e.OptionsType).Name;
            var wrong = e.Failures.Select(failure => FailedMember().Replace(failure, match => $"{section}:{match.Groups[1].Value} is wrong. {match.Groups[2].Value}"));
            throw new StartException(string.Join(" ", wrong), e);
        }
        catch (InvalidOperationException e) when (e.Source == typeof(ConfigurationBinder).Assembly.GetName().Name)
        {
            var unknown = UnknownMember().Match(e.Message);
            throw new StartException(
                unknown.Success
                    ? $"The setting {Sections.First(section => section.Record.FullName == unknown.Groups[1].Value).Name}:{unknown.Groups[2].Value} is unknown."
                    : $"A setting cannot be read. {e.Message}",
                e);
        }
    }

    [GeneratedRegex("^DataAnnotation validation failed for '.*' members: '(.*)' with the error: '(.*)'\\.$")]
    private static partial Regex FailedMember();

    [GeneratedRegex("not found on the instance of (.+): '([^']+)'")]
    private static partial Regex UnknownMember();

    // Only in files: the environment is full of variables for other programs.
    static void RefuseUnknownSections(IConfigurationRoot configuration)
    {
        var known = OfTheFramework.Concat(Sections.Select(section => section.Name)).ToArray();
        foreach (var provider in configuration.Providers.OfType<JsonConfigurationProvider>())
            foreach (var key in provider.GetChildKeys([], null))
                if (!known.Contains(key, StringComparer.OrdinalIgnoreCase))
                    throw new StartException($"The setting {key} in {provider.Source.Path} is unknown. The sections are {string.Join(", ", known)}.");
    }
}

/// <param name="Name">The section's name in the configuration.</param>
/// <param name="Record">The record that it is bound to.</param>
/// <param name="AddTo">Registers the record with its checks.</param>
sealed record Section(string Name, Type Record, Action<IServiceCollection> AddTo);
