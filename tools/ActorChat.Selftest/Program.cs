using System.Globalization;
using ActorChat.Selftest;
using ActorChat.Selftest.Processes;
using ActorChat.Selftest.Runs;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return await CommandLine.RunAsync(SelftestCommand.Create(ServerProgram.Command()), args);
