namespace Appliance.Core.LinuxHa;

/// <summary>Bounds of what is taken from, and kept for, a Heartbeat node.</summary>
public static class HaLimits
{
    /// <summary>Largest message, bytes. A node in haresources mode stays below 500; the protocol would allow 256 KiB.</summary>
    public const int FrameBytesMax = 2048;

    /// <summary>Fields of a message; a node in haresources mode sends at most 16.</summary>
    public const int FieldsMax = 32;

    /// <summary>Length of a field's name, bytes.</summary>
    public const int FieldNameMax = 32;

    /// <summary>Messages that are kept for a node that missed one; as many as Heartbeat keeps.</summary>
    public const int SentKept = 500;

    /// <summary>Messages of the peer that may be missing at a time. More is a restart of the count, as in Heartbeat.</summary>
    public const int MissingMax = 250;

    /// <summary>Messages that one request can bring back.</summary>
    public const int ResentPerRequest = 50;

    /// <summary>Highest number of a key in authkeys.</summary>
    public const int KeyIndexMax = 15;

    /// <summary>Largest authkeys file, bytes.</summary>
    public const int AuthkeysBytesMax = 4096;

    /// <summary>Length of a key, bytes.</summary>
    public const int KeyBytesMax = 255;

    /// <summary>Digits of a number on the wire.</summary>
    public const int DigitsMax = 15;
}
