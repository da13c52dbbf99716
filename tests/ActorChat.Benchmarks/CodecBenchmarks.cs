using System.Text.Json;
using ActorChat.Domain;
using ActorChat.Protocol;
using BenchmarkDotNet.Attributes;

namespace ActorChat.Benchmarks;

/// <summary>A send is read once and its event encoded once, however many get it.</summary>
public class CodecBenchmarks
{
    readonly LimitsOptions limits = new();
    readonly Message message = Samples.Message(4204);
    readonly FrameBatchBuilder builder = new();
    readonly byte[] send = JsonSerializer.SerializeToUtf8Bytes(
        new { type = "send", id = 7, conversation = "default", key = "0123456789abcdef-4204", text = Samples.Text });

    [Benchmark]
    public ClientFrame ReadSend() => ClientFrameReader.Read(send, limits);

    [Benchmark]
    public FrameBatch EncodeMessage()
    {
        EventWriter.Write(builder.Begin(), message);
        builder.End();
        return builder.Build();
    }

    [Benchmark]
    public FrameBatch EncodeOk()
    {
        ServerFrames.Sent(builder, 7, 4204, message.At, duplicate: false);
        return builder.Build();
    }
}
