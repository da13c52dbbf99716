using Akka.Configuration;
using Akka.Event;
using Microsoft.Extensions.Logging;
using LogLevel = Akka.Event.LogLevel;

namespace Akka.Hosting;

/// <summary>
/// Where the log goes. This runtime writes to the container's ILoggerFactory whenever there is one, so AddLoggerFactory and
/// ClearLoggers are accepted for the sake of a source that also runs on Akka.NET, where they are needed.
/// </summary>
public sealed class LoggerConfigBuilder
{
    private readonly AkkaConfigurationBuilder builder;

    internal LoggerConfigBuilder(AkkaConfigurationBuilder builder) => this.builder = builder;
    public LogLevel LogLevel { get; set; } = LogLevel.InfoLevel;
    public LoggerConfigBuilder ClearLoggers() => this;

    internal LoggerConfigBuilder Use(ILoggerFactory? factory)
    {
        builder.LoggerFactory = factory;
        return this;
    }

    internal AkkaConfigurationBuilder Build() => builder.AddHocon(
        ConfigurationFactory.ParseString($"akka.loglevel = {LogLevel.ToString().Replace("Level", "", StringComparison.Ordinal)}"),
        HoconAddMode.Prepend);
}

public static class LoggingExtensions
{
    public static AkkaConfigurationBuilder ConfigureLoggers(
        this AkkaConfigurationBuilder builder, Action<LoggerConfigBuilder> configurator)
    {
        var loggers = new LoggerConfigBuilder(builder);
        configurator(loggers);
        return loggers.Build();
    }

    public static LoggerConfigBuilder AddLoggerFactory(this LoggerConfigBuilder configBuilder) => configBuilder.Use(null);

    public static LoggerConfigBuilder AddLoggerFactory(this LoggerConfigBuilder configBuilder, ILoggerFactory loggerFactory) =>
        configBuilder.Use(loggerFactory);

    public static LoggerConfigBuilder AddDefaultLogger(this LoggerConfigBuilder configBuilder) => configBuilder;
}
