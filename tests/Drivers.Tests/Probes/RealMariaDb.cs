using System.Diagnostics;
using Appliance.Drivers.Probes;

namespace Appliance.Drivers.Tests.Probes;

/// <summary>
/// A real MariaDB of its own: from this machine, or out of the lab's cached Debian with that one's own loader, so that nothing has to be
/// installed. Its data is in a folder that goes with it.
/// </summary>
public sealed class RealMariaDb : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(1);
    private readonly string _directory = Directory.CreateTempSubdirectory("appliance-mariadb-").FullName;
    private readonly Process? _server;

    public RealMariaDb()
    {
        if (Root is not { } root) return;
        var share = $"{root}/usr/share/mariadb";
        Directory.CreateDirectory($"{_directory}/data/mysql");
        using (var boot = Process.Start(Command(root, "--bootstrap"))!)
        {
            boot.StandardInput.Write("use mysql;\n" + File.ReadAllText($"{share}/mariadb_system_tables.sql")
                + File.ReadAllText($"{share}/mariadb_system_tables_data.sql") + "FLUSH PRIVILEGES;\nCREATE USER poor@localhost;\n"
                + "CREATE USER probe@localhost;\nGRANT ALL ON appliance_probe.* TO probe@localhost;\n"
                + "CREATE USER admin@localhost;\nGRANT ALL ON *.* TO admin@localhost;\n");
            boot.StandardInput.Close();
            Assert.True(boot.WaitForExit(Bound) && boot.ExitCode == 0, $"bootstrap ended with {boot.ExitCode}");
        }

        _server = Process.Start(Command(root, "--skip-log-bin"))!;
        Assert.True(SpinWait.SpinUntil(() => File.Exists(Socket) || _server.HasExited, Bound) && !_server.HasExited, "no MariaDB");
    }

    /// <summary>Null: no MariaDB here.</summary>
    public static string? Root { get; } = Find();

    public string Socket => $"{_directory}/socket";

    /// <summary>One statement as administrator.</summary>
    public void Say(string statement)
    {
        var handle = MariaDbLibrary.mysql_init(0);
        Assert.NotEqual(0, MariaDbLibrary.mysql_real_connect(handle, null, "admin", null, null, 0, Socket, 0));
        Assert.Equal(0, MariaDbLibrary.mysql_query(handle, statement));
        MariaDbLibrary.mysql_close(handle);
    }

    /// <summary>Sends the server's process a signal by its name.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-s", name, $"{_server!.Id}"]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (_server is not null)
        {
            _server.Kill();
            _server.WaitForExit();
            _server.Dispose();
        }

        Directory.Delete(_directory, recursive: true);
    }

    private static string? Find()
    {
        if (File.Exists("/usr/sbin/mariadbd")) return "/";
        var cache = Environment.GetEnvironmentVariable("APPLIANCE_CACHE") ?? "/var/cache/appliance";
        return !Directory.Exists(cache) ? null
            : Directory.GetDirectories(cache, "base-*").Select(layer => $"{layer}/root").FirstOrDefault(
                root => File.Exists($"{root}/usr/sbin/mariadbd"));
    }

    private ProcessStartInfo Command(string root, string mode)
    {
        string[] arguments =
        [
            "--library-path", $"{root}/usr/lib/x86_64-linux-gnu", $"{root}/usr/sbin/mariadbd", "--no-defaults", "--user=root",
            $"--datadir={_directory}/data", $"--lc-messages-dir={root}/usr/share/mariadb", $"--plugin-dir={root}/usr/lib/mysql/plugin",
            "--innodb-buffer-pool-size=16M", "--innodb-log-file-size=4M", $"--socket={Socket}", "--skip-networking",
            $"--log-error={_directory}/log", mode,
        ];
        return new ProcessStartInfo($"{root}/lib64/ld-linux-x86-64.so.2", arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
    }
}
