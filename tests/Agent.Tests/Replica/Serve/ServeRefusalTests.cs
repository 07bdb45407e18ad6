using Appliance.Agent.Tests.Commands;

namespace Appliance.Agent.Tests.Replica.Serve;

/// <summary>What <c>replica serve</c> finds on a disk before it starts: a person who typed the wrong thing gets the prompt back.</summary>
public sealed class ServeRefusalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("replica-serve").FullName;

    private string Disk => _folder + "/disk";

    public ServeRefusalTests() =>
        CommandLine.Run("replica", "create", "data", "--disk", Disk, "--size", "8MiB", "--node", "0", "--cluster", "site42");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_replicas_disk_is_not_served_as_a_plain_one() => Unusable();

    [Theory]
    [InlineData("--cluster", "site43", "--name", "data")]
    [InlineData("--cluster", "site42", "--name", "other")]
    [InlineData("--cluster", "site42")]
    public void Names_of_another_pair_are_refused(params string[] names) =>
        Unusable(["--metadata", "internal", "--primary", .. names]);

    [Fact]
    public void A_half_of_a_pair_with_the_other_ones_disk_is_refused()
    {
        var key = _folder + "/key";
        File.WriteAllText(key, $"1 hmac-sha256 {new string('a', 64)}\n");
        File.SetUnixFileMode(key, UnixFileMode.UserRead);
        Unusable("--metadata", "internal", "--peer", "127.0.0.1:9", "--key-file", key, "--cluster", "site42", "--name", "data");
        Unusable("--metadata", "internal", "--peer", "127.0.0.1:9", "--key-file", key + "none", "--cluster", "site42", "--name", "data");
    }

    [Fact]
    public void A_disk_without_metadata_is_refused()
    {
        File.WriteAllBytes(_folder + "/new", new byte[8 << 20]);
        var run = Serve(_folder + "/new", "--metadata", "internal", "--primary");
        Assert.Equal((int)ExitCode.Unusable, run.ExitCode);
        Assert.DoesNotContain(DiskContent.Read(_folder + "/new"), value => value != 0);
    }

    private void Unusable(params string[] more)
    {
        var before = DiskContent.Read(Disk);
        Assert.Equal((int)ExitCode.Unusable, Serve(Disk, more).ExitCode);
        Assert.Equal(before, DiskContent.Read(Disk));
        Assert.False(File.Exists(_folder + "/socket"));
    }

    private CommandLine Serve(string disk, params string[] more) =>
        CommandLine.Run(["replica", "serve", "--disk", disk, "--nbd", _folder + "/socket", .. more]);
}
