"""Sums JUnit files of ctest up to one line: "N passed, N failed"."""

import sys
import xml.etree.ElementTree

passed = failed = skipped = 0
for path in sys.argv[1:]:
    suite = xml.etree.ElementTree.parse(path).getroot()
    tests = int(suite.get("tests"))
    bad = int(suite.get("failures"))
    without = int(suite.get("skipped")) + int(suite.get("disabled"))
    print(f"{path}: {tests - bad - without} passed, {bad} failed, {without} skipped")
    passed += tests - bad - without
    failed += bad
    skipped += without
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(1 if failed or not passed else 0)
