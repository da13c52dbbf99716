using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using Microsoft.Data.Sqlite;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>A server that is frozen, killed, or restored from a backup.</summary>
[Collection(SharedRoom.Beside)]
public sealed class ServerOutageTests(Chromium chromium, OwnRoom room) : IClassFixture<OwnRoom>
{
    const int Freeze = 19, Thaw = 18; // SIGSTOP and SIGCONT on Linux

    [SkippableFact]
    public async Task Messages_written_while_the_server_is_frozen_are_stored_once_when_it_resumes()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await ann.SaidAsync($"before the frost {ann.Name}");
        room.Server.Signal(Freeze);
        try
        {
            foreach (var n in new[] { 1, 2 }) await ann.SayAsync($"into the ice {n} {ann.Name}");
            await Expect(ann.Banner).ToContainTextAsync("2 messages are waiting and will be sent after reconnecting.");
        }
        finally
        {
            room.Server.Signal(Thaw);
        }
        await ann.ReconnectAsync();
        await Expect(ann.Banner).ToBeHiddenAsync();
        await Expect(ann.Stored($"into the ice 2 {ann.Name}")).ToHaveCountAsync(1);
        Assert.Equal([$"into the ice 1 {ann.Name}", $"into the ice 2 {ann.Name}"], await ann.TextsAsync("into the ice"));
        foreach (var n in new[] { 1, 2 }) Assert.Equal(1, await SendingTests.StoredAsync(room.Server, $"into the ice {n} {ann.Name}"));
        ann.AssertHarmless();
    }

    [SkippableFact]
    public async Task No_message_is_lost_or_duplicated_when_the_server_is_killed_during_a_conversation()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await using var ben = await Person.JoinAsync(chromium, room);
        var topic = Guid.NewGuid().ToString("N")[..8];
        await ann.SaidAsync($"{topic} 0");
        var talking = Task.WhenAll(TalkAsync(ann, "a"), TalkAsync(ben, "b"));
        await Expect(ben.Stored($"{topic} 4 a")).ToHaveCountAsync(1);
        await room.Server.KillAsync();
        await room.Server.StartAgainAsync();
        await talking;
        await ann.ReconnectAsync();
        await ben.ReconnectAsync();

        foreach (var person in new[] { ann, ben })
            await Expect(person.Rows.Filter(new() { HasText = topic }).And(person.Page.Locator("[data-seq]"))).ToHaveCountAsync(41);
        var seen = await ann.TextsAsync(topic);
        Assert.Equal(seen, await ben.TextsAsync(topic));
        foreach (var who in new[] { "a", "b" }) Assert.Equal(Spoken(who), seen.Where(text => text.EndsWith(who, StringComparison.Ordinal)));
        await using var reader = await ChatClient.JoinAsync(room.Server);
        var stored = await reader.AskAsync(new { type = "history", conversation = "default", before = reader.Head + 1, limit = 100 });
        Assert.Equal(seen, stored["messages"].EnumerateArray().Select(m => m.GetProperty("text").GetString()!)
            .Where(text => text.StartsWith(topic, StringComparison.Ordinal)));
        ann.AssertHarmless();
        ben.AssertHarmless();

        IEnumerable<string> Spoken(string who) => Enumerable.Range(1, 20).Select(n => $"{topic} {n} {who}");

        async Task TalkAsync(Person person, string who)
        {
            foreach (var text in Spoken(who)) await person.SayAsync(text);
        }
    }

    [SkippableFact]
    public async Task A_restored_backup_replaces_the_messages_shown_and_keeps_unsent_ones()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        foreach (var n in new[] { 1, 2, 3 }) await ann.SaidAsync($"{n} in the old log {ann.Name}");
        await room.Server.StopAsync();
        await ann.SayAsync($"unsent {ann.Name}");
        // A restored backup has a new epoch.
        await using (var connection = new SqliteConnection($"Data Source={room.Server.Database};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "UPDATE meta SET value = 'restored' WHERE key = 'epoch'; UPDATE messages SET text = 'restored' || substr(text, 2) WHERE text LIKE $text";
            command.Parameters.AddWithValue("$text", $"_ in the old log {ann.Name}");
            Assert.True(await command.ExecuteNonQueryAsync() >= 4);
        }
        await room.Server.StartAgainAsync();
        await ann.ReconnectAsync();

        await Expect(ann.Stored($"unsent {ann.Name}")).ToHaveCountAsync(1);
        await Expect(ann.Stored($"restored in the old log {ann.Name}")).ToHaveCountAsync(3);
        await Expect(ann.Rows.Filter(new() { HasText = $"1 in the old log {ann.Name}" })).ToHaveCountAsync(0);
        Assert.Equal(1, await SendingTests.StoredAsync(room.Server, $"unsent {ann.Name}"));
        await using var ben = await ChatClient.JoinAsync(room.Server);
        await ben.SaidAsync($"on it goes {ann.Name}");
        await Expect(ann.Stored($"on it goes {ann.Name}")).ToHaveCountAsync(1);
        await Expect(ann.Page).ToHaveTitleAsync("General · ActorChat");
        ann.AssertHarmless();
    }

    [SkippableFact]
    public async Task A_server_with_an_empty_database_asks_for_a_name_and_then_gets_the_unsent_messages()
    {
        var own = new OwnRoom();
        try
        {
            await using var ann = await Person.JoinAsync(chromium, own);
            await ann.SaidAsync($"forgotten {ann.Name}");
            await own.Server.StopAsync();
            await ann.SayAsync($"unsent {ann.Name}");
            await ann.Composer.FillAsync("half a thou");
            foreach (var file in Directory.EnumerateFiles(own.Server.Folder, "actorchat.db*")) File.Delete(file);
            await own.Server.StartAgainAsync();

            // Only between two attempts: the event would restart a running one, and the next wait may be 30 s.
            await Deadline.UntilAsync(async () =>
            {
                await ann.Page.EvaluateAsync(
                    "() => { if (document.querySelector('.head')?.dataset.link === 'waiting') dispatchEvent(new Event('online')); }");
                return await ann.JoinForm.IsVisibleAsync();
            }, Person.Patience, () => "The join form was not shown.");
            await Expect(ann.Page.Locator("#join-error")).ToContainTextAsync("The server no longer knows your sign-in.");
            await Expect(ann.Page.Locator("#join-name")).ToHaveValueAsync(ann.Name);
            await ann.EnterNameAsync(ann.Name);

            await Expect(ann.Stored($"unsent {ann.Name}")).ToHaveCountAsync(1);
            await Expect(ann.Rows.Filter(new() { HasText = "forgotten" })).ToHaveCountAsync(0);
            await Expect(ann.Composer).ToHaveValueAsync("half a thou");
            Assert.Equal(1, await SendingTests.StoredAsync(own.Server, $"unsent {ann.Name}"));
            ann.AssertHarmless();
        }
        finally
        {
            await own.DisposeAsync();
        }
    }
}
