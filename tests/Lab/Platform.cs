using System.Runtime.Versioning;

// Namespaces, overlays and nspawn: nothing here could run elsewhere.
[assembly: SupportedOSPlatform("linux")]
