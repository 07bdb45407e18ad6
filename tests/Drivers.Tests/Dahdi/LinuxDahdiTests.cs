using Appliance.Core.Dahdi;
using Appliance.Drivers.Dahdi;

namespace Appliance.Drivers.Tests.Dahdi;

/// <summary>
/// The Linux driver on a tree of files with the layout of dahdi-linux, and on scripts that stand for modprobe and dahdi_cfg. No kernel
/// here has DAHDI.
/// </summary>
public sealed class LinuxDahdiTests : DahdiContract, IDisposable
{
    private readonly string _place = Directory.CreateTempSubdirectory("panel-dahdi-").FullName;

    public LinuxDahdiTests()
    {
        Write("system.conf", "span=1,1,0,ccs,hdb3\n");
        Script("modprobe", """
            cd "$(dirname "$0")"
            if [ "$1" = -r ]; then
                [ ! -e in-use ] || { echo "modprobe: FATAL: Module $2 is in use." >&2; exit 1; }
                rm -rf proc sys; exit 0
            fi
            [ "$1" = card ] || { echo "modprobe: FATAL: Module $1 not found in directory /lib/modules" >&2; exit 1; }
            [ ! -d proc ] || exit 0
            mkdir proc sys
            for number in 1 2; do
                printf 'Span %s: TE2/0/%s "card" HDB3/CCS \n\n\t   1 TE2/0/%s/1 Clear \n' $number $number $number >proc/$number
                mkdir sys/span-$number
                echo 31 >sys/span-$number/channels
                echo 0x0 >sys/span-$number/alarms
                echo TE2/0/$number >sys/span-$number/name
            done
            """);
        Script("dahdi_cfg", """
            cd "$(dirname "$0")"
            [ "$1" = -c ] && [ -e "$2" ] || { echo "usage" >&2; exit 2; }
            [ ! -e refusal ] || { cat refusal >&2; exit 1; }
            while [ -e hang ]; do sleep 1; done
            """);
        Dahdi = new LinuxDahdi(new DahdiPlaces(
            Path.Combine(_place, "proc"), Path.Combine(_place, "sys"), Path.Combine(_place, "modprobe"),
            [Path.Combine(_place, "nowhere"), Path.Combine(_place, "dahdi_cfg")]));
    }

    protected override IDahdi Dahdi { get; }

    protected override string File => Path.Combine(_place, "system.conf");

    [Fact]
    public void A_missing_file_and_a_missing_program_are_told()
    {
        Assert.Contains("does not exist", Dahdi.Configure(Path.Combine(_place, "none.conf"), default).Text, StringComparison.Ordinal);
        System.IO.File.Delete(Path.Combine(_place, "dahdi_cfg"));
        Assert.Contains("dahdi_cfg is not installed", Dahdi.Configure(File, default).Text, StringComparison.Ordinal);
        System.IO.File.Delete(Path.Combine(_place, "modprobe"));
        Assert.Contains("modprobe does not exist", Dahdi.Load("card", default).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_files_in_proc_are_passed_over_and_a_loaded_DAHDI_without_spans_says_so()
    {
        Directory.CreateDirectory(Path.Combine(_place, "proc"));
        Write("proc/version", "DAHDI Version: 3\n");
        Assert.Equal("DAHDI is loaded and has no span", Dahdi.Read().Problem);
    }

    [Fact]
    public void A_file_about_another_span_is_not_believed()
    {
        Dahdi.Load("card", default);
        Write("proc/1", "Span 2: x \"y\" \n");
        Assert.Contains("another span than 1", Dahdi.Read().Problem, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_place, recursive: true);

    protected override void SetAlarms(int span, DahdiAlarms alarms) => Write($"sys/span-{span}/alarms", $"0x{(int)alarms:x}\n");

    protected override void TakeAway(int span)
    {
        System.IO.File.Delete(Path.Combine(_place, "proc", $"{span}"));
        Directory.Delete(Path.Combine(_place, "sys", $"span-{span}"), recursive: true);
    }

    protected override void Garble(int span) => Write($"proc/{span}", "\0\u001b[2Jnonsense\n");

    protected override void Refuse(string words) => Write("refusal", words + "\n");

    protected override void Hang() => Write("hang", "");

    protected override void SetInUse(bool inUse)
    {
        if (inUse) Write("in-use", "");
        else System.IO.File.Delete(Path.Combine(_place, "in-use"));
    }

    private void Write(string name, string text) => System.IO.File.WriteAllText(Path.Combine(_place, name), text);

    private void Script(string name, string text)
    {
        Write(name, "#!/bin/sh\n" + text + "\n");
        System.IO.File.SetUnixFileMode(
            Path.Combine(_place, name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
