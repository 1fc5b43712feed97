"""``sources.toml`` as the registry's own command writes it: a source is added, or its token is made anew; what people wrote stays."""

import hashlib
import json
import re
import secrets
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from bundle.errors import refuse
from registry.alerts.listed import NAME
from registry.alerts.sources import Source, SourcesFile, read_sources
from registry.making.findings import Findings
from registry.trust.files import write

OWNER_ONLY = 0o600
_EMPTY = "format = 1\n"
# What stands for a message of unknown weight comes first; people may write other levels.
_LEVELS = ({"level": 1}, {"level": 2, "severity": "Moderate"}, {"level": 3, "severity": "Severe"}, {"level": 4, "severity": "Extreme"})


@dataclass(frozen=True)
class NewSource:
    """What a source needs so that its messages are understood; *geocodes*: ``valueName`` → what to put before its codes."""

    id: str
    name: str
    issuing_body: str
    senders: Sequence[str]
    areas: Sequence[str]
    geocodes: Mapping[str, str]
    languages: Mapping[str, str]
    hold_off_seconds: float
    per_minute: int


def add_source(data: Path, new: NewSource) -> str:
    """List *new* in the folder *data*; its token, which is kept only as a hash. ``Refused`` names everything that does not fit."""
    path, token = data / NAME, secrets.token_urlsafe(32)
    text = path.read_text(encoding="utf-8") if path.exists() else _EMPTY
    if any(source.id == new.id for source in _checked(text)):
        raise refuse(new.id, "nguồn đã có / the source is listed", f"bangtin registry source token {new.id}")
    block = "\n".join(("", "[[source]]", *_lines(new, _hashed(token))))
    _keep(path, f"{text.rstrip()}\n{block}\n")
    return token


def renew_token(data: Path, name: str) -> str:
    """Another token for the source *name*; the one that it had opens nothing from now on."""
    path, token = data / NAME, secrets.token_urlsafe(32)
    source = next((each for each in read_sources(path) if each.id == name), None) if path.exists() else None
    if source is None:
        raise refuse(name, "không có nguồn này / no such source", "bangtin registry source list")
    text = path.read_text(encoding="utf-8")
    if source.token:
        fresh = text.replace(source.token, _hashed(token))
    else:
        fresh = re.sub(rf'^(id\s*=\s*"{re.escape(name)}".*)$', rf'\1\ntoken = "{_hashed(token)}"', text, count=1, flags=re.MULTILINE)
    if not any(each.id == name and each.token == _hashed(token) for each in _checked(fresh)):
        raise refuse(name, "không tìm ra chỗ ghi mã / no place for the token", f'thêm dòng / add the line: token = "{_hashed(token)}"')
    _keep(path, fresh)
    return token


def _lines(new: NewSource, token: str) -> list[str]:
    plain = {"id": new.id, "name": new.name, "issuing_body": new.issuing_body, "senders": list(new.senders), "areas": list(new.areas)}
    numbers = {"hold_off_seconds": new.hold_off_seconds, "per_minute": new.per_minute}
    lines = [f"{name} = {_said(value)}" for name, value in (plain | numbers | {"token": token}).items()]
    lines.append(f"languages = {{ {', '.join(f'{_said(tag)} = {_said(ours)}' for tag, ours in new.languages.items())} }}")
    for kind, prefix in new.geocodes.items():
        lines += ["", "[[source.geocode]]", f"kind = {_said(kind)}", f"prefix = {_said(prefix)}"]
    for level in _LEVELS:
        lines += ["", "[[source.level]]", *(f"{name} = {_said(value)}" for name, value in level.items())]
    return lines


def _said(value: object) -> str:
    """A word, a number or a list of words in TOML, which writes them as JSON does."""
    return json.dumps(value, ensure_ascii=False)


def _checked(text: str) -> list[Source]:
    findings = Findings()
    try:
        return SourcesFile.model_validate({"source": []} | tomllib.loads(text)).source
    except tomllib.TOMLDecodeError as problem:
        raise refuse(NAME, f"không đọc được TOML / not readable as TOML: {problem}", "sửa tệp / correct it") from None
    except ValidationError as problem:
        findings.take_invalid(problem, NAME, SourcesFile)
        raise findings.refused() from None


def _keep(path: Path, text: str) -> None:
    _checked(text)
    write(path, text.encode(), OWNER_ONLY)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
