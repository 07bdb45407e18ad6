using Appliance.Lab.Host;

namespace Appliance.Lab.Setup;

/// <summary>The third vote: our executable as <c>appliance witness</c> on the router, the machine both nodes still see when every way
/// between them is cut.</summary>
public static class Witness
{
    /// <summary>Starts it. It runs until the lab goes down.</summary>
    /// <param name="binary">The executable on the host.</param>
    /// <param name="keys">Text of the cluster's key file.</param>
    public static void Start(LabRun lab, string binary, string keys)
    {
        var (place, state) = (lab.Place, lab.State);
        var directory = Directory.CreateDirectory($"{place.DiskDirectory}/witness", UnixFileMode.UserRead | UnixFileMode.UserWrite
            | UnixFileMode.UserExecute).FullName;
        File.WriteAllText($"{directory}/cluster.key", keys);
        File.SetUnixFileMode($"{directory}/cluster.key", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        state.Witness = HostCommand.StartDetached(place.Log("witness"),
            $"exec ip netns exec {place.SwitchNamespace} {binary} witness --cluster lab --key-file {directory}/cluster.key " +
            $"--state {directory}/votes --listen {NodePlan.RouterAddress}:694 --deadtime 600ms --keepalive 100ms");
        state.Save(place);
    }

    /// <summary>Why it does not work; null: it does.</summary>
    public static string? WhyNotRunning(LabRun lab) =>
        lab.State.Witness is { IsAlive: false } ? $"the witness ended: {File.ReadAllText(lab.Place.Log("witness")).Trim()}" : null;
}
