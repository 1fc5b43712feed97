"""Which of Debian's packages the libraries in a folder are linked against: what they need and do not bring along."""

import re
import subprocess
from pathlib import Path

C_LIBRARY = re.compile(r"^(ld-linux-.*|lib(c|dl|m|mvec|pthread|rt))\.so\.\d$")
PACKAGES = {"libgcc_s.so.1": "libgcc-s1", "libstdc++.so.6": "libstdc++6", "libz.so.1": "zlib1g"}
"""What wheels may expect of a system (PEP 600) and these do."""


def needs(folder: Path) -> tuple[str, ...]:
    """The packages, by name; whatever nobody here has heard of ends the build."""
    files = sorted(path for path in folder.rglob("*.so*") if path.is_file())
    brought = {path.name for path in files}
    said = subprocess.run(
        ["readelf", "--dynamic", "--wide", *files], capture_output=True, text=True, check=True, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}
    )
    wanted = set(re.findall(r"\(NEEDED\).*\[(.+)\]", said.stdout)) - brought
    if unknown := sorted(name for name in wanted if name not in PACKAGES and not C_LIBRARY.match(name)):
        raise SystemExit(f"{folder}: của gói Debian nào? / of which Debian package? {', '.join(unknown)}")
    return ("libc6", *sorted({PACKAGES[name] for name in wanted if name in PACKAGES}))
