namespace Appliance.Twins;

/// <summary>A stand-in for the program that comes with a Rhino card: called as that is, it moves the line in a file.</summary>
internal static class RhinoTwin
{
    /// <param name="position">The file.</param>
    /// <param name="words">DEV RELAYON|RELAYOFF PORT, or DEV RESET.</param>
    public static int Run(string position, string[] words)
    {
        switch (words)
        {
            case [var device, ..] when !File.Exists(device):
                Console.Error.WriteLine($"cannot open {device}");
                return 1;
            case [_, "RELAYON" or "RELAYOFF", "0"]:
                PositionFile.Replace(position, words[1] == "RELAYON" ? "A\n" : "B\n");
                return 0;
            case [_, "RESET"] or [_, "RESET", "0"]:
                PositionFile.Replace(position, "B\n");
                return 0;
            default:
                Console.Error.WriteLine("usage: rhinofailover DEV RELAYON|RELAYOFF|RESET PORT");
                return 2;
        }
    }
}
