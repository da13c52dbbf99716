using System.Globalization;
using ActorChat.Domain;
using ActorChat.Server.Commands;
using ActorChat.Server.Hosting;
using ActorChat.Server.Options;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return await ServerCommandLine.RunAsync(args, RunServerAsync);

static async Task<int> RunServerAsync(string[] args)
{
    try
    {
        using var signals = new StopSignals();
        await using var app = ChatServer.Build(args, signals);
        if (!UserName.FoldsWidth)
            app.Logger.LogWarning("Globalization is invariant, so two names that differ only in width count as different names");
        await app.Services.GetRequiredService<IChatStore>().OpenAsync(CancellationToken.None);
        signals.Attach(app.Lifetime);
        app.Lifetime.ApplicationStopping.Register(() => app.Logger.LogInformation("ActorChat is stopping"));
        await app.RunAsync();
        return 0;
    }
    catch (Exception e) when (e is StartException or StoreStartException or IOException)
    {
        // A configuration error is one line. Any other exception is a defect and keeps its stack trace.
        await Console.Error.WriteLineAsync($"ActorChat cannot start: {e.Message.ReplaceLineEndings(" ")}");
        return 1;
    }
}
