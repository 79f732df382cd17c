"""clang-tidy over our sources without the tests. Usage: clang_tidy.py BUILD_FOLDER

Most of its time goes to headers. So files of the same flags are judged together, as one that
includes them all; those that cannot be compiled together, as two helpers of theirs have one name,
are judged apart. What was clean is judged again only if its text after the preprocessor, its flags
or the rules have changed.
"""

import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"))
CACHE = CACHE / "penstock" / "clang-tidy"
OURS = re.compile(r"^(core|console|cli)/.*\.cc$")
TESTS = re.compile(r"_(test|fuzz)\.cc$")
# It would be read as a whole, and its text is not in what the preprocessor gives.
PRECOMPILED = re.compile(r"-Winvalid-pch|(-Xclang )+-include(-pch)? -Xclang \S+")
INCLUDED = re.compile(r'^#include "(/[^"]+)"$', re.M)
COMPLAINT = re.compile(r"^(/[^:\n]+):\d+:\d+: (?:fatal )?(?:error|warning):", re.M)
TOGETHER = 16


def compiler_and_flags(entry):
    """How a file is compiled, without its own name, its output and the cache of compilers."""
    words = shlex.split(PRECOMPILED.sub("", entry["command"]))
    words = words[next(at for at, word in enumerate(words) if "clang" in pathlib.Path(word).name):]
    out = words.index("-o")
    del words[out:out + 2]
    return tuple(word for word in words if word not in ("-c", entry["file"]))


def sources_of(entry):
    """The file that is compiled; of a group of files (cmake/groups.py) all that it includes."""
    if "/Unity/" not in entry["file"]:
        return [entry["file"]]
    return INCLUDED.findall(pathlib.Path(entry["file"]).read_text(encoding="utf-8"))


class Judge:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)  # For sources that include others.

    def judge(self, words, files):
        """clang-tidy's complaints, "" where there are none."""
        if len(files) == 1:
            source = files[0]
        else:
            text = "".join(f'#include "{path}"  // NOLINT(bugprone-suspicious-include)\n'
                           for path in files)
            source = self.folder / f"{hashlib.sha256(text.encode()).hexdigest()}.cc"
            source.write_text(text, encoding="utf-8")
        key = self.key_of(words, source)
        if key and (CACHE / key).exists():
            return ""
        if len(files) > 1 and (apart := self.apart(words, source, files)):
            found = "".join(self.judge(words, some) for some in apart)
        else:
            rules = f"--config-file={ROOT / '.clang-tidy'}"
            result = subprocess.run(["clang-tidy", rules, "--quiet", str(source), "--", *words[1:]],
                                    cwd=ROOT, capture_output=True, text=True, check=False)
            found = result.stdout + result.stderr if result.returncode != 0 else ""
            if found and len(files) > 1:  # What counts is what it says of a file alone.
                found = "".join(self.judge(words, [path]) for path in files)
        if key and not found:
            (CACHE / key).touch()
        return found

    def key_of(self, words, source):
        """What a judgement depends on; None where the source does not compile."""
        result = subprocess.run([*words, "-E", str(source)], capture_output=True, check=False)
        if result.returncode != 0:
            return None
        digest = hashlib.sha256((ROOT / ".clang-tidy").read_bytes())
        for text in (result.stdout, " ".join(words).encode()):
            for folder in (self.folder, ROOT):
                text = text.replace(str(folder).encode(), b"")
            digest.update(text)
        return digest.hexdigest()

    def apart(self, words, source, files):
        """Two parts of the files, where they cannot be compiled together; else nothing."""
        result = subprocess.run([*words, "-w", "-fsyntax-only", "-ferror-limit=0", str(source)],
                                capture_output=True, text=True, check=False)
        if result.returncode == 0:
            return []
        named = set(COMPLAINT.findall(result.stderr))
        odd = [path for path in files if path in named]
        if not 0 < len(odd) < len(files):
            odd = files[len(files) // 2:]
        return [[path for path in files if path not in odd], odd]


def is_ours(source):
    path = os.path.relpath(source, ROOT)
    return OURS.match(path) and not TESTS.search(path)


def main(build):
    CACHE.mkdir(parents=True, exist_ok=True)
    groups = collections.defaultdict(set)
    for entry in json.loads((pathlib.Path(build) / "compile_commands.json").read_text()):
        for source in sources_of(entry):
            if is_ours(source):
                groups[compiler_and_flags(entry)].add(source)
    jobs = [(words, sorted(files)[at:at + TOGETHER]) for words, files in groups.items()
            for at in range(0, len(files), TOGETHER)]
    with tempfile.TemporaryDirectory() as folder, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = "".join(pool.map(lambda job: Judge(folder).judge(*job), jobs))
    print(found)
    judged = set().union(*groups.values())
    missed = {str(path) for path in ROOT.glob("c*/**/*.cc") if is_ours(path)} - judged
    print(f"clang-tidy: {len(judged)} files, complaints in {len(set(COMPLAINT.findall(found)))}")
    if missed:
        print("not built, and so not judged:", *sorted(missed), sep="\n")
    return 1 if found or missed or not judged else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
