"""House rules that no compiler and no formatter knows."""

import os
import re
import unittest

import tree

LINES_MAX = 800
COLUMNS_MAX = 100

CODE = (".h", ".cc")
SCRIPTS = (".py", ".mjs", ".js", ".css", ".html", "CMakeLists.txt", ".cmake")
FOLDERS = ["core", "console", "cli", "bench", "tests", "cmake", "packaging", ".ci"]

# Sources without a test of their own, and where they are tested instead.
UNTESTED = {}

# Who may sleep, and why.
SLEEPERS = {
    "core/files/file_lock.cc": "flock() has no deadline; for tools, never on a loop",
    "core/queue/redis/consumer.cc": "blocks by contract, on a thread of its own",
    "core/queue/sidekiq/consumer.cc": "blocks by contract, on a thread of its own",
    "core/queue/spool/consumer.cc": "blocks by contract, on a thread of its own",
}

MARKS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
CATCH_ALL = re.compile(r"catch\s*\(\s*\.\.\.\s*\)")
SLEEP = re.compile(r"\b(sleep_for|sleep_until|usleep|nanosleep|sleep)\s*\(")
MACHINE_PATH = re.compile(r"(?<![\w./])/(work|root|home/\w+)/")


def offences(path, text):
    """Sentences about one file."""
    found = []
    lines = text.splitlines()
    is_code = path.endswith(CODE)
    if len(lines) > LINES_MAX:
        found.append(f"{path}: {len(lines)} lines; split it ({LINES_MAX} at most)")
    for number, line in enumerate(lines, start=1):
        where = f"{path}:{number}"
        if len(line) > COLUMNS_MAX and "://" not in line:
            found.append(f"{where}: {len(line)} columns ({COLUMNS_MAX} at most)")
        if line != line.rstrip():
            found.append(f"{where}: white space at the line's end")
        if "\t" in line:
            found.append(f"{where}: a tab")
        if MARKS.search(line):
            found.append(f"{where}: {MARKS.search(line).group(1)}: do it, or write an issue")
        if MACHINE_PATH.search(line):
            found.append(f"{where}: a path of somebody's machine")
        if is_code and CATCH_ALL.search(line):
            found.append(f"{where}: catch (...) hides what happened; name the type")
        may_sleep = path in SLEEPERS or "_test." in path or not path.startswith("core/")
        if is_code and not may_sleep and SLEEP.search(line):
            found.append(f"{where}: sleeping; wait for what you wait for, with a deadline")
    if text and not text.endswith("\n"):
        found.append(f"{path}: no newline at the end")
    return found


class SourceRules(unittest.TestCase):
    def fail_with(self, found):
        if found:
            self.fail("\n" + "\n".join(found))

    def test_files_obey_the_rules(self):
        found = []
        for path in tree.files(FOLDERS, CODE + SCRIPTS):
            if str(path) == "tests/tidy/source_rules_test.py":
                continue  # Names what it looks for.
            text = (tree.SOURCE / path).read_text(encoding="utf-8")
            found += offences(str(path), text)
        self.fail_with(found)

    def test_each_source_has_its_test(self):
        found = []
        for path in tree.files(["core", "console/api", "cli"], (".cc",)):
            if re.search(r"_(test|fuzz|main)\.cc$", str(path)) or str(path) in UNTESTED:
                continue
            if not (tree.SOURCE / str(path).replace(".cc", "_test.cc")).exists():
                found.append(f"{path}: no {path.stem}_test.cc, and no reason in UNTESTED")
        self.fail_with(found)

    def test_reasons_are_for_files_that_exist_and_have_no_test(self):
        for path in UNTESTED:
            self.assertTrue((tree.SOURCE / path).exists(), path)
            self.assertFalse((tree.SOURCE / path.replace(".cc", "_test.cc")).exists(), path)

    def test_each_fuzz_target_has_a_corpus(self):
        found = []
        for path in tree.files(["core", "console", "cli"], ("_fuzz.cc",)):
            target = str(path.with_suffix("")).removeprefix("core/").replace("/", "_")
            corpus = tree.SOURCE / "tests" / "corpus" / target
            count = sum(len(names) for _, _, names in os.walk(corpus))
            if count < 5:
                found.append(f"{path}: {count} files in tests/corpus/{target} (5 at least)")
        self.fail_with(found)

    def test_scripts_can_be_run(self):
        for path in ("tests/run", "packaging/run", ".ci/run", ".ci/nightly", "bench/run",
                     "bench/compare"):
            self.assertTrue(os.access(tree.SOURCE / path, os.X_OK), path)


class ThisTestItself(unittest.TestCase):
    def test_finds_planted_offences(self):
        for text in ("x" * 101 + "\n", "a \n", "\tx\n", "// TO" "DO: later\n",
                     "try {} catch ( ... ) {}\n", "usleep(5);\n", 'open("/ro' 'ot/x")\n', "no newline",
                     "x\n" * 801):
            self.assertEqual(1, len(offences("core/base/x.cc", text)), text[:40])

    def test_accepts_clean_text(self):
        self.assertEqual([], offences("core/base/x.cc", "// See /var/lib; rows sleep here.\n"))


if __name__ == "__main__":
    unittest.main()
