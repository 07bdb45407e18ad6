namespace Appliance.Core.Toml;

/// <summary>Reads TOML 1.0.0. Never throws on bytes.</summary>
public static class TomlReader
{
    /// <summary>Reads a whole file of UTF-8.</summary>
    public static TomlDocument Read(ReadOnlySpan<byte> utf8) => throw new NotImplementedException();
}
