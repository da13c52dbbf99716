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
/// All settings. Each section of the configuration is bound to a record that documents and validates its settings, so a new setting is
/// one new property. An invalid or unknown setting stops startup.
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

    // Sections that the framework reads from the same files.
    static readonly string[] FrameworkSections = ["Logging", "AllowedHosts", "Kestrel", "Urls"];

    public static IServiceCollection AddSettings(this IServiceCollection services)
    {
        foreach (var section in Sections) section.AddTo(services);
        return services;
    }

    static Section SectionOf<T>(string name) where T : class => new(name, typeof(T), services => services.AddOptions<T>()
        .BindConfiguration(name, binder => binder.ErrorOnUnknownConfiguration = true)
        .ValidateDataAnnotations()
        .ValidateOnStart());

    /// <summary>Checks all settings.</summary>
    /// <exception cref="StartException">The settings contain an unknown section.</exception>
    /// <exception cref="OptionsValidationException">A setting is invalid.</exception>
    public static void CheckSettings(this IServiceProvider services)
    {
        RejectUnknownSections((IConfigurationRoot)services.GetRequiredService<IConfiguration>());
        services.GetRequiredService<IStartupValidator>().Validate();
    }

    /// <summary>Runs a step that reads settings, and turns the errors of the framework into one line for the operator.</summary>
    /// <exception cref="StartException">A setting is unknown, unreadable or invalid.</exception>
    public static T Checked<T>(Func<T> step)
    {
        try
        {
            return step();
        }
        catch (OptionsValidationException e)
        {
            var section = Sections.First(section => section.Record == e.OptionsType).Name;
            var lines = e.Failures.Select(failure => FailedMember().Replace(failure, $"{section}:$1 is wrong. $2"));
            throw new StartException(string.Join(" ", lines), e);
        }
        catch (InvalidOperationException e) when (e.Source == typeof(ConfigurationBinder).Assembly.GetName().Name)
        {
            var unknown = UnknownMember().Match(e.Message);
            if (!unknown.Success) throw new StartException($"A setting cannot be read. {e.Message}", e);
            var section = Sections.First(section => section.Record.FullName == unknown.Groups[1].Value).Name;
            throw new StartException($"The setting {section}:{unknown.Groups[2].Value} is unknown.", e);
        }
    }

    [GeneratedRegex("^DataAnnotation validation failed for '.*' members: '(.*)' with the error: '(.*)'\\.$")]
    private static partial Regex FailedMember();

    [GeneratedRegex("not found on the instance of (.+): '([^']+)'")]
    private static partial Regex UnknownMember();

    // Checks only files, because the environment contains variables of other programs.
    static void RejectUnknownSections(IConfigurationRoot configuration)
    {
        var known = FrameworkSections.Concat(Sections.Select(section => section.Name)).ToArray();
        foreach (var provider in configuration.Providers.OfType<JsonConfigurationProvider>())
            foreach (var key in provider.GetChildKeys([], null))
                if (!known.Contains(key, StringComparer.OrdinalIgnoreCase))
                {
                    var sections = string.Join(", ", known);
                    throw new StartException($"The setting {key} in {provider.Source.Path} is unknown. The sections are {sections}.");
                }
    }
}

/// <param name="Name">The section's name in the configuration.</param>
/// <param name="Record">The options type that the section is bound to.</param>
/// <param name="AddTo">Registers the options type with its validation.</param>
sealed record Section(string Name, Type Record, Action<IServiceCollection> AddTo);
