using ActorChat.Domain;
using ActorChat.Server.Options;
using ActorChat.Storage;

namespace ActorChat.Server.Commands;

/// <summary>
/// <c>sign-out "Ann"</c>: ends all sessions of a user, on every server and while they run, and frees the name: for a device that was lost, somebody
/// who has left, or somebody whose browser has forgotten who they are.
/// </summary>
public static class SignOutCommand
{
    public const string Name = "sign-out";

    /// <returns>The exit code: 0 done, 1 not done, 2 the call's words are off.</returns>
    public static async Task<int> RunAsync(string[] options)
    {
        if (options is not [var typed] || UserName.TryCreate(typed) is not { } name)
        {
            await Console.Error.WriteLineAsync("usage: sign-out \"<name>\"");
            return 2;
        }
        try
        {
            var settings = HostSettings.Read(WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory }).Configuration);
            if (await UserSessions.EndAllAsync(settings.Storage, name, CancellationToken.None) is not { } ended)
            {
                await Console.Error.WriteLineAsync($"Nobody is called {name.Shown} here.");
                return 1;
            }
            Console.WriteLine($"{name.Shown} is signed out: {ended} sign-ins are ended, and the name is free to be taken.");
            return 0;
        }
        catch (Exception e) when (e is StartException or StoreStartException or StoreUnavailableException)
        {
            await Console.Error.WriteLineAsync($"ActorChat cannot sign {name.Shown} out: {e.Message.ReplaceLineEndings(" ")}");
            return 1;
        }
    }
}
