using System.Globalization;
using ActorChat.LoadTool;
using ActorChat.LoadTool.Servers;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is [SignalRServer.Command, var folder]) return await SignalRServer.RunAsync(folder);
if (LoadOptions.Parse(args, out var why) is not { } options)
{
    await Console.Error.WriteLineAsync($"{why}\n{LoadOptions.Usage}");
    return 2;
}
try
{
    return await LoadComparison.RunAsync(options);
}
catch (LoadException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
