using System.Text;
using Appliance.Core.LinuxHa;

namespace Appliance.Core.Tests.LinuxHa;

internal static class Keys
{
    public static HaKeys Test => Of("auth 1\n1 sha1 testkey\n");

    public static HaKeys Of(string file)
    {
        var keys = AuthkeysFile.Read(Encoding.Latin1.GetBytes(file), out var problems);
        Assert.True(keys is not null, string.Join('\n', problems));
        return keys;
    }
}
