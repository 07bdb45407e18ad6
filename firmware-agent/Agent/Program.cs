using Appliance.Agent;
using Appliance.Agent.Commands;

return CommandTree.Run(CommandTree.Create(RunAgent), args);

static ExitCode RunAgent(AgentOptions options)
{
    Console.Error.WriteLine($"appliance: this build cannot run the agent yet; {options.ConfigPath} was not read");
    return ExitCode.Critical;
}
