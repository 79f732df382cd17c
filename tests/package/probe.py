"""Tries what one may do from inside a unit: in its namespaces, as its user, with its groups.

Usage: probe.py PID PLACE: two processes, one whose user and groups are taken, and one whose
namespaces. Reads a JSON list of [action, path] and writes a list of what came of each:
"" where it could be done, else why not. Nothing is changed but what is made and removed again.
"""

import ctypes
import json
import os
import pathlib
import re
import socket
import sys

LIBC = ctypes.CDLL(None, use_errno=True)


def read(path):
    with open(path, "rb") as file:
        file.read(1)


def write(path):
    os.close(os.open(path, os.O_WRONLY | os.O_APPEND))


def make(path):
    """A new file, where there is none."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    os.unlink(path)


def replace(path):
    """Another file in the place of one that is there: tried by giving it its own name."""
    os.rename(path, path + ".away")
    os.rename(path + ".away", path)


def connect(path):
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(10)
        client.connect(path)


ACTIONS = {"read": read, "write": write, "make": make, "replace": replace, "connect": connect,
           "list": os.listdir}


def become(pid, place):
    """Goes on in a child, which alone is in the pid namespace."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    ids = {name: [int(number) for number in re.search(rf"^{name}:(.*)$", status, re.M)[1].split()]
           for name in ("Uid", "Gid", "Groups")}
    # The user namespace last: in it we may enter no other. Nobody can enter the one that he is in.
    handles = [os.open(f"/proc/{place}/ns/{name}", os.O_RDONLY) for name in ("pid", "mnt", "user")
               if os.readlink(f"/proc/{place}/ns/{name}") != os.readlink(f"/proc/self/ns/{name}")]
    os.setgroups(ids["Groups"])
    os.setresgid(*[ids["Gid"][0]] * 3)
    for handle in handles:
        if LIBC.setns(handle, 0) != 0:
            raise OSError(ctypes.get_errno(), "enter a namespace")
    child = os.fork()
    if child != 0:
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    os.setresuid(*[ids["Uid"][0]] * 3)


def attempt(action, path):
    try:
        ACTIONS[action](path)
    except OSError as error:
        return error.strerror or str(error)
    return ""


def main(pid, place):
    wanted = json.load(sys.stdin)
    become(pid, place)
    print(json.dumps([attempt(action, path) for action, path in wanted]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
