"""Speaks to a replica's process as the agent does.

usage: order.py order NAME    gives an order without arguments; exit code 1 and the reason when it is refused
       order.py asks          exit code 0 when the replica asks whether its peer is harmless
"""
import json
import socket
import sys


def ask(request):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        connection.connect("/run/appliance/replica-data.sock")
        connection.sendall(json.dumps(request).encode() + b"\n")
        for line in connection.makefile():
            reply = json.loads(line)
            if request["command"] != "watch" or reply.get("watch"):
                return reply
    sys.exit("the replica's process closed the connection")


if sys.argv[1] == "asks":
    sys.exit(0 if ask({"command": "watch"})["watch"]["ask_fence"] else 1)
answer = ask({"command": "order", "order": sys.argv[2]})
sys.exit(None if answer["ok"] else answer["error"])
