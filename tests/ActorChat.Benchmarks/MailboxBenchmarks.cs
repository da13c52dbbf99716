using Akka.Actor;
using BenchmarkDotNet.Attributes;

namespace ActorChat.Benchmarks;

/// <summary>What a message to an actor costs. The times are for one message.</summary>
public class MailboxBenchmarks
{
    const int Messages = 100_000;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    ActorSystem system = null!;
    IActorRef counter = null!;

    [GlobalSetup]
    public void Start()
    {
        system = ActorSystem.Create("benchmarks");
        counter = system.ActorOf(Props.Create(() => new Counter()));
    }

    [GlobalCleanup]
    public Task Stop() => system.Terminate();

    [Benchmark(OperationsPerInvoke = Messages)]
    public async Task<int> Tell()
    {
        for (var i = 0; i < Messages; i++) counter.Tell(this, ActorRefs.NoSender);
        return await counter.Ask<int>("how many?", Patience);
    }

    [Benchmark]
    public Task<int> Ask() => counter.Ask<int>("how many?", Patience);

    sealed class Counter : ReceiveActor
    {
        int count;

        public Counter()
        {
            Receive<string>(_ => Sender.Tell(count));
            Receive<MailboxBenchmarks>(_ => count++);
        }
    }
}
