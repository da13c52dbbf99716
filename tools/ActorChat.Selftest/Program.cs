using System.Globalization;
using ActorChat.Selftest.Processes;
using ActorChat.Selftest.Runs;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return await SelftestCommand.RunAsync(args, ServerProgram.Command());
