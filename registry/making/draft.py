"""The whole way from an officer's folder to a draft on disk; a refused folder leaves an earlier draft as it was."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel

from bundle.alert import Alert
from bundle.errors import Refused, refuse
from bundle.manifest import Bundle
from bundle.parse import MAX_DOCUMENT
from director.programme import Cell
from registry.making.blobs import Blobs
from registry.making.crossing import cross_check
from registry.making.findings import Findings, did_you_mean
from registry.making.lexicon import house_lexicon
from registry.making.permitted import check_sounding
from registry.making.reading import Source, read_source
from registry.making.review import PAGE, REFUSED_PAGE, page
from registry.making.spoken import Speaker
from registry.making.voice import EspeakVoice, Voice
from registry.making.workshop import Workshop
from registry.making.zones import strange_zones


@dataclass(frozen=True)
class Draft:
    """What was made: the *bundle*, the *alerts* by the name of their file, and the *folder* it lies in."""

    bundle: Bundle
    alerts: Mapping[str, Alert]
    folder: Path


def _nothing_else(_channel: str) -> tuple[Cell, ...]:
    return ()


def make_draft(
    folder: Path,
    out: Path,
    made: datetime,
    version: int,
    progress: Callable[[str], None],
    *,
    starts: Mapping[str, datetime] | None = None,
    voice: Voice | None = None,
    in_force: Callable[[str], tuple[Cell, ...]] = _nothing_else,
) -> Draft:
    """Turn *folder* into ``out/bundle.json``, ``out/alerts/<slug>.json``, ``out/blobs/`` and ``out/review.html``; *made* is aware.

    *starts* moves sessions: id to local time without a zone. *in_force* tells what else stands for a channel.
    ``Refused`` tells every fault of the files at once, then, when these are sound, every fault of the media, then every
    session that these rules would not let sound.
    """
    if out.resolve().is_relative_to(folder.resolve()):
        raise refuse(
            str(out), "bản thảo nằm trong thư mục nguồn / the draft lies in its own source", "chọn --out khác / choose another --out"
        )
    (out / REFUSED_PAGE).unlink(missing_ok=True)
    source = _sound_source(folder, starts or {})
    limits, lexicon = source.programme.sound, house_lexicon().with_words_of(source.words)
    speaker = Speaker(folder, voice or EspeakVoice(), Blobs(out), limits, lexicon)
    workshop = Workshop(source, speaker, made, progress)
    try:
        alerts = workshop.alerts()
        bundle = workshop.bundle(version)
        cells = in_force(bundle.channel)
        check_sounding(bundle, cells, workshop.findings)
        workshop.findings.refuse()
    except Refused:
        # The page of the earlier draft stays as that draft does; what is wrong can be looked at beside it.
        if refused := [heard for heard in speaker.review.heard if heard.clip is None]:
            _replace(out / REFUSED_PAGE, page(f"Bị từ chối · refused: {source.programme.title}", refused).encode())
        raise
    for warning in strange_zones(bundle, cells):
        progress(warning)
    _write(out, bundle, alerts)
    _replace(out / PAGE, page(f"{bundle.title}, bản / version {version}", speaker.review.heard).encode())
    return Draft(bundle, alerts, out)


def canonical(model: BaseModel) -> bytes:
    """*model* as compact JSON with sorted keys: the same content always gives the same bytes."""
    return json.dumps(model.model_dump(mode="json", exclude_none=True), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _sound_source(folder: Path, starts: Mapping[str, datetime]) -> Source:
    findings = Findings()
    source = _moved(read_source(folder, findings), starts, findings)
    cross_check(source, findings)
    findings.refuse()
    return source


def _moved(source: Source, starts: Mapping[str, datetime], findings: Findings) -> Source:
    sessions = source.programme.session
    known = [session.id for session in sessions]
    for name in starts.keys() - set(known):
        findings.add(f"--start {name}", "không có buổi phát này / no such session", did_you_mean(name, known))
    moved = [session.model_copy(update={"start": starts.get(session.id, session.start)}) for session in sessions]
    return replace(source, programme=source.programme.model_copy(update={"session": moved}))


def _write(out: Path, bundle: Bundle, alerts: Mapping[str, Alert]) -> None:
    document = canonical(bundle)
    if len(document) > MAX_DOCUMENT:
        raise refuse("bundle.json", f"{len(document)} bytes, quá {MAX_DOCUMENT} / too large", "bớt tin / publish fewer items")
    shelf = out / "alerts"
    for old in shelf.glob("*.json"):
        if old.stem not in alerts:
            old.unlink()
    for slug, alert in alerts.items():
        _replace(shelf / f"{slug}.json", canonical(alert))
    _replace(out / "bundle.json", document)


def _replace(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    part.replace(path)
