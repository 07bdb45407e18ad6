using System.Text.Json;
using Appliance.Lab.Host;
using Appliance.Lab.Setup;

namespace Appliance.Lab.Stacks;

/// <summary>Our own agent, as the repository builds it.</summary>
public sealed class ApplianceStack(string binary) : IClusterStack
{
    /// <inheritdoc/>
    public string Name => "appliance";

    /// <inheritdoc/>
    public string Settings => "keepalive 100 ms, deadtime 600 ms";

    /// <inheritdoc/>
    public string Layer => "pbx";

    /// <inheritdoc/>
    public string AgentUnit => "appliance-agent.service";

    /// <inheritdoc/>
    public IReadOnlyList<string> Daemons => ["appliance"];

    /// <inheritdoc/>
    public bool Replicates => Configuration.Contains("[replica.data]", StringComparison.Ordinal);

    /// <inheritdoc/>
    public bool HasLines => Configuration.Contains("type = \"tdm\"", StringComparison.Ordinal);

    /// <summary>The executable on the host.</summary>
    public string Binary => binary;

    /// <inheritdoc/>
    public void PrepareDisk(NodeMachine node)
    {
        if (!File.Exists(binary))
            throw new LabException($"{binary} does not exist; build it with: dotnet publish firmware-agent/Agent -c Release -o out/agent");
        var repository = RootFileSystem.Repository;
        var configuration = Directory.CreateDirectory($"{node.Root}/etc/appliance").FullName;
        File.Copy(binary, $"{node.Root}/usr/bin/appliance", overwrite: true);
        File.SetUnixFileMode($"{node.Root}/usr/bin/appliance", (UnixFileMode)0b111_101_101);
        File.WriteAllText($"{configuration}/appliance.toml", Configuration.Replace("loop = { pbx-a = 40, pbx-b = 41 }",
            $"loop = {{ pbx-a = {node.Disk.LoopOf(NodePlan.A)}, pbx-b = {node.Disk.LoopOf(NodePlan.B)} }}", StringComparison.Ordinal));
        if (HasLines) File.Copy($"{repository}/tests/Lab/config/redfone.conf", $"{configuration}/redfone.conf", overwrite: true);
        // A key for the laboratory only. Both nodes get the same one.
        File.WriteAllText($"{configuration}/cluster.key", LaboratoryKey);
        File.SetUnixFileMode($"{configuration}/cluster.key", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        foreach (var unit in Directory.GetFiles($"{repository}/systemd", "*.service"))
            File.Copy(unit, $"{node.Root}/etc/systemd/system/{Path.GetFileName(unit)}", overwrite: true);
        // With a replica the agents start when there is something to serve: StartCluster.
        if (Replicates) InstallRecorder(node);
        else HostCommand.Run("systemctl", $"--root={node.Root}", "enable", AgentUnit);
    }

    /// <inheritdoc/>
    public void StartCluster(LabRun lab)
    {
        Witness.Start(lab, binary, LaboratoryKey);
        if (!Replicates) return; // It starts with the nodes.
        new ReplicaSetup(lab).Run();
        foreach (var node in lab.Nodes) node.Run("systemctl", "enable", "--quiet", "--now", AgentUnit);
    }

    /// <inheritdoc/>
    public string? WhyNotInSync(LabRun lab) => Replicates ? new ReplicaSetup(lab).WhyNotInSync() : null;

    /// <inheritdoc/>
    public void ReattachDisk(LabRun lab, NodeMachine node)
    {
        // A primary that serves through its peer hands over first, as an operator who has the new disk in his hand does.
        if (lab.Serving().Contains(node.Plan))
        {
            SwitchAway(lab, node.Plan);
            if (!Waiting.Until(TimeSpan.FromSeconds(10), () => lab.Serving() is [var one] && one != node.Plan))
                Console.Error.WriteLine($"{node.Plan.Name} did not hand over");
        }

        var answer = node.Try("appliance", "replica", "attach", "data");
        if (answer.ExitCode != 0) Console.Error.WriteLine($"{node.Plan.Name}: {(answer.Error + answer.Output).Trim()}");
    }

    /// <inheritdoc/>
    public void ForgetFailures(NodeMachine node) => node.Try("appliance", "resource", "cleanup", "pbx");

    /// <inheritdoc/>
    public string? WhyNotHealthy(LabRun lab)
    {
        if (Witness.WhyNotRunning(lab) is { } why) return why;
        foreach (var node in lab.Nodes)
        {
            var status = node.Try(TimeSpan.FromSeconds(5), "appliance", "status", "--oneline");
            if (status.ExitCode != 0) return $"{node.Plan.Name}: {(status.Output + status.Error).Trim()}";
        }
        return null;
    }

    /// <inheritdoc/>
    public void SwitchAway(LabRun lab, NodePlan from) => lab.Machine(from).Run("appliance", "switchover", "pbx");

    /// <inheritdoc/>
    public void Rejoin(LabRun lab, NodePlan node)
    {
        // The node that handed over stays a candidate.
    }

    /// <inheritdoc/>
    public IReadOnlyList<ClusterEvent> Events(NodeMachine node, double sinceUnixMs)
    {
        var answer = node.Try(TimeSpan.FromSeconds(10), "appliance", "events", "--json");
        return
        [
            .. answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonSerializer.Deserialize<ClusterEvent>(line))
                .OfType<ClusterEvent>()
                .Where(entry => entry.UnixMs >= sinceUnixMs),
        ];
    }

    private static void InstallRecorder(NodeMachine node)
    {
        var source = $"{RootFileSystem.Repository}/tests/Lab/config";
        File.Copy($"{source}/recorder.sh", $"{node.Root}/usr/local/sbin/recorder", overwrite: true);
        File.Copy($"{source}/recorder.service", $"{node.Root}/etc/systemd/system/recorder.service", overwrite: true);
        HostCommand.Run("systemctl", $"--root={node.Root}", "enable", "--quiet", "recorder.service");
    }

    private static string Configuration => File.ReadAllText($"{RootFileSystem.Repository}/tests/Lab/config/appliance.toml");

    private static string LaboratoryKey =>
        "1 hmac-sha256 " + string.Concat(Enumerable.Range(1, 32).Select(number => $"{number:x2}")) + "\n";
}
