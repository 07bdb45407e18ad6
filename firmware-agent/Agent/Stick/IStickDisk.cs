namespace Appliance.Agent.Stick;

/// <summary>The few things that taking a stick does to the node's disk; each may be the last before the power fails. All paths are below
/// one folder and have "/" between their parts. Every method throws <see cref="IOException"/> with words.</summary>
public interface IStickDisk
{
    bool Exists(string path);

    /// <summary>Files below a folder, relative to it, sorted; empty when there is none.</summary>
    IReadOnlyList<string> Files(string folder);

    /// <summary>Makes a folder if it is not there. Durable after <see cref="Sync"/> of its parent.</summary>
    void MakeFolder(string path);

    /// <summary>Writes a new file and makes its content durable; its name is after <see cref="Sync"/> of its folder.</summary>
    void Write(string path, byte[] bytes, UnixFileMode mode);

    /// <summary>Moves a file over another one or to a new name.</summary>
    void Move(string from, string to);

    /// <summary>Makes the names in a folder durable; "" is the folder itself.</summary>
    void Sync(string folder);

    /// <summary>Removes a file.</summary>
    void Delete(string path);

    /// <summary>Removes a folder with all that is in it; nothing when there is none.</summary>
    void DeleteFolder(string path);
}
