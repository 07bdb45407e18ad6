using System.Runtime.InteropServices;

namespace Appliance.Drivers.Tests.Web;

/// <summary>A test that needs libmicrohttpd; skipped with the reason where it is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WebFactAttribute : FactAttribute
{
    public WebFactAttribute() => Skip = MicrohttpdIsThere.Excuse!;
}

/// <summary>The same with rows.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WebTheoryAttribute : TheoryAttribute
{
    public WebTheoryAttribute() => Skip = MicrohttpdIsThere.Excuse!;
}

public static class MicrohttpdIsThere
{
    /// <summary>Null: it is.</summary>
    public static string? Excuse { get; } = NativeLibrary.TryLoad("libmicrohttpd.so.12", out _)
        ? null : "libmicrohttpd12 (Debian 13: libmicrohttpd12t64) is not installed; tests/install-needs.sh does it";
}
