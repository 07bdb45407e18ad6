using Appliance.Core.Replica;

namespace Appliance.Drivers.BlockFront.Nbd;

/// <summary>Turns what the replica has answered into replies, and ends requests.</summary>
internal sealed unsafe class NbdAnswers(NbdPool pool, NbdWork work)
{
    /// <summary>A piece of a read is done; whether well says its call.</summary>
    public void Read(int number)
    {
        ref var piece = ref pool.Pieces[number];
        ref var call = ref pool.Calls[piece.Call];
        var bad = call.Error != NbdError.None || call.Connection.IsDead;
        piece.Ready = true;
        switch (call.Form)
        {
            case NbdForm.Drop:
                work.Release(number);
                break;
            case NbdForm.Parts when bad:
                var at = piece.Call;
                pool.FreePiece(number);
                Check(at);
                break;
            case NbdForm.Parts:
                Chunk(number, ref call);
                break;
            case NbdForm.Stream when !bad:
                Pump(piece.Call);
                break;
            default:
                Check(piece.Call);
                break;
        }
    }

    /// <summary>Ends a call of which nothing is under way any more: its reply, its flush before that, its resources after that.</summary>
    public void Check(int at)
    {
        ref var call = ref pool.Calls[at];
        if (call.Connection is null || call.Queued || call.Filling || call.Next < call.End || call.Running > 0) return;
        if (call.Connection.IsDead || call.Abandoned)
        {
            FreeChain(ref call);
            call.Replied = true;
        }
        else if (!call.Replied)
        {
            if (call.Error == NbdError.None && call.FlushLast)
            {
                work.Flush(at);
                return;
            }

            Finish(at, ref call);
        }

        if (call.Connection is null || !call.Replied || call.Pieces > 0) return;
        var connection = call.Connection;
        pool.FreeCall(at);
        connection.CallEnded();
    }

    private void Finish(int at, ref NbdCall call)
    {
        if (call.Error != NbdError.None)
        {
            FreeChain(ref call);
            call.Replied = true;
            // Success has been announced and cannot be taken back: the client hears of the failure by losing us.
            if (call is { Form: NbdForm.Stream, Headed: true }) call.Connection.Abort();
            else Reply(call.Connection, call.Request, call.Error);
        }
        else if (call.Form == NbdForm.Whole) Whole(ref call);
        else if (call.Form == NbdForm.Stream) Pump(at);
        else
        {
            call.Replied = true;
            Reply(call.Connection, call.Request, NbdError.None);
        }
    }

    /// <summary>A reply without data.</summary>
    public static void Reply(NbdConnection connection, in NbdRequest request, NbdError error)
    {
        Span<byte> wire = stackalloc byte[NbdReply.BytesMax];
        var structured = connection.Session.Structured && request.Command is NbdCommand.Read or NbdCommand.BlockStatus;
        var length = !structured ? NbdReply.Simple(wire, request.Cookie, error)
            : error != NbdError.None ? NbdReply.Error(wire, request.Cookie, error)
            : request.Command == NbdCommand.Read ? NbdReply.End(wire, request.Cookie)
            : NbdReply.Allocated(wire, request.Cookie, request.Length);
        connection.Sender.Add(wire[..length], NbdPool.None, null, 0);
    }

    private static int Header(Span<byte> wire, in NbdCall call)
    {
        var request = call.Request;
        return call.Connection.Session.Structured
            ? NbdReply.Data(wire, request.Cookie, request.Offset, request.Length, last: true)
            : NbdReply.Simple(wire, request.Cookie, NbdError.None);
    }

    private void Whole(ref NbdCall call)
    {
        call.Replied = true;
        if (call.First == NbdPool.None)
        {
            Reply(call.Connection, call.Request, NbdError.None);
            return;
        }

        Span<byte> wire = stackalloc byte[NbdReply.BytesMax];
        var header = wire[..Header(wire, call)];
        for (var number = call.First; number != NbdPool.None;)
        {
            var next = pool.Pieces[number].Next;
            var data = DataOf(number, call, out var length);
            call.Connection.Sender.Add(header, number, data, length);
            number = next;
            header = default;
        }

        (call.First, call.Last) = (NbdPool.None, NbdPool.None);
    }

    private void Chunk(int number, ref NbdCall call)
    {
        ref readonly var piece = ref pool.Pieces[number];
        var data = DataOf(number, call, out var length);
        var offset = (ulong)Math.Max(piece.Offset, (long)call.Request.Offset);
        call.Replied = call.Next == call.End && call.Running == 0;
        Span<byte> wire = stackalloc byte[NbdReply.BytesMax];
        var header = NbdReply.Data(wire, call.Request.Cookie, offset, (uint)length, call.Replied);
        call.Connection.Sender.Add(wire[..header], number, data, length);
    }

    /// <summary>Queues what is there of a reply that is sent while the rest is being read.</summary>
    private void Pump(int at)
    {
        ref var call = ref pool.Calls[at];
        var sender = call.Connection.Sender;
        if (!call.Headed)
        {
            if (sender.Stream != NbdPool.None || call.First == NbdPool.None || !pool.Pieces[call.First].Ready) return;
            Span<byte> wire = stackalloc byte[NbdReply.BytesMax];
            sender.BeginStream(at, wire[..Header(wire, call)]);
            call.Headed = true;
        }

        while (call.First != NbdPool.None && pool.Pieces[call.First].Ready)
        {
            var number = call.First;
            call.First = pool.Pieces[number].Next;
            if (call.First == NbdPool.None) call.Last = NbdPool.None;
            var data = DataOf(number, call, out var length);
            sender.AddData(number, data, length);
        }

        if (call.First != NbdPool.None || call.Next < call.End || call.Running > 0) return;
        call.Replied = true;
        sender.EndStream();
        Another(call.Connection);
    }

    /// <summary>Another reply of this kind may begin.</summary>
    private void Another(NbdConnection connection)
    {
        for (var at = 0; at < NbdPool.CallsMax && connection.Sender.Stream == NbdPool.None; at++)
        {
            ref readonly var call = ref pool.Calls[at];
            if (call.Connection == connection && call is { Form: NbdForm.Stream, Headed: false, Error: NbdError.None }) Pump(at);
        }
    }

    /// <summary>The bytes of a piece that were asked for.</summary>
    private byte* DataOf(int number, in NbdCall call, out int length)
    {
        ref readonly var piece = ref pool.Pieces[number];
        var from = Math.Max(piece.Offset, (long)call.Request.Offset);
        var end = Math.Min(piece.Offset + piece.Length, (long)call.Request.Offset + call.Request.Length);
        length = (int)(end - from);
        return pool.AddressOf(number) + (from - piece.Offset);
    }

    private void FreeChain(ref NbdCall call)
    {
        while (call.First != NbdPool.None)
        {
            var number = call.First;
            call.First = pool.Pieces[number].Next;
            pool.FreePiece(number);
        }

        call.Last = NbdPool.None;
    }

    /// <summary>The connection is dead: its calls end as soon as the replica has answered what it was asked.</summary>
    public void EndAll(NbdConnection connection)
    {
        for (var at = 0; at < NbdPool.CallsMax; at++)
        {
            ref var call = ref pool.Calls[at];
            if (call.Connection != connection || call.Filling) continue;
            call.Next = call.End;
            Check(at);
        }
    }
}
