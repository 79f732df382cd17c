"""kill -9 at the n-th system call, for many n and every kind of call by which something changes.

CI tries some of them, from a start that chance picks; PENSTOCK_FAULT_STRIDE=1 tries each.
"""

import signal
import unittest

import faults
import ledger
from faults import INGEST, WORKER, harness

# Kinds of calls, and which ones of a thread (strace counts by thread): the first of them belong to
# the start, the last to the third batch or so. CI takes about so many of each.
WORKER_WITH_REDIS = {"write": (1, 30, 4), "read": (53, 90, 3), "fdatasync": (1, 30, 4),
                     "pwrite64": (1, 300, 6)}
WORKER_WITH_SPOOL = {"fdatasync": (1, 40, 4), "pwrite64": (1, 500, 6), "openat": (1, 60, 3),
                     "unlink": (1, 4, 3), "flock": (1, 8, 2), "pread64": (1, 120, 3)}
INTAKE_WITH_REDIS = {"write": (1, 60, 6), "read": (25, 90, 4), "accept4": (1, 3, 2)}
INTAKE_WITH_SPOOL = {"pwrite64": (1, 80, 6), "fdatasync": (1, 30, 5), "write": (8, 60, 4),
                     "openat": (28, 45, 2), "unlink": (1, 3, 2)}


def steps(chance, first, last, count):
    stride = faults.STRIDE or max(1, (last - first + 1) // count)
    return range(first + chance.randrange(stride), last + 1, stride)


class KilledAtCalls(unittest.TestCase):
    def run_through(self, redis, program, calls):
        settings = {"worker": {"batch_rows": 50, "batch_wait_ms": 0},
                    "spool": {"segment_bytes": 65_536}, "queue": {"timeout_ms": 1000}}
        tried = {}
        chance = harness.chance()
        with faults.Machine(redis=redis, settings=settings) as box:
            box.start(INGEST, WORKER)
            with ledger.Ledger(box.address, senders=3, batch=5, rate=600, timeout_s=20) as traffic:
                traffic.wait_for_answers(50)
                for call, choice in calls.items():
                    tried[call] = list(steps(chance, *choice))
                    for number in tried[call]:
                        self.die_at(box, program, call, number)
                box.start(program)
                traffic.wait_for_answers(50)
            ledger.reconcile(self, box, traffic)
            box.settle(self)
        print(f"killed at {sum(map(len, tried.values()))} calls: {tried}", flush=True)

    def die_at(self, box, program, call, number):
        """Runs the program under traffic until it has come to that call."""
        box.process(program).kill()
        box.run_file(program).unlink(missing_ok=True)
        process = harness.Process([*faults.killed_at([call], number), harness.BIN / program,
                                   "--config", box.config], box.root / f"{program}.log")
        box.processes.append(process)
        harness.wait_for(f"{program} to come to {call} {number}",
                         lambda: not process.is_running(), 120)
        self.assertEqual(-signal.SIGKILL, process.popen.returncode, process.text())
        if faults.STRIDE and program == WORKER:
            # With each call tried, one message would meet death after death, as a killer does.
            rows = box.row_count()
            box.start(program)
            harness.wait_for("rows", lambda: box.row_count() > rows)
            box.process(program).kill()

    def test_worker_with_redis(self):
        self.run_through(True, WORKER, WORKER_WITH_REDIS)

    def test_worker_with_the_spool(self):
        self.run_through(False, WORKER, WORKER_WITH_SPOOL)

    def test_intake_with_redis(self):
        self.run_through(True, INGEST, INTAKE_WITH_REDIS)

    def test_intake_with_the_spool(self):
        self.run_through(False, INGEST, INTAKE_WITH_SPOOL)


if __name__ == "__main__":
    harness.main()
