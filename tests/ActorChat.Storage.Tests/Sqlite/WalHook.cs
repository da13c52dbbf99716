using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace ActorChat.Storage.Tests.Sqlite;

/// <summary>A hook that SQLite calls after a commit has happened. COMMIT returns what the hook returns.</summary>
internal sealed class WalHook : IDisposable
{
    public const int Ok = 0;
    public const int IoError = 10;

    readonly Callback callback; // kept alive, because native code calls it

    public WalHook(SqliteConnection connection, Func<int> result)
    {
        callback = (_, _, _, _) =>
        {
            Called = true;
            return result();
        };
        sqlite3_wal_hook(connection.Handle!.DangerousGetHandle(), callback, 0);
    }

    public bool Called { get; private set; }

    public void Dispose() => GC.KeepAlive(callback);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    delegate int Callback(nint context, nint connection, nint name, int pages);

    [DllImport("e_sqlite3"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern nint sqlite3_wal_hook(nint connection, Callback callback, nint context);
}
