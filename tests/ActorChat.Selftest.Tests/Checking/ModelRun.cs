using ActorChat.Selftest.Histories;

namespace ActorChat.Selftest.Tests.Checking;

/// <summary>Correct histories.</summary>
static class ModelRun
{
    public const int Actions = 15, Clients = 3;

    /// <summary>Each step is a number that selects a client and its action.</summary>
    public static History Of(IEnumerable<int> steps)
    {
        var server = new ModelServer();
        var recorder = new Recorder();
        var clients = Enumerable.Range(1, Clients).Select(i => new ModelClient(server, recorder, $"p{i}")).ToArray();
        foreach (var step in steps) Do(clients[step % Clients], step / Clients % Actions);
        foreach (var client in clients) client.RepeatUnknown();
        foreach (var client in clients) client.CatchUp();
        return new History([.. clients.Select(c => c.History)],
            new FreshReading(server.Head, [.. server.Log], server.Messages(server.Head)));
    }

    static void Do(ModelClient client, int action)
    {
        switch (action)
        {
            case 0 or 1: client.SendNew(3); break;
            case 2: client.SendNew(1); break;
            case 3 or 4: client.CatchUp(); break;
            case 5:
                client.SendNew(2, answered: false);
                client.ConnectAgain();
                break;
            case 6: client.SendWithoutDelivery(); break;
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

    /// <summary>A history with every action at least twice.</summary>
    public static readonly History Rich = Of(Enumerable.Range(0, 4 * Actions * Clients).Select(i => i * 7 % (Actions * Clients)));
}
