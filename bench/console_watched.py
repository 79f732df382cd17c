"""What those who look on cost those who store: intake and worker by themselves, with hundreds of
tabs that watch live, and with ten people who click through the console.

The load comes at one pace for all three, in turn, several times: what is compared is the processor
time of an event, and whether all came in time.
"""

import http.client
import itertools
import random
import selectors
import statistics
import sys
import threading
import time

import console_questions  # Sets up the paths of what follows.
import console_api_test
import harness
from figures import Figure
from whole_programs import cpu_seconds

WATCHERS, PEOPLE = 300, 10
OF_USER = 50  # Watchers that one user may have.
RATE = 2_000
STORED, STORED_QUICK = 300_000, 20_000
SECONDS, SECONDS_QUICK = 15, 4
TURNS, TURNS_QUICK = 3, 1
CLICK_S = 2.0
FILTERS = ("/api/v1/events/live?bots=0", "/api/v1/events/live?filter=path%5E%3D%2Fproduct",
           "/api/v1/events/live?name=signup", "/api/v1/events/live?filter=browser%3DFirefox")
PASSWORD = "a long enough pass phrase"


def user(machine, name):
    machine.tool("user", "add", name, "--role", "viewer", "--config", machine.config,
                 text_input=PASSWORD + "\n")
    client = console_api_test.Client(machine)
    answer = client.sign_in(name, PASSWORD)
    assert answer.status == 200, answer
    return client


class Watchers:
    """Open streams of live events, read by one thread."""

    def __init__(self, machine, clients):
        self.bytes = 0
        self.stop = threading.Event()
        self.selector = selectors.DefaultSelector()
        self.connections = []
        for number in range(WATCHERS):
            connection = http.client.HTTPConnection(*machine.address("penstock-console"),
                                                    timeout=60)
            connection.request("GET", FILTERS[number % len(FILTERS)],
                               headers={"Cookie": clients[number // OF_USER].cookie})
            socket = connection.sock
            answer = connection.getresponse()
            assert answer.status == 200, answer.read()
            socket.setblocking(False)
            self.selector.register(socket, selectors.EVENT_READ)
            self.connections.append(answer)
        self.thread = threading.Thread(target=self.read)

    def read(self):
        while not self.stop.is_set():
            for key, _ in self.selector.select(0.2):
                self.bytes += len(key.fileobj.recv(1 << 16))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        for answer in self.connections:
            answer.close()  # Which holds its socket, too.


class People:
    """Ten who look at the overview: each asks all of a page's questions anew, again and again."""

    def __init__(self, machine, clients):
        self.stop = threading.Event()
        self.clicks = []
        self.threads = [threading.Thread(target=self.look, args=(machine, clients[i % len(clients)],
                                                                 i)) for i in range(PEOPLE)]

    def look(self, machine, client, seed):
        reader = console_questions.Reader(machine, client.cookie)
        chance = random.Random(seed)
        while not self.stop.wait(CLICK_S * chance.random() * 2):
            days = chance.choice((1, 7, 30))
            conditions = chance.choice(list(console_questions.FILTERS.values()))
            begun = time.perf_counter()
            for path in console_questions.questions(int(time.time()), days, conditions).values():
                reader.ask(path)
            self.clicks.append((time.perf_counter() - begun) * 1000)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        for thread in self.threads:
            thread.join()


def send(machine, count, *options):
    machine.tool("send", "--count", count, "--batch", 1, "--config", machine.config, *options)


def pace(machine, processes, seconds):
    """Microseconds of processor time an event of each process; seconds until all were stored."""
    before = [cpu_seconds(process.pid) for process in processes]
    begun = time.monotonic()
    send(machine, RATE * seconds, "--rate", str(RATE))
    harness.wait_for("an empty queue", lambda: machine.redis.queued() == 0, 60)
    took = time.monotonic() - begun
    spent = [(cpu_seconds(process.pid) - start) * 1e6 / (RATE * seconds)
             for process, start in zip(processes, before)]
    return (*spent, took)


def watched(build, quick):
    """Intake and worker beside 300 live watchers, and beside ten people."""
    seconds = SECONDS_QUICK if quick else SECONDS
    with harness.Machine(redis=True, redis_always=False) as machine:
        processes = (machine.start("penstock-ingest"), machine.start("penstock-worker"))
        console = machine.start("penstock-console")
        clients = [console_api_test.signed_in(machine)]
        clients += [user(machine, f"user{n}@example.test") for n in range(WATCHERS // OF_USER)]
        send(machine, STORED_QUICK if quick else STORED, "--hours", "168")
        harness.wait_for("an empty queue", lambda: machine.redis.queued() == 0, 300)
        runs = {"nobody": [], "300 watchers": [], "ten people": []}
        clicks, console_cpu = [], []
        for _ in range(TURNS_QUICK if quick else TURNS):
            runs["nobody"].append(pace(machine, processes, seconds))
            with Watchers(machine, clients[1:]) as watchers:
                start = cpu_seconds(console.pid)
                run = pace(machine, processes, seconds)
                runs["300 watchers"].append(run)
                console_cpu.append((cpu_seconds(console.pid) - start) / run[2])
            if watchers.bytes == 0:
                raise RuntimeError("nobody saw anything")
            with People(machine, clients) as people:
                runs["ten people"].append(pace(machine, processes, seconds))
            clicks += people.clicks
        for place, name in enumerate(("intake", "worker")):
            alone = statistics.median(run[place] for run in runs["nobody"])
            yield Figure(f"{name} beside nobody: processor time an event", alone, "us")
            for who in itertools.islice(runs, 1, None):
                beside = statistics.median(run[place] for run in runs[who])
                yield Figure(f"{name} beside {who}: of the same beside nobody", beside / alone,
                             "ratio", wanted=1.05)
        for who, all_of in runs.items():
            yield Figure(f"all stored at {RATE}/s beside {who}: of the time it takes",
                         statistics.median(run[2] for run in all_of) / seconds, "ratio",
                         wanted=1.05)
        yield Figure("console with 300 watchers: processor", statistics.median(console_cpu),
                     "cores")
        yield Figure("a click of one of ten: p50", statistics.median(clicks), "ms")
        yield Figure("a click of one of ten: p99",
                     sorted(clicks)[int(len(clicks) * 0.99)], "ms")


if __name__ == "__main__":
    for figure in watched(console_questions.ROOT / "build" / "release", "--quick" in sys.argv):
        print(f"{figure.name}: {figure.value:.3f} {figure.unit}", flush=True)
