using System.Text;
using ActorChat.Server.Tests.Clients;

namespace ActorChat.Server.Tests.Ai;

/// <summary>Asks the bot as a client, and collects the answer.</summary>
static class Answers
{
    /// <summary>Asks the bot and waits for the message that begins the answer.</summary>
    public static async Task<(long Asked, Frame Begun)> AskAsync(ChatClient client, string question)
    {
        var asked = await client.SaidAsync(question);
        var begun = await client.ExpectAsync(f =>
            f.Type == "message" && f.TextOf("kind") == "ai_response" && f["reply_to"].GetInt64() == asked);
        return (asked, begun);
    }

    public static Task<Frame> AnsweredAsync(ChatClient client, Frame begun) =>
        client.ExpectAsync(f => f.Type == "answered" && f["message"].GetInt64() == begun.Seq, TimeSpan.FromMinutes(2));

    public static IEnumerable<Frame> Deltas(ChatClient client, Frame begun) =>
        client.Frames.Where(f => f.Type == "ai_delta" && f["message"].GetInt64() == begun.Seq);

    /// <summary>Joins the pieces. Fails if there is a gap or an overlap.</summary>
    public static string Joined(IEnumerable<Frame> deltas)
    {
        var text = new StringBuilder();
        foreach (var delta in deltas)
        {
            Assert.Equal(text.Length, delta["offset"].GetInt32());
            text.Append(delta.TextOf("text"));
        }
        return text.ToString();
    }
}
