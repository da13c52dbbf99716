using System.CommandLine;
using ActorChat.Domain;
using ActorChat.Server.Options;
using ActorChat.Storage;
using Microsoft.Extensions.Options;

namespace ActorChat.Server.Commands;

/// <summary>
/// <c>sign-out "Ann"</c> ends all sign-ins of a user on every node and frees the name. The nodes may run or not. An operator needs it if a
/// device is lost, a person leaves the team, or a browser has lost its token.
/// </summary>
static class SignOutCommand
{
    public static Command Create()
    {
        var name = new Argument<UserName?>("name")
        {
            Description = "The user's name.",
            CustomParser = typed =>
            {
                if (UserName.TryCreate(typed.Tokens[0].Value) is { } valid) return valid;
                typed.AddError($"'{typed.Tokens[0].Value}' cannot be a user's name.");
                return null;
            },
        };
        var command = new Command("sign-out", "Ends all sign-ins of a user and frees the name.") { name };
        command.SetAction(parsed => RunAsync(parsed.GetRequiredValue(name)!));
        return command;
    }

    static async Task<int> RunAsync(UserName name)
    {
        try
        {
            var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
            builder.Services.AddSettings();
            await using var app = builder.Build();
            var storage = AppSettings.Checked(() => app.Services.GetRequiredService<IOptions<StorageOptions>>().Value);
            if (await UserSessions.EndAllAsync(storage, name, TimeProvider.System, CancellationToken.None) is not { } ended)
            {
                await Console.Error.WriteLineAsync($"No user is called {name.Shown}.");
                return 1;
            }
            Console.WriteLine($"{name.Shown} is signed out: {ended} sign-ins are ended, and the name is free.");
            return 0;
        }
        catch (Exception e) when (e is StartException or StoreStartException or StoreUnavailableException)
        {
            await Console.Error.WriteLineAsync($"ActorChat cannot sign {name.Shown} out: {e.Message.ReplaceLineEndings(" ")}");
            return 1;
        }
    }
}
