using Appliance.Drivers.Script;

namespace Appliance.Drivers.Tests.Script;

public sealed class LsbScriptTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"appl-lsb-{Guid.NewGuid():N}");

    [Theory]
    [InlineData(0, ScriptStanding.Running)]
    [InlineData(1, ScriptStanding.Failed)]
    [InlineData(2, ScriptStanding.Failed)]
    [InlineData(3, ScriptStanding.Stopped)]
    [InlineData(4, ScriptStanding.Failed)]
    public void Status_codes_mean_what_lsb_says(int code, ScriptStanding standing) =>
        Assert.Equal(standing, Script(code).Status(default).Standing);

    [Theory]
    [InlineData(0, ScriptStanding.Running)]
    [InlineData(1, ScriptStanding.Failed)]
    [InlineData(3, ScriptStanding.Impossible)]
    [InlineData(5, ScriptStanding.Impossible)]
    [InlineData(6, ScriptStanding.Impossible)]
    [InlineData(7, ScriptStanding.Failed)]
    public void Start_codes_mean_what_lsb_says(int code, ScriptStanding standing) =>
        Assert.Equal(standing, Script(code).Start(default).Standing);

    [Fact]
    public void Missing_script_is_impossible() =>
        Assert.Equal(ScriptStanding.Impossible, new LsbScript("/nowhere/script").Start(default).Standing);

    public void Dispose() => File.Delete(_path);

    private LsbScript Script(int code)
    {
        File.WriteAllText(_path, $"#!/bin/sh\nexit {code}\n");
        File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new LsbScript(_path);
    }
}
