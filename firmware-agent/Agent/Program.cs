using Appliance.Agent;
using Appliance.Agent.Commands;

return CommandTree.Run(CommandTree.Create(AgentProcess.Run), args);
