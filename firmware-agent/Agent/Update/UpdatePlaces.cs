using Appliance.Drivers.Slots;

namespace Appliance.Agent.Update;

/// <summary>Where updates find things on a node.</summary>
/// <param name="Root">"/", or a folder that stands for it in a trial.</param>
public sealed record UpdatePlaces(string Root)
{
    public SlotPlaces Slots => SlotPlaces.Below(Root);

    /// <summary>Folders of trusted public keys: of the image, and of the operator.</summary>
    public IReadOnlyList<string> KeyFolders =>
        [Path.Combine(Root, "usr/lib/appliance/update-keys"), Path.Combine(Root, "etc/appliance/update-keys")];

    /// <summary>Without it the node is not configured yet.</summary>
    public string Config => Path.Combine(Root, "etc/appliance/appliance.toml");

    /// <summary>This node's name, first word.</summary>
    public string NodeName => Path.Combine(Root, "etc/appliance/node");

    /// <summary>Says to appliance-boot-deadline.service that this boot was confirmed.</summary>
    public string Confirmed => Path.Combine(Root, "run/appliance-boot-confirmed");

    /// <summary>The rolling update of the pair, where it is carried out from.</summary>
    public string Plan => Path.Combine(Root, "var/lib/appliance/update/pair");

    /// <summary>Its file, kept over the reboots.</summary>
    public string PlanFile => Path.Combine(Root, "var/lib/appliance/update/pair.update");

    /// <summary>What the other node sent.</summary>
    public string Received => Path.Combine(Root, "var/lib/appliance/update/received.update");

    /// <summary>Held while slots or record are written.</summary>
    public string Lock => Path.Combine(Root, "run/appliance-update.lock");

    /// <summary>This machine itself.</summary>
    public bool IsReal => Root == "/";
}
