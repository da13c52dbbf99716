using System.Text;
using ActorChat.Domain;

namespace ActorChat.Protocol.Tests;

/// <summary>Reads client frames with the default limits.</summary>
static class ClientFrames
{
    public static readonly LimitsOptions Limits = new();

    public static ClientFrame Read(string json) => ClientFrameReader.Read(Encoding.UTF8.GetBytes(json), Limits);

    public static Refusal Refusal(string json) => Assert.IsType<RefusedFrame>(Read(json)).Error;
}
