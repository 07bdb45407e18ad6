using Appliance.Agent;
using Appliance.Agent.Commands;

// Where /usr/sbin/drbdadm is a link to this program it speaks as drbdadm does.
if (Path.GetFileName(Environment.GetCommandLineArgs()[0]) == "drbdadm") args = ["drbdadm", .. args];
return CommandTree.Run(CommandTree.Create(AgentProcess.Run), args);
