using System.Globalization;
using ActorChat.LoadTool;
using ActorChat.Selftest;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return await CommandLine.RunAsync(LoadCommands.Create(), args);
