using ActorChat.Domain;

namespace ActorChat.Storage.Sqlite;

/// <summary>
/// Keeps a second server from using the same file: each would announce only its own messages to its clients.
/// It is a lock of the operating system on an open file beside the database, so it ends with the process, however that ends. The file stays
/// and means nothing by itself.
/// </summary>
internal sealed class ProcessLock : IDisposable
{
    readonly FileStream file;

    ProcessLock(FileStream file) => this.file = file;

    /// <exception cref="StoreStartException">Another server uses the database, or the folder cannot be written.</exception>
    public static ProcessLock Take(string database)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(database)!);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw Failure($"The folder of the database {database} cannot be created", refused);
        }
        try
        {
            return new ProcessLock(new FileStream(database + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException refused)
        {
            throw Failure($"The folder of the database {database} cannot be written", refused);
        }
        catch (IOException held)
        {
            throw Failure($"The database {database} is in use by another ActorChat, or its folder cannot be written", held);
        }
    }

    static StoreStartException Failure(string problem, Exception cause) =>
        new($"{problem}: {cause.Message.ReplaceLineEndings(" ")}", cause);

    public void Dispose() => file.Dispose();
}
