using Appliance.Core.Update;

namespace Appliance.Agent.Update;

/// <summary>An update from file to slot: every refusal before anything is written.</summary>
/// <param name="say">Told what happens.</param>
/// <param name="tell">Told what is wrong beside it.</param>
public sealed class UpdateWriting(UpdatePlaces places, SlotDesk desk, Action<string> say, Action<string> tell)
{
    /// <summary>Null: the next boot tries it.</summary>
    public string? Write(string path, bool allowOlder)
    {
        if (desk.Look(out var problem) is null) return problem;
        using var only = UpdateLock.Take(places, out problem);
        if (only is null || desk.Look(out problem) is not { } view) return problem;
        using var update = UpdateFile.Open(path, TrustedKeys.Read(places.KeyFolders, tell), out problem);
        if (update is null) return problem;
        if (SlotDesk.Refusal(view, update.Header, allowOlder) is { } refusal) return $"{path}: {refusal}";
        say($"{path}: version {update.Header.Version}, signed by {update.SignedBy.Id} ({update.SignedBy.Path})");
        if ((update.CheckParts() ?? desk.Run(view, update.Header, update.Source)) is { } fault) return fault;
        say($"slot {view.Site.Running.Other().Word()} holds version {update.Header.Version}; the next boot tries it, at most "
            + $"{BootRecord.LeftMax} times until it is healthy, else slot {view.Site.Running.Word()} with "
            + $"{view.Site.Release.Version} is back");
        return null;
    }
}
