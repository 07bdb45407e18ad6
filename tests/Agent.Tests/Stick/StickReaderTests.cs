using System.Diagnostics;
using System.Net.Sockets;
using Appliance.Agent.Stick;
using Appliance.Core.Stick;

namespace Appliance.Agent.Tests.Stick;

/// <summary>What a hostile stick may hold: it ends in sentences, never in a hang, an exception or a foreign byte.</summary>
public sealed class StickReaderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("appliance-stick-read-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Known_files_are_read_and_others_are_not_opened()
    {
        Write("appliance.toml", "x = 1");
        Write("NODE", "pbx-a");
        Write("holiday.jpg", "secret");
        Write("System Volume Information/x", "y");
        Write("ssh/authorized_keys", "k");
        Write("ssh/id_rsa", "secret");
        Write("licence/a.lic", "l");
        Write("licence/._a.lic", "mac");
        Write("._appliance.toml", "mac");
        Write("result.txt", "old");
        var contents = StickReader.Read(_folder.FullName);
        Assert.Empty(contents.Problems);
        Assert.True(contents.IsOurs);
        Assert.Equal(["appliance.toml", "licence/a.lic", "node", "ssh/authorized_keys"], contents.Files.Select(file => file.Name).Order());
    }

    [Fact]
    public void A_stick_without_our_file_is_nobodys() => Assert.False(StickReader.Read(_folder.FullName).IsOurs);

    [Theory]
    [InlineData("backup.toml")]
    [InlineData("Appliance (1).TOML")]
    public void Two_configurations_are_refused_by_name(string other)
    {
        Write("appliance.toml", "x = 1");
        Write(other, "x = 2");
        Assert.Contains(StickReader.Read(_folder.FullName).Problems, problem =>
            problem.Contains(other, StringComparison.Ordinal)
            && problem.Contains("expected one, named appliance.toml", StringComparison.Ordinal));
    }

    [Fact]
    public void Names_that_differ_in_capitals_only_are_refused()
    {
        Write("appliance.toml", "x = 1");
        Write("Appliance.toml", "x = 2");
        Assert.Contains(StickReader.Read(_folder.FullName).Problems, problem => problem.Contains("both there", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("appliance.toml")]
    [InlineData("cluster.key")]
    [InlineData("proof")]
    [InlineData("ssh/authorized_keys")]
    [InlineData("licence/a")]
    public void Links_pipes_folders_and_devices_are_refused_where_a_file_belongs(string name)
    {
        Write("appliance.toml", "x = 1");
        foreach (var kind in new[] { "link", "dangling", "pipe", "folder", "socket" })
        {
            var path = Path.Combine(_folder.FullName, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Delete(path);
            using var socket = Make(kind, path);
            var contents = StickReader.Read(_folder.FullName);
            Assert.Contains(contents.Problems, problem => problem.StartsWith($"{name} is no regular file", StringComparison.Ordinal));
            Assert.DoesNotContain(contents.Files, file => file.Name == name);
            if (kind == "folder") Directory.Delete(path);
            else File.Delete(path);
        }
    }

    [Fact]
    [Trait("Needs", "root")]
    public void A_device_is_not_even_opened()
    {
        Write("node", "pbx-a");
        // The console's and the memory's numbers: reading them would hang or give somebody's data.
        Run("mknod", Path.Combine(_folder.FullName, "appliance.toml"), "c", "1", "5");
        Run("mknod", Path.Combine(_folder.FullName, "cluster.key"), "b", "7", "200");
        var contents = StickReader.Read(_folder.FullName);
        Assert.Equal(2, contents.Problems.Count(problem => problem.Contains("is no regular file", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("ssh")]
    [InlineData("licence")]
    public void A_folder_that_is_a_link_is_not_followed(string name)
    {
        var outside = Directory.CreateTempSubdirectory("appliance-stick-outside-");
        try
        {
            File.WriteAllText(Path.Combine(outside.FullName, "authorized_keys"), "theirs");
            Write("appliance.toml", "x = 1");
            Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, name), outside.FullName);
            var contents = StickReader.Read(_folder.FullName);
            Assert.Contains(contents.Problems, problem => problem.StartsWith($"{name} is no folder", StringComparison.Ordinal));
            Assert.Single(contents.Files);
        }
        finally
        {
            outside.Delete(recursive: true);
        }
    }

    [Fact]
    public void Sizes_and_counts_are_bounded_before_anything_is_read()
    {
        using (var huge = File.OpenHandle(Path.Combine(_folder.FullName, "appliance.toml"), FileMode.Create, FileAccess.Write))
            RandomAccess.SetLength(huge, 1L << 40);
        Write("cluster.key", new string('x', (16 << 10) + 1));
        for (var number = 0; number <= StickNames.LicencesMax; number++) Write($"licence/l{number}", "l");
        var clock = Stopwatch.StartNew();
        var problems = StickReader.Read(_folder.FullName).Problems;
        Assert.Contains(problems, problem => problem.StartsWith("appliance.toml has 1099511627776 bytes", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.StartsWith("cluster.key has 16385 bytes", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("more than 32 files in licence", StringComparison.Ordinal));
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 60);
    }

    [Fact]
    public void Small_files_do_not_add_up_to_a_large_stick()
    {
        Write("appliance.toml", "x = 1");
        for (var number = 0; number < 8; number++) Write($"licence/l{number}", new string('x', StickNames.LicenceBytesMax));
        var contents = StickReader.Read(_folder.FullName);
        Assert.NotEmpty(contents.Problems);
        Assert.InRange(contents.Files.Sum(file => file.Bytes.Length), 1, StickNames.TotalBytesMax);
    }

    [Fact]
    public void Too_many_entries_are_an_archive_and_no_stick()
    {
        Write("appliance.toml", "x = 1");
        for (var number = 0; number <= StickNames.RootEntriesMax; number++) Write($"f{number}", "");
        Assert.Contains(
            StickReader.Read(_folder.FullName).Problems, problem => problem.Contains("more than 1000 entries", StringComparison.Ordinal));
    }

    [Fact]
    public void Somebodys_archive_without_our_file_is_not_ours()
    {
        for (var number = 0; number <= StickNames.RootEntriesMax; number++) Write($"f{number}", "");
        Assert.False(StickReader.Read(_folder.FullName).IsOurs);
    }

    [Fact]
    public void A_missing_stick_is_a_sentence() =>
        Assert.Single(StickReader.Read(Path.Combine(_folder.FullName, "gone")).Problems);

    /// <summary>Random trees of everything that a file system can hold.</summary>
    [Fact]
    public void Random_trees_never_throw_and_never_give_what_lies_outside()
    {
        var outside = Path.Combine(Path.GetTempPath(), $"appliance-stick-secret-{Environment.ProcessId}");
        File.WriteAllText(outside, "SECRET");
        var random = new Random(7);
        string[] names =
        [
            "appliance.toml", "Appliance.Toml", "node", "cluster.key", "proof", "ssh", "licence", "ssh/authorized_keys", "licence/a",
            "licence/b c",
            "licence/\n", "x.toml", "result.txt", "licence/-rf", "ssh/authorized_keys/deep", "licence/deep/er", "..\\evil", "con",
            "a\u0001b",
        ];
        string[] kinds = ["file", "big", "link", "dangling", "pipe", "folder", "empty"];
        try
        {
            for (var round = 0; round < 400; round++)
            {
                foreach (var _ in Enumerable.Range(0, random.Next(10)))
                {
                    var path = Path.Combine(_folder.FullName, names[random.Next(names.Length)]);
                    if (Path.Exists(path) || new FileInfo(path).LinkTarget is not null) continue;
                    if (!Directory.Exists(Path.GetDirectoryName(path))) continue;
                    using var made = Make(kinds[random.Next(kinds.Length)], path, outside);
                }

                var contents = StickReader.Read(_folder.FullName);
                Assert.All(contents.Files, file => Assert.DoesNotContain(
                    "SECRET", System.Text.Encoding.UTF8.GetString(file.Bytes), StringComparison.Ordinal));
                Assert.Equal(contents.Files.Count, contents.Files.Select(file => file.Name).Distinct().Count());
                foreach (var entry in _folder.EnumerateFileSystemInfos())
                    if (entry is DirectoryInfo { LinkTarget: null } folder) folder.Delete(recursive: true);
                    else entry.Delete();
            }
        }
        finally
        {
            File.Delete(outside);
        }
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static IDisposable? Make(string kind, string path, string target = "/etc/hostname")
    {
        switch (kind)
        {
            case "link": File.CreateSymbolicLink(path, target); break;
            case "dangling": File.CreateSymbolicLink(path, "/nowhere"); break;
            case "pipe": Run("mkfifo", path); break;
            case "folder": Directory.CreateDirectory(path); break;
            case "big": File.WriteAllBytes(path, new byte[2 << 20]); break;
            case "empty": File.WriteAllText(path, ""); break;
            case "socket":
                var socket = new Socket(
                    AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                socket.Bind(new UnixDomainSocketEndPoint(path));
                return socket;
            default: File.WriteAllText(path, "text"); break;
        }

        return null;
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
