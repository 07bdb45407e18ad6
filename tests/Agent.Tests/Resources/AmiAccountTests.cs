using System.Net;
using Appliance.Agent.Resources;
using Appliance.Drivers.Interop;
using Appliance.Drivers.Probes.Asterisk;
using Appliance.Drivers.Tests.Support;

namespace Appliance.Agent.Tests.Resources;

/// <summary>The probe's account in Asterisk's manager.</summary>
public sealed class AmiAccountTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _directory = Directory.CreateTempSubdirectory("appliance-manager-").FullName;

    private string Folder => Path.Combine(_directory, "manager.d");

    private string Main => Path.Combine(_directory, "manager.conf");

    private string Secret => Path.Combine(_directory, "ami.secret");

    private string Account => Path.Combine(Folder, AmiAccount.FileName);

    public AmiAccountTests()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Main, "[general]\n#include \"manager.d/*.conf\"\n");
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string Provide(string address = "127.0.0.1") =>
        new AmiAccount(new AmiTarget(new IPEndPoint(IPAddress.Parse(address), 5038), "watcher", Secret), Folder).Provide();

    [Fact]
    public void Account_and_secret_are_made_and_nobody_else_reads_them()
    {
        Assert.Equal("", Provide());
        var secret = File.ReadAllText(Secret).Trim();
        Assert.Matches("^[0-9a-f]{32}$", secret);
        string[] expected =
            ["[watcher]", $"secret = {secret}", "deny = 0.0.0.0/0", "deny = ::/0", "permit = 127.0.0.1/32", "write = reporting"];
        Assert.Equal(expected, File.ReadAllLines(Account).Where(line => !line.StartsWith(';')));
        Assert.Equal((Private, Private | UnixFileMode.GroupRead), (File.GetUnixFileMode(Secret), File.GetUnixFileMode(Account)));
        Assert.Equal([Account], Directory.GetFiles(Folder));
    }

    [Fact]
    public void Secret_that_is_there_is_used_and_the_account_of_the_other_node_replaced()
    {
        File.WriteAllText(Secret, "mine\nand more\n");
        File.WriteAllText(Account, "[watcher]\nsecret = of-the-other-node\n");
        Assert.Equal("", Provide("::1"));
        Assert.Equal("mine\nand more\n", File.ReadAllText(Secret));
        Assert.Contains("secret = mine\n", File.ReadAllText(Account), StringComparison.Ordinal);
        Assert.Contains("permit = ::1/128\n", File.ReadAllText(Account), StringComparison.Ordinal);
        Assert.Equal(Private | UnixFileMode.GroupRead, File.GetUnixFileMode(Account));
    }

    [Fact]
    public void Account_that_is_right_is_not_touched()
    {
        Provide();
        var written = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(Account, written);
        Assert.Equal("", Provide());
        Assert.Equal(written, File.GetLastWriteTimeUtc(Account));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("a;b")]
    [InlineData("]\n")]
    [InlineData("two words")]
    [InlineData("schlüssel")]
    public void Secret_that_the_file_cannot_hold_is_told_and_nothing_written(string secret)
    {
        File.WriteAllText(Secret, secret);
        Assert.StartsWith($"the manager's account was not made: {Secret}: expected a first line of letters and digits", Provide(),
            StringComparison.Ordinal);
        Assert.False(File.Exists(Account));
    }

    [Fact]
    public void Without_the_folder_or_manager_conf_it_is_told()
    {
        Directory.Delete(Folder);
        Assert.Equal($"the manager's account was not made: {Folder} does not exist, so {Main} cannot include it", Provide());
        File.Delete(Main);
        Assert.Equal($"the manager's account was not made: {Main} does not exist", Provide());
        Assert.False(File.Exists(Secret));
    }

    [Fact]
    public void What_cannot_be_written_is_told()
    {
        Directory.CreateDirectory(Account);
        File.WriteAllText(Path.Combine(Account, "in the way"), "");
        Assert.StartsWith("the manager's account was not made: ", Provide(), StringComparison.Ordinal);
    }

    [RootFact]
    [Trait("Needs", "root")]
    public void Account_can_be_read_by_whoever_reads_manager_conf()
    {
        Assert.Equal(0, Libc.chown(Main, 4711, 4712));
        Assert.Equal("", Provide());
        var facts = StatX.Of(Account)!.Value;
        Assert.Equal((4711u, 4712u), (facts.Owner, facts.Group));
        Assert.Equal(Libc.geteuid(), StatX.Of(Secret)!.Value.Owner);
    }
}
