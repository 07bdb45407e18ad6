using Appliance.Agent.Update.Pair;
using Appliance.Core.Update;

namespace Appliance.Agent.Tests.Update;

/// <summary>A node that does what it is told, and remembers it.</summary>
internal sealed class FakePairNode : IPairNode
{
    public PairNode Now { get; set; } = new(true, "1.0", SlotPhase.Settled, "", false);

    public List<string> Deeds { get; } = [];

    public byte[] Written { get; private set; } = [];

    /// <summary>Answer to the next order; null: taken.</summary>
    public string? Refusal { get; set; }

    public Action OnReboot { get; set; } = () => { };

    public PairNode Look(out string problem)
    {
        problem = Now.Reached ? "" : "no slots here";
        return Now;
    }

    public string? Write(string path)
    {
        Deeds.Add("write");
        Written = File.ReadAllBytes(path);
        if (Refusal is null) Now = Now with { Phase = SlotPhase.Staged, Waiting = "2.0" };
        return Refusal;
    }

    public string? Reboot()
    {
        Deeds.Add("reboot");
        if (Refusal is null) OnReboot();
        return Refusal;
    }
}
