using System.Security.Cryptography;
using Appliance.Core.Update;
using Appliance.Drivers.Slots;

namespace Appliance.Agent.Update;

/// <summary>Carries out what the slot machine says: looks, writes records, writes updates step by step.</summary>
/// <param name="slots">The disk.</param>
/// <param name="tell">Told each step as it begins.</param>
public sealed class SlotDesk(ISlots slots, Action<string> tell)
{
    /// <summary>Null and a sentence: no slots here.</summary>
    public SlotView? Look(out string problem)
    {
        if (slots.Look(out problem) is not { } site) return null;
        if (site.Block is null) return new SlotView(site, new GrubEnvironment(), "there is no /boot/grub/grubenv");
        var environment = GrubEnvironment.Read(site.Block, out var damage);
        return new SlotView(
            site, environment ?? new GrubEnvironment(),
            environment is null ? $"/boot/grub/grubenv cannot be used: {damage}; GRUB boots slot a, or the one that has a kernel" : "");
    }

    /// <summary>Null: the record is on the disk.</summary>
    public string? Write(SlotView view, BootRecord record) => record.Into(view.Environment).Write() is { } block
        ? slots.WriteRecord(block)
        : $"the variables of others in /boot/grub/grubenv leave no room within its first {GrubEnvironment.UsedBytesMax} bytes: remove them "
            + "(grub-editenv /boot/grub/grubenv unset NAME)";

    /// <summary>Why this update is not for this node now; null: it is.</summary>
    public static string? Refusal(SlotView view, UpdateHeader update, bool allowOlder)
    {
        if (view.Damage.Length > 0) return $"{view.Damage}: appliance update confirm writes it anew, with this slot as the good one";
        if (view.Standing.UpdateRefusal() is { } refusal) return refusal;
        var target = view.Site.Running.Other();
        var content = view.Site.Of(target);
        var release = view.Site.Release;
        var boot = view.Site.BootFree + content.BootBytes;
        return UpdateRules.Refusal(update, new UpdateSite(release.Version, release.Arch, target, content.RootBytes, boot), allowOlder);
    }

    /// <summary>Writes the other slot and offers it for a trial. Null: the next boot tries it.</summary>
    public string? Run(SlotView view, UpdateHeader header, Func<string, SlotSource> source)
    {
        var update = SlotUpdate.Begin(view.Standing);
        while (update.Step is not (SlotStep.Done or SlotStep.Failed)) update = update.Next(Perform(view, update, header, source));
        return update.Step == SlotStep.Done ? null : update.Why;
    }

    private string? Perform(SlotView view, SlotUpdate update, UpdateHeader header, Func<string, SlotSource> source)
    {
        var target = update.Target;
        switch (update.Step)
        {
            case SlotStep.Forget:
                return Write(view, update.Record);
            case SlotStep.Withdraw:
                tell($"slot {target.Word()}: emptied, then written and read back ({header.PartsBytes >> 20} MiB)");
                return slots.Withdraw(target);
            case SlotStep.WriteRoot:
                return slots.WriteRoot(target, source(UpdateHeader.Root));
            case SlotStep.WriteInitrd:
                return slots.WriteBoot(target, UpdateHeader.Initrd, source(UpdateHeader.Initrd));
            case SlotStep.WriteRelease:
                var release = new ReleaseText(header.Version, header.Arch, $"{header.Built}");
                return slots.WriteBoot(target, SlotFiles.Release, Of(release.Write()));
            case SlotStep.WriteKernel:
                return slots.WriteBoot(target, UpdateHeader.Kernel, source(UpdateHeader.Kernel));
            default:
                return Write(view, update.Offered);
        }
    }

    private static SlotSource Of(byte[] bytes) =>
        new(bytes.Length, SHA256.HashData(bytes), (offset, into) => bytes.AsSpan((int)offset, into.Length).CopyTo(into));
}

/// <summary>How the slots stand, for commands.</summary>
/// <param name="Environment">Empty when the block is damaged.</param>
/// <param name="Damage">What is wrong with the block; empty: nothing.</param>
public sealed record SlotView(SlotSite Site, GrubEnvironment Environment, string Damage)
{
    public SlotStanding Standing => new(Site.Running, BootRecord.Of(Environment));
}
