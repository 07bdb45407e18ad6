using System.Globalization;

namespace Appliance.Agent.Control;

/// <summary>The name of whoever is at the other end of the control socket, for the record of an order.</summary>
internal static class WhoOrders
{
    /// <summary>Not set: nobody logged in, a service (audit(7)).</summary>
    private const uint NoLogin = uint.MaxValue;

    private const int NameMax = 40;

    /// <summary>"root", or "root (logged in as anna)" where the kernel knows who logged in.</summary>
    public static string Of(PeerCredentials? who)
    {
        if (who is null) return "somebody the kernel does not name";
        var passwd = Lines("/etc/passwd");
        var name = Name(who.UserId, passwd);
        var login = Lines($"/proc/{who.ProcessId}/loginuid") is [var line, ..]
            && uint.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : NoLogin;
        return login == NoLogin || login == who.UserId ? name : $"{name} (logged in as {Name(login, passwd)})";
    }

    /// <summary>Name of a user from the text of /etc/passwd (passwd(5)); its number when it has none.</summary>
    internal static string Name(uint user, IEnumerable<string> passwd)
    {
        var number = user.ToString(CultureInfo.InvariantCulture);
        foreach (var line in passwd)
        {
            var fields = line.Split(':');
            if (fields.Length >= 3 && fields[2] == number && fields[0].Length is > 0 and <= NameMax) return fields[0];
        }

        return $"user {number}";
    }

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return []; // It has ended already, or there is no audit in this kernel: the number is told.
        }
    }
}
