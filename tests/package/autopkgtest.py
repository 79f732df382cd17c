"""Debian's own way to try an installed package (packaging/debian/tests), in a box.

Usage: autopkgtest.py FOLDER DEB; the bare system is in FOLDER, or is made there.
"""

import pathlib
import shutil
import sys

import box

SOURCE = pathlib.Path(__file__).resolve().parents[2]


def main(folder, deb):
    base = box.base_system(folder)
    box.download_dependencies(base, deb)
    name = pathlib.Path(deb).name
    place = box.Box(base, [deb], packages=["autopkgtest", "dpkg-dev", "python3"])
    try:
        shutil.copytree(SOURCE / "packaging/debian", place.root / "source/debian")
        answer = place.shell(f"autopkgtest /packages/{name} /source/ -- null 2>&1", check=False)
    finally:
        place.close()
    print(answer.stdout)
    return answer.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
