"""Servers of others, each at a port that it gets from the system."""

import socket

import harness


def listens(process, port):
    """"yes", "no" where it has ended, or None."""
    if not process.is_running():
        return "no"
    with socket.socket() as peer:
        return "yes" if peer.connect_ex(("127.0.0.1", port)) == 0 else None


def start(machine, log, command_at, env=None):
    """A server, and the port that it listens at: another one where somebody was faster at it.

    `command_at` makes the command for a port.
    """
    for _ in range(5):
        port = harness.free_port()
        process = harness.Process(command_at(port), machine.root / log, env=env)
        machine.processes.append(process)
        if harness.wait_for(log, lambda: listens(process, port)) == "yes":
            return port
    raise AssertionError(process.text())
