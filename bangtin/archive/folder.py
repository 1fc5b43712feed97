"""The folder of an archive: every file listed with its SHA-256, and what the list itself must look like."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from bundle.asset import blob_path
from bundle.base import Model, Sha256
from bundle.errors import Complaint, Refused, refuse
from bundle.parse import parse

MANIFEST = "manifest.json"
MAX_MANIFEST = 64 * 1024 * 1024
AGAIN = "lấy bản sao khác / take another copy"


class Listed(Model):
    """One file."""

    sha256: Sha256
    size: Annotated[int, Field(ge=0)]


class Manifest(Model):
    """``manifest.json``: every other file of the folder, by its path."""

    format: Literal[1] = 1
    files: dict[str, Listed]


def write_json(path: Path, model: Model) -> None:
    """*model* as JSON for machines and for eyes: the same model always gives the same bytes."""
    path.write_bytes(canonical(model))


def canonical(model: Model) -> bytes:
    """The bytes of :func:`write_json`."""
    return (json.dumps(model.model_dump(mode="json"), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def seal(folder: Path) -> str:
    """Write the manifest; its SHA-256 is the seal of everything in *folder*."""
    files = {name: Listed(sha256=digest(folder / name), size=(folder / name).stat().st_size) for name in names(folder)}
    write_json(folder / MANIFEST, Manifest(files=files))
    return digest(folder / MANIFEST)


def names(folder: Path) -> Iterator[str]:
    """Every file but the manifest, in order; ``Refused`` for a link, which would show another file than was sealed."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            raise refuse(str(path.relative_to(folder)), "là liên kết / is a symbolic link", AGAIN)
        if path.is_file() and path != folder / MANIFEST:
            yield path.relative_to(folder).as_posix()


def unsealed(folder: Path) -> Manifest:
    """The manifest of a folder of which every byte is as it was sealed; ``Refused`` names each file that is not."""
    try:
        raw = (folder / MANIFEST).read_bytes()
    except OSError as problem:
        raise refuse(MANIFEST, f"không đọc được / cannot be read: {problem.strerror}", AGAIN) from None
    manifest = parse(Manifest, raw, MANIFEST, MAX_MANIFEST)
    if canonical(manifest) != raw:
        raise refuse(MANIFEST, "không đúng từng byte như khi lập / is not byte for byte as it was written", AGAIN)
    complaints = list(_differences(folder, manifest))
    if complaints:
        raise Refused(*complaints)
    return manifest


def _differences(folder: Path, manifest: Manifest) -> Iterator[Complaint]:
    there = set(names(folder))
    for name in sorted(there | set(manifest.files)):
        listed = manifest.files.get(name)
        if name not in there:
            yield Complaint(name, f"thiếu, có trong {MANIFEST} / missing, it is in {MANIFEST}", AGAIN)
        elif listed is None:
            yield Complaint(name, f"thừa, không có trong {MANIFEST} / not in {MANIFEST}", AGAIN)
        elif digest(folder / name) != listed.sha256 or (folder / name).stat().st_size != listed.size:
            yield Complaint(name, f"khác với {MANIFEST} / differs from {MANIFEST}", AGAIN)


def digest(path: Path) -> str:
    """SHA-256 in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def whole_blob(folder: Path, sha256: str) -> Path | None:
    """The blob below *folder* if it is there and is what its name says."""
    path = folder / blob_path(sha256)
    return path if path.is_file() and digest(path) == sha256 else None
