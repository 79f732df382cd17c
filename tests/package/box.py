"""A Debian of its own, 12 or PENSTOCK_DEBIAN_RELEASE, booted with systemd-nspawn in a private
network, to install packages in.

Needs root, mmdebstrap and systemd-container. The bare system is made once a folder and copied for
each box. A box has no network but its loopback: what apt wants there is in the bare system's cache.
"""

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

DEADLINE_S = 60
# Where a group of processes is made: in both hierarchies of an older system, or in the one.
HIERARCHIES = ("/sys/fs/cgroup/systemd", "/sys/fs/cgroup/unified", "/sys/fs/cgroup")
# What a test installs in its box besides, with --no-install-recommends.
OTHERS = "certbot"
RELEASE = os.environ.get("PENSTOCK_DEBIAN_RELEASE", "bookworm")
MIRROR = os.environ.get("PENSTOCK_DEBIAN_MIRROR", "http://deb.debian.org/debian")


def run(*command, check=True, **kwargs):
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True,
                            check=False, **kwargs)
    if check and result.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: {result.returncode}\n"
                             f"{result.stdout}{result.stderr}")
    return result


def wait_for(what, is_so, seconds=DEADLINE_S):
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(0.05)


def base_system(folder):
    """A minimal Debian in `folder`, made where it is missing."""
    base = pathlib.Path(folder) / RELEASE
    if not (base / "etc" / "penstock-base").exists():
        shutil.rmtree(base, ignore_errors=True)
        run("mmdebstrap", "--variant=minbase",
            "--include=systemd,systemd-sysv,dbus,ca-certificates", RELEASE, base, MIRROR)
        (base / "etc" / "penstock-base").touch()
    return base


def with_network(root, command):
    """A shell command in a system that is not booted, with our network."""
    resolver = root / "etc" / "resolv.conf"
    shutil.copy("/etc/resolv.conf", resolver)
    run("chroot", root, "env", "DEBIAN_FRONTEND=noninteractive", "sh", "-ec", command)
    resolver.unlink()


def download_dependencies(base, deb):
    """What an installation of `deb` or OTHERS wants goes to the bare system's apt cache, once a
    version.
    """
    done = base / "etc" / "penstock-downloaded"
    wanted = run("dpkg-deb", "--field", deb, "Depends", "Recommends").stdout + OTHERS
    if done.exists() and done.read_text(encoding="utf-8") == wanted:
        return
    shutil.copy(deb, base / "package.deb")
    with_network(base, "apt-get update -q; apt-get install -q -y --download-only /package.deb; "
                 f"apt-get install -q -y --download-only --no-install-recommends {OTHERS}")
    (base / "package.deb").unlink()
    done.write_text(wanted, encoding="utf-8")


class Box:
    """`debs` wait in /packages of the box; `packages` of Debian's are installed in it."""

    def __init__(self, base, debs, packages=()):
        # Not on a tmpfs: sockets, reflinks and free space are those of a machine.
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="penstock-box-", dir="/var/tmp"))
        run("cp", "-a", "--reflink=auto", f"{base}/.", self.root)
        (self.root / "packages").mkdir()
        for deb in debs:
            shutil.copy(deb, self.root / "packages")
        if packages:
            with_network(self.root, "apt-get update -q; apt-get install -q -y "
                         f"--no-install-recommends {' '.join(packages)}")
        self.log = open(self.root / "console.log", "w", encoding="utf-8")
        # A box's systemd takes the group that it finds itself in as its own: each has one.
        self.groups = [pathlib.Path(hierarchy) / self.root.name for hierarchy in HIERARCHIES
                       if os.path.exists(f"{hierarchy}/cgroup.procs")]
        for group in self.groups:
            group.mkdir()
        self.boot()

    def boot(self):
        self.leader = 0
        into_groups = "".join(f"echo $$ >{group}/cgroup.procs && " for group in self.groups)
        self.manager = subprocess.Popen(
            ["sh", "-c", into_groups + 'exec "$@"', "sh", "systemd-nspawn", "--quiet",
             "--directory", str(self.root), "--boot", "--private-network", "--keep-unit",
             "--register=no"],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT,
            start_new_session=True)
        try:
            wait_for("the box to run", self._runs)
        except BaseException:
            self.close()
            raise

    def _runs(self):
        children = pathlib.Path(f"/proc/{self.manager.pid}/task/{self.manager.pid}/children")
        if self.manager.poll() is not None:
            raise AssertionError((self.root / "console.log").read_text(encoding="utf-8"))
        pids = children.read_text(encoding="ascii").split()
        self.leader = int(pids[0]) if pids else 0
        return self.leader != 0 and self.shell(
            "systemctl is-system-running", check=False).stdout.strip() in ("running", "degraded")

    def reboot(self):
        """Orderly, as an administrator does it. Whoever started nspawn has to start it again."""
        self.shell("systemctl reboot --no-block")
        self.manager.wait(DEADLINE_S)
        self.boot()

    def enter(self, *namespaces):
        """The beginning of a command that shall run inside."""
        return ["nsenter", "--target", str(self.leader), *namespaces]

    def shell(self, text, check=True):
        """A shell command inside the box, as its root."""
        inside = self.enter("--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup")
        return run(*inside, "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C",
                   "DEBIAN_FRONTEND=noninteractive", "bash", "-c", text, check=check)

    def python(self, script, *args, namespaces=("--net",), **kwargs):
        """A script of ours in the box's network, but with our own interpreter and files."""
        return subprocess.Popen(
            [*self.enter(*namespaces), sys.executable, "-B", str(script), *map(str, args)],
            text=True, **kwargs)

    def close(self):
        if self.leader and self.manager.poll() is None:
            self.shell("systemctl poweroff --no-block", check=False)
            try:
                self.manager.wait(DEADLINE_S)
            except subprocess.TimeoutExpired:
                os.kill(self.leader, 9)
        self.manager.kill()
        self.manager.wait()
        self.log.close()
        shutil.rmtree(self.root, ignore_errors=True)
        for group in self.groups:
            for folder, _, _ in os.walk(group, topdown=False):
                with contextlib.suppress(OSError):
                    os.rmdir(folder)


def main(folder, deb=None):
    """Makes the bare system and shows that it can be booted; or has it ready to install `deb`."""
    base = base_system(folder)
    if deb:
        download_dependencies(base, deb)
    else:
        Box(base, []).close()


if __name__ == "__main__":
    main(*sys.argv[1:])
