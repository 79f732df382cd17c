"""Each warning and error has an id of its own, and a line in docs/operations.md with what to do."""

import re
import unittest

import tree

CALL = re.compile(r'\blog_(?:warn|error)\(\s*([^,]*),')
# Where an id is made or handed on, by file: what it may be.
MADE = {
    "core/base/log.cc": [],
    "core/app/process/port_holder.cc": ["ingest.listen", "worker.listen", "console.listen"],
    "core/worker/pipeline.cc": ["worker.queue_failing", "worker.release_failing",
                                "worker.store_failing", "worker.upkeep_failing"],
}
ID = re.compile(r'^"([a-z]+\.[a-z_]+)"$')
# "| `redis.refuses` | what to do |"
ROW = re.compile(r"^\| `([a-z]+\.[a-z_]+)` \| (.{10,}) \|$", re.M)


def ids_in(path, text):
    """Ids, and places without one."""
    ids, bare = [], []
    for match in CALL.finditer(text):
        found = ID.match(match[1].strip())
        if found:
            ids.append(found[1])
        elif path not in MADE:
            line = text.count("\n", 0, match.start()) + 1
            bare.append(f"{path}:{line}: a warning or an error without an id: {match[1].strip()}")
    return ids + MADE.get(path, []), bare


class Messages(unittest.TestCase):
    def test_each_has_an_id_and_says_what_to_do(self):
        ids, found = [], []
        for top in ("core", "console", "cli"):
            for file in sorted((tree.SOURCE / top).rglob("*.cc")):
                path = str(file.relative_to(tree.SOURCE))
                if "/web/" in path or path.endswith("_test.cc"):
                    continue
                here, bare = ids_in(path, file.read_text(encoding="utf-8"))
                ids += here
                found += bare
        guide = (tree.SOURCE / "docs/operations.md").read_text(encoding="utf-8")
        rows = [row[0] for row in ROW.findall(guide.partition("\n## Messages\n")[2])]
        found += [f"{one}: stands at two places" for one in set(ids) if ids.count(one) > 1]
        found += [f"{one}: not in docs/operations.md" for one in sorted(set(ids) - set(rows))]
        found += [f"{one}: in docs/operations.md, and nowhere logged"
                  for one in sorted(set(rows) - set(ids))]
        found += [f"{one}: twice in docs/operations.md" for one in set(rows) if rows.count(one) > 1]
        self.assertGreater(len(ids), 50)
        if found:
            self.fail("\n" + "\n".join(found))


class ThisTestItself(unittest.TestCase):
    def test_finds_what_has_no_id(self):
        self.assertEqual((["a.b_c"], []), ids_in("x.cc", 'log_warn(\n  "a.b_c", "text");'))
        self.assertEqual(1, len(ids_in("x.cc", 'log_error("a", "text");')[1]))
        self.assertEqual(1, len(ids_in("x.cc", "log_error(part, text);")[1]))


if __name__ == "__main__":
    unittest.main()
