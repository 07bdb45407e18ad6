namespace Appliance.Agent.Devices;

/// <summary>One row of <c>appliance devices</c>.</summary>
/// <param name="Kind">watchdog, serial, gpio, i2c, led, hidraw, dahdi, bridge, relay, fence, panel.</param>
/// <param name="Name">Of the device, or of the configuration that asks for it.</param>
/// <param name="Configured">What <c>appliance.toml</c> says of it; empty: nothing.</param>
/// <param name="Found">What this machine has; empty: nothing.</param>
/// <param name="State">One of <see cref="DeviceState"/>.</param>
/// <param name="WhatToDo">A sentence for a person; empty: nothing is to be done.</param>
public sealed record DeviceReport(string Kind, string Name, string Configured, string Found, string State, string WhatToDo)
{
    /// <summary>A device that nobody asked for.</summary>
    public static DeviceReport Spare(string kind, string name, string found) => new(kind, name, "", found, DeviceState.Spare, "");

    /// <summary>Something the file asks for, found or not.</summary>
    public static DeviceReport Wanted(string kind, string name, string configured, string? found, string whatToDo) =>
        new(kind, name, configured, found ?? "", found is null ? DeviceState.Missing : DeviceState.Ok, found is null ? whatToDo : "");
}

/// <summary>The words of a device's state.</summary>
public static class DeviceState
{
    /// <summary>Configured and found.</summary>
    public const string Ok = "ok";

    /// <summary>Found, and no configuration asks for it.</summary>
    public const string Spare = "spare";

    /// <summary>Configured and not found: <c>appliance devices</c> ends with exit code 1.</summary>
    public const string Missing = "missing";

    /// <summary>Configured, and whether it is there can only be told by using it.</summary>
    public const string Unchecked = "unchecked";
}
