using System.CommandLine;
using Appliance.Agent.Commands;
using Appliance.Agent.Tests.Control;

namespace Appliance.Agent.Tests.Commands;

/// <summary>Runs a command line in this process and keeps what it printed.</summary>
internal sealed record CommandLine(int ExitCode, string Output, string Error)
{
    public static CommandLine Run(params string[] arguments) => Run(_ => Agent.ExitCode.Ok, arguments);

    public static CommandLine Run(Func<AgentOptions, ExitCode> runAgent, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = CommandTree.Run(CommandTree.Create(runAgent), arguments, new InvocationConfiguration { Output = output, Error = error });
        return new CommandLine(code, output.ToString().Replace("\r", "", StringComparison.Ordinal), error.ToString());
    }

    public static CommandLine Run(SocketFixture fixture, params string[] arguments) => Run([.. arguments, "--socket", fixture.Path]);
}
