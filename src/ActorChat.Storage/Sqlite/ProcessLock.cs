using ActorChat.Domain;

namespace ActorChat.Storage.Sqlite;

/// <summary>
/// Keeps a second server away from the same file: it would write from a head of its own and announce nothing to this one.
/// The lock is the operating system's, on an open file beside the database, so it ends with the process however that ends;
/// the file stays behind and means nothing by itself.
/// </summary>
internal sealed class ProcessLock : IDisposable
{
    readonly FileStream _held;

    ProcessLock(FileStream held) => _held = held;

    /// <exception cref="StoreStartException">Another server has the database, or the folder cannot be written.</exception>
    public static ProcessLock Take(string database)
    {
        var path = database + ".lock";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(database)!);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new StoreStartException($"The folder of the database {database} cannot be made: {refused.Message.ReplaceLineEndings(" ")}", refused);
        }
        try
        {
            return new ProcessLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new StoreStartException($"The folder of the database {database} cannot be written: {refused.Message.ReplaceLineEndings(" ")}", refused);
        }
        catch (IOException held)
        {
            throw new StoreStartException($"The database {database} is in use by another ActorChat, or its folder cannot be written: {held.Message.ReplaceLineEndings(" ")}", held);
        }
    }

    public void Dispose() => _held.Dispose();
}
