using Appliance.Drivers.IoLoop;

namespace Appliance.Drivers.Tests.BlockDisk;

/// <summary>A loop whose ends are written down beforehand; without a script everything succeeds.</summary>
internal sealed unsafe class ScriptedLoop : Drivers.IoLoop.IoLoop
{
    private readonly Queue<(IIoOwner Owner, ulong Token, int Result)> _ending = new();

    /// <summary>Results of the next operations, in order of their begin.</summary>
    public Queue<int> Script { get; } = new();

    /// <summary>What was asked, in words.</summary>
    public List<string> Asked { get; } = [];

    private void Begin(IIoOwner owner, ulong token, string words, int result)
    {
        Asked.Add(words);
        _ending.Enqueue((owner, token, Script.TryDequeue(out var scripted) ? scripted : result));
    }

    public override void Read(IIoOwner owner, ulong token, int fd, byte* buffer, int length, long offset) =>
        Begin(owner, token, $"read {length} at {offset}", length);

    public override void Write(IIoOwner owner, ulong token, int fd, byte* buffer, int length, long offset, bool dsync) =>
        Begin(owner, token, $"write{(dsync ? " through" : "")} {length} at {offset}", length);

    public override void Sync(IIoOwner owner, ulong token, int fd) => Begin(owner, token, "sync", 0);

    public override void Allocate(IIoOwner owner, ulong token, int fd, int mode, long offset, long length) =>
        Begin(owner, token, $"allocate {mode} {length} at {offset}", 0);

    public override void Receive(IIoOwner owner, ulong token, int socket, byte* buffer, int length) => throw new NotSupportedException();

    public override void Send(IIoOwner owner, ulong token, int socket, IoVector* parts, int count) => throw new NotSupportedException();

    public override void Accept(IIoOwner owner, ulong token, int socket) => throw new NotSupportedException();

    public override void Poll(IIoOwner owner, ulong token, int fd, short events) => throw new NotSupportedException();

    public override void Cancel(int fd)
    {
    }

    public override int Turn(TimeSpan wait)
    {
        var count = 0;
        while (_ending.TryDequeue(out var end))
        {
            end.Owner.Done(end.Token, end.Result);
            count++;
        }

        return count;
    }

    public override void Wake()
    {
    }

    public override void Dispose()
    {
    }
}
