"""A folder becomes a .deb: always the same bytes for the same files, whoever builds it and when."""

import os
import subprocess
from pathlib import Path


def pack(root: Path, file: Path, epoch: int) -> None:
    """Pack what lies below *root* as *file*; no date in it is younger than *epoch* (seconds since 1970)."""
    for path in [root, *root.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        os.utime(path, (epoch, epoch), follow_symlinks=False)
    part = file.with_name(f".{file.name}.part")
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch)}
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", root, part], check=True, env=environment, stdout=subprocess.DEVNULL
    )
    part.rename(file)


def commit_date(house: Path) -> int:
    """When the commit was made that is built; the environment's ``SOURCE_DATE_EPOCH`` goes before it."""
    told = os.environ.get("SOURCE_DATE_EPOCH")
    if told:
        return int(told)
    said = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=house, capture_output=True, text=True, check=True)
    return int(said.stdout)
