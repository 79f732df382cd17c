"""History into a real appliance: each format, killed and begun again, twice, once each."""

import gzip
import json
import signal
import subprocess
import unittest

import harness

DAY = "2026-03-01"
TIME_MS = 1_772_366_400_000  # 2026-03-01T12:00:00Z
COMBINED = ('192.0.2.{n} - - [01/Mar/2026:12:00:{s:02} +0000] "GET /p{n} HTTP/1.1" 200 5 '
            '"https://r.example/" "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0"\n')


def combined(count):
    return "".join(COMBINED.format(n=i % 250, s=i % 60) for i in range(count))


def ndjson(items):
    return "".join(json.dumps(item) + "\n" for item in items)


MIXPANEL = ndjson({"event": f"E{i}", "properties": {
    "time": TIME_MS // 1000 + i, "distinct_id": "u", "$insert_id": f"m{i}"}} for i in range(3))
SEGMENT = ndjson({"type": "track", "event": f"E{i}", "messageId": f"s{i}", "userId": "u",
                  "timestamp": f"2026-03-01T12:00:0{i}.000Z",
                  "sentAt": "2026-03-01T12:00:09.000Z"} for i in range(3))
UMAMI = ("event_id,created_at,session_id,url_path,hostname\n"
         + "".join(f"e{i},2026-03-01 12:00:0{i},s,/a,shop.example\n" for i in range(3)))
UMAMI_DUMP = ("--\n-- PostgreSQL database dump\n--\n"
              "COPY public.website_event (event_id, created_at, url_path) FROM stdin;\n"
              + "".join(f"d{i}\t2026-03-01 12:00:0{i}+00\t/a\n" for i in range(3)) + "\\.\n")
MATOMO = json.dumps([{"idVisit": "9", "visitorId": "v", "actionDetails": [
    {"type": "action", "url": "https://a.example/", "pageId": str(i),
     "timestamp": TIME_MS // 1000 + i} for i in range(3)]}])
MATOMO_DUMP = b"""-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for debian-linux-gnu (x86_64)
CREATE TABLE `matomo_log_action` (
  `idaction` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `name` varchar(4096) DEFAULT NULL,
  `hash` int(10) unsigned NOT NULL,
  `type` tinyint(3) unsigned DEFAULT NULL,
  `url_prefix` tinyint(2) DEFAULT NULL,
  PRIMARY KEY (`idaction`),
  KEY `index_type_hash` (`type`,`hash`)
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4;
INSERT INTO `matomo_log_action` VALUES
(1,'shop.example/it\\'s',77,1,2),
(2,'Pr\xc3\xa9cios; (1,2)',78,4,NULL);
CREATE TABLE `matomo_log_visit` (
  `idvisit` bigint(10) unsigned NOT NULL AUTO_INCREMENT,
  `idvisitor` binary(8) NOT NULL,
  `visit_first_action_time` datetime NOT NULL,
  `user_id` varchar(200) DEFAULT NULL,
  PRIMARY KEY (`idvisit`)
) ENGINE=InnoDB;
INSERT INTO `matomo_log_visit` VALUES
(9,_binary '\x01\\'\\\\\xff\\0\\n\x1a,','2026-03-01 12:00:00','u-1');
CREATE TABLE `matomo_log_link_visit_action` (
  `idlink_va` bigint(10) unsigned NOT NULL AUTO_INCREMENT,
  `idsite` int(10) unsigned NOT NULL,
  `idvisitor` binary(8) NOT NULL,
  `idvisit` bigint(10) unsigned NOT NULL,
  `server_time` datetime NOT NULL,
  `idaction_url` int(10) unsigned DEFAULT NULL,
  `idaction_name` int(10) unsigned DEFAULT NULL,
  PRIMARY KEY (`idlink_va`)
) ENGINE=InnoDB;
INSERT INTO `matomo_log_link_visit_action` VALUES
(31,1,_binary '\x01\\'\\\\\xff\\0\\n\x1a,',9,'2026-03-01 12:00:01',1,2),
(32,1,_binary '\x01\\'\\\\\xff\\0\\n\x1a,',9,'2026-03-01 12:00:02',1,NULL);
"""
PLAUSIBLE = ("timestamp,name,user_id,hostname,pathname\n"
             + "".join(f"2026-03-01 12:00:0{i},pageview,7,shop.example,/a\n" for i in range(3)))
CADDY = ndjson({"ts": TIME_MS / 1000 + i, "status": 200, "request": {
    "client_ip": "192.0.2.7", "method": "GET", "host": "shop.example", "uri": "/a"}}
    for i in range(3))
OWN = ndjson({"id": f"{TIME_MS + i * 1000:012x}" + "7000" + "8000" + "0" * 12, "project": "p",
              "name": "n", "occurred_at": TIME_MS + i * 1000, "properties": {"i": i}}
             for i in range(3))
FORMATS = {"mixpanel": MIXPANEL, "segment": SEGMENT, "umami": UMAMI, "matomo": MATOMO,
           "plausible": PLAUSIBLE, "caddy": CADDY, "penstock": OWN, "combined": combined(3)}


class Import(unittest.TestCase):
    def machine_with(self, **kwargs):
        machine = harness.Machine(**kwargs)
        self.addCleanup(machine.close)
        return machine

    def file_of(self, machine, name, content):
        path = machine.root / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def import_file(self, machine, *args, **kwargs):
        return machine.tool("import", *args, "--config", machine.config, **kwargs)

    def wait_until_all_is_stored(self, machine):
        harness.wait_for("an empty queue",
                         lambda: machine.metric("penstock_queue_depth", "penstock-worker") == 0)

    def check_each_format(self, machine):
        files = dict(FORMATS)
        for name, content in files.items():
            path = self.file_of(machine, f"{name}.txt", content)
            packed_path = self.file_of(machine, f"{name}.gz", gzip.compress(path.read_bytes()))
            for packed in (path, packed_path):
                result = self.import_file(machine, name, packed, "--project", f"of-{name}")
                self.assertIn("imported 3 events", result.stdout)
        result = self.import_file(machine, "umami", "-", "--project", "of-dump",
                                  text_input=UMAMI_DUMP)
        self.assertIn("imported 3 events of 3 rows", result.stdout)
        matomo = self.file_of(machine, "matomo.sql", MATOMO_DUMP)
        result = self.import_file(machine, "matomo", matomo, "--project", "of-matomo-dump")
        self.assertIn("imported 3 events of 5 rows", result.stdout)
        machine.wait_for_rows(3 * len(files) + 6)
        self.wait_until_all_is_stored(machine)
        rows = machine.rows()
        self.assertEqual(3 * len(files) + 6, len(rows), [(r["project"], r["name"]) for r in rows])
        page = next(row for row in rows if row["name"] == "Précios; (1,2)")
        self.assertEqual(("https://shop.example/it's", "u-1", "01275cff000a1a2c", "9"),
                         (page["url"], page["user_id"], page["anonymous_id"], page["session_id"]))
        for name in [*files, "dump", "matomo-dump"]:
            project = "p" if name == "penstock" else f"of-{name}"
            times = sorted(row["occurred_at"] for row in rows if row["project"] == project)
            self.assertEqual([TIME_MS, TIME_MS + 1000, TIME_MS + 2000], times, name)
        self.assertEqual([f"{machine.state}/events/{DAY}.db"], machine.days())

    def test_each_format_by_the_spool(self):
        machine = self.machine_with()
        machine.start("penstock-ingest", "penstock-worker")
        self.check_each_format(machine)

    def test_each_format_by_redis(self):
        machine = self.machine_with(redis=True)
        machine.start("penstock-ingest", "penstock-worker")
        self.check_each_format(machine)

    def test_killed_and_begun_again(self):
        machine = self.machine_with()
        machine.start("penstock-ingest")
        count = 120_000  # More than wait in the queue while nobody stores them.
        log = self.file_of(machine, "access.log", combined(count))
        command = [str(harness.BIN / "penstock"), "import", "combined", str(log), "--config",
                   str(machine.config)]
        process = harness.Process(command, machine.root / "import.log")
        machine.processes.append(process)
        spool = machine.state / "spool"
        harness.wait_for("a bookmark", lambda: list(spool.glob("import-*")))
        self.assertTrue(process.is_running())
        process.kill()
        worker = machine.start("penstock-worker")
        result = subprocess.run(command, capture_output=True, text=True, check=False,
                                timeout=harness.DEADLINE_S * 3)
        self.assertEqual(0, result.returncode, result.stderr)
        self.assertIn("where it was interrupted", result.stderr)
        self.assertFalse(list(spool.glob("import-*")))
        machine.wait_for_rows(count)
        self.assertIn("imported 120,000 events", self.import_file(machine, "combined", log).stdout)
        self.wait_until_all_is_stored(machine)
        self.assertEqual(count, machine.row_count())
        self.assertEqual(0, worker.stop())

    def test_todays_events_do_not_wait(self):
        machine = self.machine_with()
        machine.start("penstock-ingest", "penstock-worker")
        log = self.file_of(machine, "access.log", combined(400_000))
        process = harness.Process([harness.BIN / "penstock", "import", "combined", log, "--config",
                                   machine.config], machine.root / "import.log")
        machine.processes.append(process)
        harness.wait_for("the first rows", lambda: machine.days() and machine.row_count() > 0)
        self.assertEqual(202, machine.post_events({"name": "today"}).status)
        harness.wait_for("today's event", lambda: machine.query(
            "SELECT 1 FROM events WHERE name = 'today'"))
        self.assertLess(machine.row_count(), 400_000)
        process.kill()

    def test_an_export_comes_back_as_it_was(self):
        machine = self.machine_with()
        machine.start("penstock-ingest", "penstock-worker")
        self.assertEqual(202, machine.post_events(
            [{"name": f"n{i}", "properties": {"x": [1.50, "é"]}} for i in range(5)]).status)
        machine.wait_for_rows(5)
        for form in ("ndjson", "csv"):
            out = machine.root / f"export.{form}"
            machine.tool("export", "--format", form, "--output", out, "--config", machine.config)
            self.assertIn("imported 5 events", self.import_file(machine, "penstock", out).stdout)
        self.wait_until_all_is_stored(machine)
        self.assertEqual(5, machine.row_count())
        other = self.machine_with()
        other.start("penstock-ingest", "penstock-worker")
        self.import_file(other, "penstock", machine.root / "export.csv")
        other.wait_for_rows(5)
        same = ("id_hex", "occurred_at", "received_at", "project", "name", "properties")
        self.assertEqual([[row[name] for name in same] for row in machine.rows()],
                         [[row[name] for name in same] for row in other.rows()])

    def test_hostile_files(self):
        machine = self.machine_with(settings={"store": {"retention_days": 30}})
        machine.start("penstock-ingest")
        good = COMBINED.format(n=1, s=1).encode()
        cases = {
            "long": (b"x" * 100_000_000 + b"\n" + good, "line 1: is longer than 8 MiB"),
            "nul": (b"\0\0\0\n" + good, "line 1: is not of the format"),
            "bytes": (b"\xff\xfe\n" + good[:-1], "line 1: is not of the format"),
            "cut": (gzip.compress(good * 50_000)[:-200], "the file is cut off"),
        }
        for name, (content, words) in cases.items():
            with self.subTest(name):
                result = self.import_file(machine, "combined", self.file_of(machine, name, content),
                                          "--dry-run", check=False)
                self.assertIn(words, result.stderr)
                self.assertNotIn("imported", result.stdout)
                self.assertIn("older than the store keeps", result.stdout)
        result = self.import_file(machine, "combined", machine.root, check=False)
        self.assertIn("Is a directory", result.stderr)
        self.assertEqual(1, result.returncode)
        self.assertEqual([], machine.days())
        sums = self.file_of(machine, "sums.csv", "date,visitors\n2026-03-01,3\n")
        result = self.import_file(machine, "plausible", sums, check=False)
        self.assertEqual(1, result.returncode)
        self.assertIn("holds sums of a day and no events", result.stderr)

    def test_ctrl_c_leaves_the_bookmark(self):
        machine = self.machine_with()
        machine.start("penstock-ingest")
        log = self.file_of(machine, "access.log", combined(120_000))
        process = harness.Process([harness.BIN / "penstock", "import", "combined", log, "--config",
                                   machine.config], machine.root / "import.log")
        machine.processes.append(process)
        harness.wait_for("a bookmark", lambda: list((machine.state / "spool").glob("import-*")))
        process.signal(signal.SIGINT)
        self.assertNotEqual(0, process.wait())
        self.assertTrue(list((machine.state / "spool").glob("import-*")))


if __name__ == "__main__":
    unittest.main()
