using Appliance.Core.Update;

namespace Appliance.Core.Tests.Update;

/// <summary>A machine with two slots: the steps of the code under test on a disk of a few values, boots by
/// <see cref="GrubModel"/>.</summary>
internal sealed class SlotNode
{
    private readonly Dictionary<char, Content> _slots = new()
    {
        ['a'] = new Content(0, false, false), ['b'] = new Content(0, false, false),
    };

    private byte[] _block;

    public SlotNode(char first)
    {
        Runs = first;
        _slots[first] = new Content(1, HasKernel: true, Healthy: true) { IsRootWhole = true, Confirmed = true };
        _block = new BootRecord(SlotText.Read($"{first}")!.Value, null, 0, false).Into(new GrubEnvironment()).Write()!;
    }

    public char Runs { get; private set; }

    /// <summary>Kernel and root are of one update, all of it.</summary>
    public bool IsWhole => _slots[Runs] is { HasKernel: true, IsRootWhole: true };

    public bool IsHealthy => _slots[Runs].Healthy;

    public int Version => _slots[Runs].Version;

    public bool HasConfirmed => _slots.Values.Any(slot => slot is { Confirmed: true, HasKernel: true, IsRootWhole: true });

    public SlotStanding Standing => new(SlotText.Read($"{Runs}")!.Value, Record);

    private BootRecord Record => BootRecord.Of(GrubEnvironment.Read(_block, out _) ?? new GrubEnvironment());

    /// <summary>Runs an update to its end, or until the power goes in one of its steps.</summary>
    /// <param name="half">That step reached the disk in part; a write of the record never does.</param>
    public void Update(int version, bool healthy, SlotStep? cutAt = null, bool half = false)
    {
        var update = SlotUpdate.Begin(Standing);
        while (update.Step != SlotStep.Done)
        {
            var target = update.Target.Word()[0];
            var cut = update.Step == cutAt;
            if (!cut || half) Perform(update, target, version, healthy, cut);
            if (cut) return;
            update = update.Next(null);
        }
    }

    public void Boot()
    {
        var choice = GrubModel.Boot(_block, slot => _slots[slot].HasKernel);
        (Runs, _block) = (choice.Slot, choice.Block);
    }

    public void Confirm()
    {
        if (Standing.Confirmed() is not { } record) return;
        Write(record);
        _slots[Runs] = _slots[Runs] with { Confirmed = true };
    }

    public void RollBack()
    {
        var other = Runs == 'a' ? 'b' : 'a';
        if (Standing.RolledBack(_slots[other].HasKernel, out _) is { } record) Write(record);
    }

    public void LoseBlock() => _block = new byte[GrubEnvironment.Bytes];

    private void Perform(SlotUpdate update, char target, int version, bool healthy, bool part)
    {
        var slot = _slots[target];
        switch (update.Step)
        {
            case SlotStep.Forget:
                Write(update.Record);
                break;
            case SlotStep.Withdraw:
                _slots[target] = slot with { HasKernel = false, Confirmed = false };
                break;
            case SlotStep.WriteRoot:
                _slots[target] = new Content(version, HasKernel: slot.HasKernel, healthy) { IsRootWhole = !part };
                break;
            case SlotStep.WriteKernel:
                _slots[target] = slot with { HasKernel = true };
                break;
            case SlotStep.Offer:
                Write(update.Offered);
                break;
            default:
                break;
        }
    }

    private void Write(BootRecord record) => _block = record.Into(GrubEnvironment.Read(_block, out _) ?? new GrubEnvironment()).Write()!;

    private sealed record Content(int Version, bool HasKernel, bool Healthy)
    {
        public bool IsRootWhole { get; init; }

        public bool Confirmed { get; init; }
    }
}
