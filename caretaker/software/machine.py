"""The machine below the programs: Debian's packages, the version that is current, systemd's services. Every command is one of these."""

import fcntl
import logging
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bundle.asset import blob_path
from bundle.errors import refuse
from bundle.software import Package
from caretaker.activation import link
from device.candidate import sha256_of
from device.durable import make_folder, sync_folder
from device.errors import SeamError
from device.packages import Debian, read_debian
from device.paths import PROGRAMS, Paths

log = logging.getLogger(__name__)

QUIETLY = {"DEBIAN_FRONTEND": "noninteractive", "DEBIAN_PRIORITY": "critical", "NEEDRESTART_SUSPEND": "1", "LC_ALL": "C.UTF-8"}
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


class CommandFailed(SeamError):
    """Debian's tools, or a version's own command, said no; the message has their last words."""


class NotNow(CommandFailed):
    """Nothing is wrong: something began to sound before services began anew, and the command is to be given again."""


class Machine:
    """The machine at *paths*; below another root than ``/`` dpkg works there, and there is no systemd."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._staged = paths.upgrades.parent / "staged"
        self._kept = paths.upgrades.parent / "kept"

    def debian(self) -> Debian | None:
        """What is installed now."""
        return read_debian(self._paths)

    def free(self) -> int:
        """Bytes left on the card."""
        return shutil.disk_usage(self._paths.state).free

    def stage(self, packages: Iterable[Package]) -> tuple[Path, ...]:
        """Copies of *packages* from the shelf, which nobody but root can change any more; ``Refused`` unless they are what was signed."""
        self.unstage()
        make_folder(self._staged)
        files = []
        for package in packages:
            file = self._staged / f"{package.name}_{package.version.replace(':', '%3a')}.deb"
            try:
                shutil.copyfile(self._paths.shelf / blob_path(package.sha256), file)
            except FileNotFoundError:
                raise refuse(file.name, "chưa tải xong / not on the shelf yet", "chờ tải xong / wait for it") from None
            if sha256_of(file) != package.sha256:
                raise refuse(file.name, "hỏng trên thẻ nhớ / damaged on the card", "chờ tải lại / wait until it is fetched again")
            files.append(file)
        return tuple(files)

    def unstage(self) -> None:
        """Remove the copies."""
        shutil.rmtree(self._staged, ignore_errors=True)

    def unpacked(self, files: Iterable[Path]) -> int:
        """Bytes that the packages in *files* need when they are installed, as they say themselves."""
        return sum(1024 * int(_run("dpkg-deb", "--field", file, "Installed-Size").strip() or 0) for file in files)

    def described(self, file: Path) -> tuple[str, str, str]:
        """Name, version and architecture that a package file gives itself."""
        fields = _run("dpkg-deb", "--show", "--showformat", "${Package}\t${Version}\t${Architecture}", file).split("\t")
        return fields[0], fields[1], fields[2]

    def mend(self, patience: float) -> None:
        """Take up what a power cut left half installed; ``Refused`` while somebody else installs something."""
        self._alone()
        _run("dpkg", *self._dpkg_root, "--configure", "--pending", patience=patience)

    def install(self, files: Sequence[Path], patience: float, back: bool = False) -> None:
        """Install *files* together, in the order that apt works out, from nowhere else and at nobody's expense: nothing is removed.

        Nothing is led to an earlier version either, but for the way *back*.
        """
        if files:
            options = (*_ALONE, "--allow-downgrades") if back else _ALONE
            _run("apt-get", *self._apt_root, *options, "install", *map(str, files), patience=patience)

    def keep(self, packages: Iterable[Package]) -> None:
        """Keep the staged copies of these, and of no others, for the way back from a later release."""
        make_folder(self._kept)
        names = {f"{package.name}_{package.version.replace(':', '%3a')}.deb": package for package in packages}
        for name in names:
            if (self._staged / name).exists():
                (self._staged / name).rename(self._kept / name)
        overtaken = {package.name for package in names.values()}
        for file in self._kept.glob("*.deb"):
            if file.name not in names and file.name.partition("_")[0] in overtaken:
                file.unlink()
        sync_folder(self._kept)

    def kept(self, packages: Iterable[Package]) -> tuple[Path, ...]:
        """The files that are kept of packages with the names of these."""
        return tuple(file for package in packages for file in sorted(self._kept.glob(f"{package.name}_*.deb")))

    def purge(self, names: Sequence[str]) -> None:
        """Remove these packages with all that is theirs."""
        if names:
            _run("dpkg", *self._dpkg_root, "--purge", *names, patience=600.0)

    def activate(self, version: str, on_trial: bool, insist: bool = False) -> None:
        """Have *version* be the one that runs; what runs begins anew. The version itself knows how.

        ``NotNow`` if something sounds, unless one must *insist*.
        """
        command = self._paths.versions / version / "bin/activate"
        if not command.exists():
            raise CommandFailed(f"{command}: không có / is not there")
        words = {"--on-trial": on_trial, "--unless-sounding": not insist}
        _run(str(command), *(word for word, said in words.items() if said), patience=300.0)

    def approve(self, version: str) -> None:
        """From now on *version* judges what comes after it."""
        link(self._paths.versions / "good", Path(version))

    def restarts(self) -> Mapping[str, int]:
        """How often systemd has restarted each program since it was started by anybody else."""
        if not (self._paths.root / "run/systemd/system").is_dir():
            return {}
        services = [f"bangtin-{program}.service" for program in PROGRAMS]
        shown = _run("systemctl", "show", "--property=Id,NRestarts", *services)
        found = (dict(line.split("=", 1) for line in each.splitlines() if "=" in line) for each in shown.split("\n\n"))
        return {each["Id"]: int(each["NRestarts"]) for each in found if each.get("NRestarts", "").isdigit()}

    def _alone(self) -> None:
        # The one is that of apt and the like, the other that of a dpkg which outlived them.
        for name in ("lock-frontend", "lock"):
            lock = self._paths.dpkg_status.with_name(name)
            with lock.open("w") as file:
                try:
                    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    raise refuse(str(lock), "đang có người cài gói khác / somebody else installs packages", "chờ xong / wait") from None

    @property
    def _dpkg_root(self) -> list[str]:
        return [] if self._paths.root == Path("/") else [f"--root={self._paths.root}"]

    @property
    def _apt_root(self) -> list[str]:
        if self._paths.root == Path("/"):
            return []
        root = self._paths.root
        settings = {"Dir": root, "Dir::State::status": self._paths.dpkg_status, "Dir::Bin::methods": "/usr/lib/apt/methods"}
        settings |= {"Dir::Bin::dpkg": "/usr/bin/dpkg", "DPkg::Options::": f"--root={root}"}
        return [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]


_ALONE = (
    "--yes", "--quiet", "--no-install-recommends", "--no-remove",
    "-o", "Dir::Etc::SourceList=/dev/null", "-o", "Dir::Etc::SourceParts=/dev/null",
    "-o", "APT::Sandbox::User=root", "-o", "DPkg::Use-Pty=0", "-o", "DPkg::Options::=--force-confold", "-o", "DPkg::Lock::Timeout=120",
)  # fmt: skip
"""No sources: apt may use what it is given and nothing else. Settings that somebody changed by hand stay."""


def _run(*command: str | Path, patience: float = 60.0) -> str:
    """The output of *command*; ``CommandFailed`` with its last words, also when it takes longer than *patience* seconds."""
    environment = {**os.environ, **QUIETLY, "PATH": PATH}
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=patience,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CommandFailed(f"{command[0]}: quá {patience:g} giây / took longer than that") from None
    except OSError as problem:
        raise CommandFailed(f"{command[0]}: {problem.strerror}") from None
    if done.returncode != 0:
        kind = NotNow if done.returncode == os.EX_TEMPFAIL else CommandFailed
        raise kind(f"{Path(command[0]).name} → {done.returncode}: {_last_words(done.stderr)} · {_last_words(done.stdout)}")
    return done.stdout


def _last_words(said: str) -> str:
    """The end of what a command said, without its warnings."""
    return " ".join(word for line in said.splitlines() if not line.startswith("W:") for word in line.split())[-120:]
