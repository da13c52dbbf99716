using ActorChat.Selftest.Histories;

namespace ActorChat.Selftest.Tests.Checking;

/// <summary>Histories that break no promise.</summary>
static class ModelRun
{
    public const int Actions = 15, Clients = 3;

    /// <summary>Each step is a number that says who does what.</summary>
    public static History Of(IEnumerable<int> steps)
    {
        var server = new ModelServer();
        var recorder = new Recorder();
        var clients = Enumerable.Range(1, Clients).Select(i => new ModelClient(server, recorder, $"p{i}")).ToArray();
        foreach (var step in steps) Do(clients[step % Clients], step / Clients % Actions);
        foreach (var client in clients) client.RepeatUnknown();
        foreach (var client in clients) client.CatchUp();
        return new History([.. clients.Select(c => c.History)], new FreshReading(server.Head, [.. server.Log], server.Messages(server.Head)));
    }

    static void Do(ModelClient client, int action)
    {
        switch (action)
        {
            case 0 or 1: client.Say(3); break;
            case 2: client.Say(1); break;
            case 3 or 4: client.CatchUp(); break;
            case 5:
                client.Say(2, answered: false);
                client.ConnectAgain();
                break;
            case 6: client.SayIntoTheVoid(); break;
            case 7: client.Repeat(); break;
            case 8: client.RepeatUnknown(); break;
            case 9: client.Connect(null); break;
            case 10: client.ConnectFromBefore(4); break;
            case 11: client.AskTheBot(); break;
            case 12: client.ReadAgain(); break;
            case 13: client.BeRefused(); break;
            default: client.ReuseAKey(); break;
        }
    }

    /// <summary>One in which everything happens at least twice.</summary>
    public static readonly History Rich = Of(Enumerable.Range(0, 4 * Actions * Clients).Select(i => i * 7 % (Actions * Clients)));
}
