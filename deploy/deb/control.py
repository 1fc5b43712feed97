"""What dpkg reads of a package: its name, what it needs of Debian, its scripts, and whose work is inside."""

import gzip
from dataclasses import dataclass
from pathlib import Path

from deploy.deb.target import Target

MAINTAINER = "bangtin <bangtin@invalid.example>"
HERE = Path(__file__).parent

NEEDS = (
    "libpango-1.0-0", "libpangocairo-1.0-0", "libpangoft2-1.0-0", "libcairo2", "libglib2.0-0", "fontconfig",
    "fonts-noto-core", "fonts-noto-color-emoji",
    "{sound}", "libasound2-plugins",
    "libegl1", "libgles2", "libgbm1", "libgl1-mesa-dri",
    "systemd (>= 252)", "udev", "dbus", "polkitd", "chrony", "ca-certificates", "mount", "openssh-client",
    "network-manager", "wpasupplicant", "wireless-regdb", "dnsmasq-base", "nftables", "modemmanager",
)  # fmt: skip
"""Of Debian: text and fonts, sound, the screen without a desktop, the system, time, network.

By name also what Debian's network manager merely recommends, because images are made without recommendations: without ``wpasupplicant``
there is no Wi-Fi, without ``wireless-regdb`` none by the country's rules, without ``dnsmasq-base`` no hotspot.
"""


@dataclass(frozen=True)
class Package:
    """One Debian package; *scripts* are files of maintainer/, each ends with the name that dpkg runs it by.

    *overrides* is the file of lintian/ that gives the reason for each complaint that is let pass.
    """

    name: str
    version: str
    target: Target
    depends: tuple[str, ...]
    summary: str
    about: str
    scripts: tuple[str, ...]
    overrides: str

    @property
    def file(self) -> str:
        """As it lies in a folder of packages."""
        return f"{self.name}_{self.version}_{self.target.arch.value}.deb"


def wheels_package(digest: str, target: Target, linked: tuple[str, ...] = ()) -> Package:
    """The libraries, *linked* against those packages; their digest is in the name, so that versions that share them need them once."""
    return Package(
        f"bangtin-wheels-{digest}",
        f"1+deb{target.suite.number}",
        target,
        (f"python{target.suite.python}", *linked),
        "Python libraries of the village notice board and loudspeaker",
        "The libraries that some versions of bangtin share, as their lock file names them.",
        ("wheels.postinst", "wheels.postrm"),
        "wheels",
    )


def product_package(version: str, wheels: Package, target: Target) -> Package:
    """One version of the product; several lie side by side, and the link ``current`` says which one runs."""
    debian = tuple(name.format(sound=target.suite.sound) for name in NEEDS)
    return Package(
        f"bangtin-{version}",
        f"{version}+deb{target.suite.number}",
        target,
        (f"{wheels.name} (= {wheels.version})", f"python{target.suite.python}", *debian),
        "village notice board and loudspeaker (bảng tin điện tử và loa thông minh)",
        "Shows a commune's notices and speaks its announcements.\nVersions lie side by side; the first one switches itself on.",
        ("product.postinst", "product.prerm", "product.postrm"),
        "product",
    )


def write(package: Package, root: Path, version: str, when: str, copyright_text: str) -> None:
    """The control files of *package* and its documentation, below *root*, where its files lie already."""
    size = sum((path.lstat().st_size + 1023) // 1024 for path in root.rglob("*") if not path.is_dir())
    about = "".join(f" {line}\n" for line in package.about.splitlines())
    fields = {
        "Package": package.name,
        "Version": package.version,
        "Architecture": package.target.arch.value,
        "Maintainer": MAINTAINER,
        "Installed-Size": str(size),
        "Depends": ", ".join(package.depends),
        "Section": "misc",
        "Priority": "optional",
        "Description": f"{package.summary}\n{about}".rstrip("\n"),
    }
    control = root / "DEBIAN"
    control.mkdir()
    (control / "control").write_text("".join(f"{key}: {value}\n" for key, value in fields.items()), encoding="utf-8")
    for name in package.scripts:
        text = (HERE / "maintainer" / name).read_text(encoding="utf-8")
        script = control / name.rpartition(".")[2]
        script.write_text(_filled(text, package, version), encoding="utf-8")
        script.chmod(0o755)
    _document(package, root, when, copyright_text)
    overrides = root / "usr/share/lintian/overrides" / package.name
    overrides.parent.mkdir(parents=True)
    reasons = (HERE / "lintian" / package.overrides).read_text(encoding="utf-8")
    overrides.write_text(reasons.replace("@NAME@", package.name), encoding="utf-8")


def _filled(text: str, package: Package, version: str) -> str:
    python = package.target.suite.python
    return text.replace("@VERSION@", version).replace("@PYTHON@", python).replace("@FOLDER@", package.name.removeprefix("bangtin-"))


def _document(package: Package, root: Path, when: str, copyright_text: str) -> None:
    folder = root / "usr/share/doc" / package.name
    folder.mkdir(parents=True)
    (folder / "copyright").write_text(copyright_text, encoding="utf-8")
    entry = f"{package.name} ({package.version}) {package.target.suite.value}; urgency=medium\n\n"
    entry += f"  * Built from source.\n\n -- {MAINTAINER}  {when}\n"
    with (
        (folder / "changelog.gz").open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=9) as packed,
    ):
        packed.write(entry.encode())
