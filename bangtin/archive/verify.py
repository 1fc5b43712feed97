"""Verifying an archive: offline, without a clock and without the registry; every claim is computed again from the signatures."""

import filecmp
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bangtin.archive.draw import Drawn, draw, needed
from bangtin.archive.facts import Facts, Said, facts, prove
from bangtin.archive.folder import MANIFEST, MAX_MANIFEST, digest, unsealed, whole_blob
from bangtin.archive.live import check as check_live
from bangtin.archive.page import page
from bangtin.archive.told import TAMPERED
from bangtin.archive.write import read_proofs
from bundle.asset import blob_path
from bundle.base import Model
from bundle.errors import Complaint, Refused, refuse
from bundle.parse import parse
from evidence.signing import fingerprint

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Verdict:
    """What a whole archive rests on: the *root*, the *seal*, and the unit keys, each to be compared with what is on paper."""

    said: Said
    facts: Facts
    seal: str


def verify_archive(
    folder: Path, root_fingerprint: str | None = None, keys: Mapping[str, str] | None = None, redraw: bool = False
) -> Verdict:
    """Believe *folder*, or ``Refused`` with every file that is not as it was, or the first that proves nothing."""
    manifest = unsealed(folder)
    for name in ("root.json", "registry.json", "facts.json", "drawn.json", "index.html"):
        if name not in manifest.files:
            raise refuse(name, "thiếu / missing", TAMPERED)
    said, claimed, drawn = _read(folder, "registry.json", Said), _read(folder, "facts.json", Facts), _read(folder, "drawn.json", Drawn)
    proofs = read_proofs(folder)
    _expect(fingerprint(proofs.root), root_fingerprint, "root.json", "gốc tin cậy / the trust root")
    proven = prove(said, proofs)
    found = facts(said, proofs, proven, fingerprint(proofs.root))
    for unit in found.units:
        _expect(unit.thumbprint, (keys or {}).get(unit.unit), f"units/{unit.unit}", "khoá của thiết bị / the unit's key")
    if claimed != found:
        raise refuse("facts.json", "không khớp với chữ ký / is not what the signatures say", TAMPERED)
    if (folder / "index.html").read_bytes() != page(said, found, drawn).encode():
        raise refuse("index.html", "không khớp với chữ ký / is not what the signatures say", TAMPERED)
    check_live(folder)
    missing = [sha for sha in needed(found, proven, said) if sha not in said.lacking_blobs and not whole_blob(folder, sha)]
    if missing:
        raise Refused(*(Complaint(blob_path(sha), "thiếu hoặc hỏng / missing or damaged", TAMPERED) for sha in missing))
    if redraw:
        with tempfile.TemporaryDirectory() as scratch:
            again = draw(said, proven, found, lambda sha: whole_blob(folder, sha), Path(scratch))
            _same_pictures(folder, Path(scratch), drawn, again)
    return Verdict(said, found, digest(folder / MANIFEST))


def _read(folder: Path, name: str, model: type[M]) -> M:
    return parse(model, (folder / name).read_bytes(), name, MAX_MANIFEST)


def _expect(is_: str, wanted: str | None, where: str, what: str) -> None:
    if wanted is not None and is_ != wanted:
        raise refuse(where, f"{what}: {is_}, không phải / not {wanted}", "đối chiếu bản giấy / compare with the paper copy")


def _same_pictures(folder: Path, scratch: Path, drawn: Drawn, again: Drawn) -> None:
    if drawn != again:
        raise refuse("drawn.json", "vẽ lại ra khác / is not what drawing again gives", "phông chữ hoặc bản phần mềm khác? / other fonts?")
    made = [path.relative_to(scratch) for path in sorted(scratch.rglob("*")) if path.is_file()]
    other = [name for name in made if not filecmp.cmp(folder / name, scratch / name, shallow=False)]
    if other:
        told = (Complaint(str(name), "vẽ lại ra khác / drawn again it is another", "phông chữ khác? / other fonts?") for name in other)
        raise Refused(*told)
