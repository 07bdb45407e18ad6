using System.Text;
using Appliance.Core.LinuxHa;

namespace Appliance.Core.Tests.LinuxHa;

/// <summary>Heartbeat's authkeys.</summary>
public class AuthkeysFileTests
{
    [Fact]
    public void The_key_that_auth_names_signs_and_all_are_known()
    {
        var keys = Keys.Of("# keys\nauth 2\n1 crc\n2 sha1 secret # comment\n15 md5 other\n");
        Assert.Equal((2, HaMethod.Sha1, 3), (keys.Sending.Index, keys.Sending.Method, keys.Known.Length));
        Assert.Null(keys.Find(3));
    }

    [Theory]
    [InlineData("1 sha1 hidden\n", "a line \"auth NUMBER\" is missing")]
    [InlineData("auth 1\n", "auth 1 names a key that is not in the file")]
    [InlineData("auth 1\nauth 1\n1 crc\n", "line 2: a second \"auth\"")]
    [InlineData("auth 1\n1 crc hidden\n", "line 2: crc takes no key")]
    [InlineData("auth 1\n1 sha1\n", "line 2: sha1 takes one key")]
    [InlineData("auth 1\n1 sha1 hidden hidden\n", "line 2: sha1 takes one key")]
    [InlineData("auth 1\n1 sha256 hidden\n", "line 2: expected")]
    [InlineData("auth 1\n1 crc\n1 crc\n", "line 3: there is a key 1 already")]
    [InlineData("auth 16\n16 crc\n", "line 1: expected")]
    [InlineData("auth -1\n", "line 1: expected")]
    [InlineData("", "a line \"auth NUMBER\" is missing")]
    public void What_is_wrong_is_said_and_no_key_is_shown(string file, string words)
    {
        Assert.Null(AuthkeysFile.Read(Encoding.Latin1.GetBytes(file), out var problems));
        Assert.Contains(problems, problem => problem.Contains(words, StringComparison.Ordinal));
        Assert.DoesNotContain(problems, problem => problem.Contains("hidden", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_of_any_bytes_is_read_or_refused()
    {
        var random = new Random(3);
        for (var round = 0; round < 5000; round++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            Assert.True(AuthkeysFile.Read(bytes, out var problems) is not null || problems.Length > 0);
        }

        Assert.Null(AuthkeysFile.Read(new byte[HaLimits.AuthkeysBytesMax + 1], out _));
    }
}
