"""Where a submission's process runs: the strongest of three ways that this machine has."""

import contextlib
import glob
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .. import files

FIRST_USER = 61_000  # of the users, without a name or rights, that processes run as under root
OWN = "/tmp/own"  # where it can, and where its Python thinks it is at home
DISK = 64 * 2**20  # bytes that a submission can write, in memory
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache",
          "/etc/alternatives", "/etc/localtime")  # fmt: skip
SOME = 2000  # threads of a user, where the system does not tell how many
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
WAYS = {
    "namespaces": "a process of its own in namespaces of its own, as a user without rights: no "
    "network, no sight of other submissions or of the source",
    "bubblewrap": "a process of its own in bubblewrap: no network, no sight of other submissions "
    "or of the source",
    "user": "a process of its own, as a user without rights. The network is open, and a submission "
    "can read whatever every user of this machine can: install bubblewrap, or use a container",
    "limits": "a process of its own with limits on time, memory, processes and files, but with "
    "your rights: the network is open, a submission can read your files, the source among them, "
    "and what it starts may outlive it. Install bubblewrap, or use a container",
}
# In a mount namespace of its own, an empty folder gets what Python needs, read-only, and becomes
# the root.
BUILD = """set -e
root=$1 user=$2 disk=$3 own=$4; shift 4
mount -t tmpfs -o "size=$disk,mode=755" hue "$root"
while [ "$1" != -- ]; do
  mkdir -p "$root$(dirname "$1")"
  if [ -L "$1" ]; then cp -P "$1" "$root$1"
  elif [ -d "$1" ]; then mkdir -p "$root$1"; mount -o bind,ro,nosuid "$1" "$root$1"
  else touch "$root$1"; mount -o bind "$1" "$root$1"; fi
  shift
done
shift
mkdir -p "$root/proc" "$root$own"; chmod 1777 "$root/tmp" "$root$own"
mount -t proc proc "$root/proc"
cd /
exec chroot --userspec="$user:$user" --groups= "$root" "$@"
"""


@dataclass(frozen=True)
class Sandbox:
    """How the processes of submissions are started.

    Attributes:
        way: A key of `WAYS`.
        folder: An empty folder, on which a process's root is built.
    """

    way: str
    folder: str

    def __str__(self):
        return f"Each submission runs in {WAYS[self.way]}."

    def start(self, arguments, slot=0):
        """A process of this Python with pipes; it dies with its first process.

        Args:
            arguments: Of Python, such as `["-m", "hue_edu.grading.worker", "ps1", "60"]`.
            slot: Number of the place among those that run side by side.
        """
        command = [sys.executable, "-s", "-P", *arguments]
        user = FIRST_USER + slot
        rights = {}
        if self.way == "namespaces":
            apart = ["--net", "--mount", "--ipc", "--uts", "--pid", "--fork", "--kill-child"]
            build = ["sh", "-c", BUILD, "sh", self.folder, str(user), str(DISK), OWN]
            command = ["unshare", *apart, "--", *build, *_readable(), *DEVICES, "--", *command]
        elif self.way == "bubblewrap":
            command = [*_bubblewrap(), "--", *command]
        elif self.way == "user":
            rights = {"user": user, "group": user, "extra_groups": []}
        place = OWN
        if self.way in ("user", "limits"):
            place = self._own_folder(slot, user if rights else -1)
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=_environment(place), cwd="/", start_new_session=True, bufsize=0, **rights,
        )  # fmt: skip

    def _own_folder(self, slot, user):
        """An empty folder for one process, which nobody else may look into."""
        place = os.path.join(self.folder, f"{slot}")
        shutil.rmtree(place, ignore_errors=True)
        os.makedirs(place, mode=0o700)
        os.chown(place, user, user)
        os.chmod(self.folder, 0o711)
        return place

    @property
    def others(self):
        """Threads that the system may count against a submission's, since they are one user's."""
        if self.way in ("namespaces", "user"):
            return 0
        own, count = os.geteuid(), 0
        for tasks in glob.glob("/proc/[0-9]*/task"):
            with contextlib.suppress(OSError):
                if os.stat(tasks).st_uid == own:
                    count += len(os.listdir(tasks))
        return count or SOME

    def works(self):
        """Whether a process starts this way and finds the package."""
        try:
            with self.start(["-c", "import hue_edu.grading.worker; print('here')"]) as process:
                return process.communicate(timeout=120)[0].strip() == b"here"
        except (OSError, subprocess.SubprocessError):
            return False

    def close(self):
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


def strongest(way=None):
    """The strongest sandbox that works here.

    Args:
        way: A key of `WAYS`, to try that one alone.

    Raises:
        ValueError: None works, or it would run with root's rights.
    """
    if os.name != "posix":
        raise ValueError(
            "Grading needs a system that can limit a process: Linux, macOS, or WSL2 on Windows."
        )
    folder = tempfile.mkdtemp(prefix="hue-grade-")
    root = os.geteuid() == 0
    ways = ["namespaces", "bubblewrap", "user"] if root else ["bubblewrap", "limits"]
    if way is not None:
        ways = [each for each in [way] if not (root and each == "limits")]
    for each in ways:
        if (sandbox := Sandbox(each, folder)).works():
            return sandbox
    shutil.rmtree(folder)
    raise ValueError(
        f"No process for a submission could be started here ({', '.join(ways)} tried). Grade as an "
        "ordinary user, or put the checkout where every user can read it."
    )


def _readable():
    """Folders and files that a submission's Python needs, parents before what lies in them."""
    own = [sys.prefix, sys.base_prefix, str(Path(__file__).parents[1]), str(files.data_dir())]
    own = sorted({*own, *map(os.path.realpath, own)})
    there = [place for place in dict.fromkeys([*SYSTEM, *own]) if os.path.lexists(place)]
    return [
        place for place in there
        if place in SYSTEM or not any(place.startswith(f"{other}/") for other in SYSTEM)
    ]  # fmt: skip


def _bubblewrap():
    command = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session"]
    command += ["--size", str(DISK), "--tmpfs", "/tmp", "--dir", OWN]
    for place in _readable():
        link = os.path.islink(place)
        command += ["--symlink", os.readlink(place), place] if link else ["--ro-bind", place, place]
    command += ["--proc", "/proc", "--dev", "/dev"]
    return [*command, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", OWN,
            "--uid", "65534", "--gid", "65534"]  # fmt: skip


def _environment(place):
    """What a submission's Python knows of this machine: next to nothing."""
    one = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
    one |= {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
    return one | {
        "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": place,
        "TMPDIR": place, "LANG": "C.UTF-8",
        "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0", "MPLBACKEND": "agg", "MPLCONFIGDIR": place,
        "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1",
        "HUE_DATA": str(files.data_dir()),
    }  # fmt: skip
