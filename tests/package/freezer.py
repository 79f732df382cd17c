"""Stops one thread of another process by ptrace, as a deadlock would, until that process has ended.

Usage: freezer.py TID. Prints "stopped" once the thread stands still.
"""

import ctypes
import os
import sys

PTRACE_SEIZE = 0x4206
PTRACE_INTERRUPT = 0x4207
WALL = 0x40000000  # __WALL: threads too.


def main(tid):
    libc = ctypes.CDLL(None, use_errno=True)
    for request in (PTRACE_SEIZE, PTRACE_INTERRUPT):
        if libc.ptrace(request, tid, None, None) != 0:
            sys.exit(f"ptrace: {os.strerror(ctypes.get_errno())}")
    while True:
        pid, status = os.waitpid(tid, WALL)
        if os.WIFEXITED(status) or os.WIFSIGNALED(status):
            return
        print("stopped", flush=True)


main(int(sys.argv[1]))
