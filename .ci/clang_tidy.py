"""clang-tidy over our sources without the tests. Usage: clang_tidy.py BUILD_FOLDER

A file is judged again only if its text after the preprocessor, its flags or the rules have changed.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"))
CACHE = CACHE / "penstock" / "clang-tidy"
OURS = re.compile(r"^(core|console|cli)/.*\.cc$")
TESTS = re.compile(r"_(test|fuzz)\.cc$")


def key_of(entry):
    """What clang-tidy's judgement depends on; None where the file does not compile."""
    words = shlex.split(entry["command"])
    words = [word for word in words if not word.endswith("ccache")]
    out = words.index("-o")
    del words[out:out + 2]
    result = subprocess.run([*words, "-E"], cwd=entry["directory"], capture_output=True,
                            check=False)
    if result.returncode != 0:
        return None
    digest = hashlib.sha256((ROOT / ".clang-tidy").read_bytes())
    digest.update(result.stdout.replace(str(ROOT).encode(), b""))
    digest.update(" ".join(words).replace(str(ROOT), "").encode())
    return digest.hexdigest()


def judge(build, entry):
    """clang-tidy's complaints, "" where there are none."""
    key = key_of(entry)
    if key and (CACHE / key).exists():
        return ""
    result = subprocess.run(["clang-tidy", "-p", build, "--quiet", entry["file"]],
                            capture_output=True, text=True, check=False)
    if result.returncode != 0:
        return result.stdout + result.stderr
    if key:
        (CACHE / key).touch()
    return ""


def main(build):
    CACHE.mkdir(parents=True, exist_ok=True)
    entries = {}
    for entry in json.loads((pathlib.Path(build) / "compile_commands.json").read_text()):
        path = os.path.relpath(entry["file"], ROOT)
        if OURS.match(path) and not TESTS.search(path):
            entries[path] = entry
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(filter(None, pool.map(lambda entry: judge(build, entry), entries.values())))
    print("\n".join(found))
    print(f"clang-tidy: {len(entries) - len(found)} of {len(entries)} files are clean")
    return 1 if found or not entries else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
