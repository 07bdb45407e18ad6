using Appliance.Core.Import.Resources;
using static Appliance.Core.Import.Outcome;

namespace Appliance.Core.Import.HaCf;

/// <summary>The line <c>stonith_host FROM TYPE PARAMETERS</c>.</summary>
internal static class HeartbeatFence
{
    // stonith_host * external/ipmi NODE ADDRESS USER PASSWORD INTERFACE
    private const int IpmiNode = 2;
    private const int IpmiAddress = 3;
    private const int IpmiUser = 4;
    private const int IpmiPassword = 5;
    private const int IpmiInterface = 6;

    public static Outcome? Take(string[] arguments, Place place, PairFacts facts)
    {
        if (arguments.Length < 2) return Refused("expected a host, a type and the parameters of the device");
        if (arguments[1] is not ("external/ipmi" or "ipmilan") || arguments.Length <= IpmiPassword)
            return Refused($"the device {ImportNotes.Shown(arguments[1])} is not translated; write [fence.NAME] (ipmi, a fence-agents "
                + "script, relay, gpio or exec)");
        // ipmilan has a port, an authentication and a privilege between address and user.
        if (arguments[1] == "ipmilan") return Refused("the parameters of ipmilan are not translated; write [fence.NAME] with driver = "
            + "\"ipmi\"");
        var parameters = new List<(string Key, string Value)>
        {
            ("hostname", arguments[IpmiNode]), ("ipaddr", arguments[IpmiAddress]), ("userid", arguments[IpmiUser]),
            ("passwd", arguments[IpmiPassword]),
        };
        if (arguments.Length > IpmiInterface) parameters.Add(("interface", arguments[IpmiInterface]));
        return FenceMapping.Take($"ipmi-{arguments[IpmiNode]}", "external/ipmi", parameters, place, facts);
    }
}
