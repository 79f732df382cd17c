"""A machine whose queue has Sidekiq's format, with Ruby's Sidekiq beside it."""

import html.parser
import http.cookies
import json
import os
import pathlib
import subprocess
import sys
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

import harness  # noqa: E402  (found by the path above)

QUEUE = "events"
KEY = f"queue:{QUEUE}"
PACKAGES = os.environ["PENSTOCK_CLIENTS_DIR"]


class Machine(harness.Machine):
    def __init__(self):
        super().__init__(redis=True,
                         settings={"queue": {"format": "sidekiq", "sidekiq_queue": QUEUE}})

    def env(self):
        return {**os.environ, "REDIS_URL": f"unix://{self.redis.socket}",
                "PENSTOCK_RAN": str(self.root / "ran"), "LANG": "C.UTF-8"}

    def run_client(self, *command):
        subprocess.run(list(map(str, command)), env=self.env(), check=True,
                       timeout=harness.DEADLINE_S)

    def start_other(self, name, *command):
        process = harness.Process(command, self.root / f"{name}.log", env=self.env())
        self.processes.append(process)
        return process

    def start_sidekiq(self):
        """An unmodified Ruby Sidekiq that drains our queue."""
        return self.start_other("sidekiq", "sidekiq", "-r", HERE / "sidekiq_jobs.rb",
                                "-q", QUEUE, "-c", "2")

    def ran(self):
        """The events that Ruby's Sidekiq was given."""
        path = self.root / "ran"
        if not path.exists():
            return []
        return [json.loads(line) for line in path.read_text().split("\n")[:-1]]

    def start_web(self):
        port_file = self.root / "web.port"
        process = self.start_other("web", "ruby", HERE / "sidekiq_web.rb", port_file)

        def port():
            if not process.is_running():
                raise AssertionError("Sidekiq's pages do not start\n" + process.text())
            return port_file.exists() and int(port_file.read_text())

        return Pages(harness.wait_for("Sidekiq's pages", port))

    def push(self, job):
        """As a client without a library does."""
        text = job if isinstance(job, (str, bytes)) else json.dumps(job)
        self.redis.command("SADD", "queues", QUEUE)
        self.redis.command("LPUSH", KEY, text)

    def members(self, key):
        """Texts of a sorted set with their scores."""
        flat = self.redis.command("ZRANGE", key, 0, -1, "WITHSCORES")
        return [(text, float(score)) for text, score in zip(flat[::2], flat[1::2])]

    def one(self, key, accept=lambda job: True):
        """Waits for the set's only job; it and its score."""
        def look():
            members = self.members(key)
            if len(members) != 1:
                return None
            job = json.loads(members[0][0])
            return (job, members[0][1]) if accept(job) else None

        return harness.wait_for(f"a job in {key}", look)

    def wait_for_empty_queue(self):
        """A claim stays in the list until what became of its jobs is safe elsewhere."""
        harness.wait_for("an empty queue", lambda: self.redis.command("LLEN", KEY) == 0)

    def identity(self):
        """Of the one process that beats."""
        def look():
            processes = self.redis.command("SMEMBERS", "processes")
            return processes[0] if len(processes) == 1 else None

        return harness.wait_for("a heartbeat", look)


class Forms(html.parser.HTMLParser):
    """The forms of a page: where they go, what they send, and their buttons."""

    def __init__(self, text):
        super().__init__()
        self.forms = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.forms.append({"action": attrs.get("action"), "fields": [], "buttons": {}})
        elif tag in ("input", "button") and self.forms and attrs.get("name"):
            form = self.forms[-1]
            if attrs.get("type") == "submit" or tag == "button":
                form["buttons"][attrs["name"]] = attrs.get("value", "")
            elif attrs.get("type") == "hidden":
                form["fields"].append((attrs["name"], attrs.get("value", "")))


class Pages:
    """Sidekiq's pages as a browser uses them: with cookies, and by their forms."""

    def __init__(self, port):
        self.port = port
        self.cookies = http.cookies.SimpleCookie()

    def request(self, method, path, body=None, headers=None):
        headers = dict(headers or {}, Cookie="; ".join(
            f"{name}={morsel.coded_value}" for name, morsel in self.cookies.items()))
        answer = harness.request("127.0.0.1", self.port, method, path, body, headers)
        for name, value in answer.header_list:
            if name == "set-cookie":
                self.cookies.load(value)
        return answer

    def get(self, path):
        answer = self.request("GET", path)
        if answer.status != 200:
            raise AssertionError(f"GET {path}: {answer}")
        return answer.body.decode()

    def numbers(self):
        return json.loads(self.get("/stats"))["sidekiq"]

    def press(self, path, button, accept=lambda form: True):
        """Presses a page's button, in the first form that has it."""
        for form in Forms(self.get(path)).forms:
            if button in form["buttons"] and accept(form):
                break
        else:
            raise AssertionError(f"no button {button} on {path}")
        fields = form["fields"] + [(button, form["buttons"][button])]
        target = urllib.parse.urljoin(path, form["action"] or "")
        answer = self.request("POST", target, urllib.parse.urlencode(fields),
                              {"Content-Type": "application/x-www-form-urlencoded"})
        if answer.status not in (302, 303):
            raise AssertionError(f"POST {target}: {answer}")
