using ActorChat.Server.Tests.Clients;

namespace ActorChat.Server.Tests.Browser;

/// <summary>Five people and the bot an hour before a release: the conversation in the pictures of the README.</summary>
static class SampleConversation
{
    public const string Viewer = "Mara Lindqvist";

    /// <summary>Sends the messages in an empty room that the viewer has joined.</summary>
    public static async Task PlayAsync(Room room, Person mara)
    {
        await using var jonas = await ChatClient.JoinAsync(room.Server, "Jonas Weber");
        await using var priya = await ChatClient.JoinAsync(room.Server, "Priya Nair");
        await using var tomas = await ChatClient.JoinAsync(room.Server, "Tomás Ortega");
        await using var aiko = await ChatClient.JoinAsync(room.Server, "Aiko Tanaka");

        await jonas.SaidAsync("Release branch for 0.1 is cut. Two things left: the upgrade note and the reconnect fix.");
        await priya.SaidAsync("The fix is in. After a reconnect a client names the last message it has and gets the rest:\n\n```js\nconst resume = { epoch, cursors: { default: 4181 } };\nsocket.send(JSON.stringify({ type: \"hello\", id: 1, token, resume }));\n```");
        await mara.SaidAsync("Read it, I like it. Has anybody tried it on a really bad connection?");
        await tomas.SaidAsync("Prague to Brno by train, in and out of tunnels: nothing lost, nothing twice.");
        await aiko.SaidAsync("Then I ask our colleague for a sentence on *why*:");
        await aiko.SaidAsync("/AIBot why does a websocket need message numbers?");
        await mara.Page.Locator(".row.bot[data-state=done]").WaitForAsync();
        await mara.SayAsync("That goes into the note, shortened. **We ship at 15:00** unless somebody objects.");
        await mara.Rows.Last.And(mara.Page.Locator("[data-seq]")).Filter(new() { HasText = "We ship at 15:00" }).WaitForAsync();
        await jonas.SaidAsync("No objection. Coffee first.");
        await mara.Rows.Last.Filter(new() { HasText = "Coffee first." }).WaitForAsync();
    }
}
