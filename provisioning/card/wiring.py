"""The hardware tables of ``bangtin.toml`` in ``unit.toml``: each replaces the one there, everything else stays as it was written."""

import json
import tomllib
from typing import Any

import tomlkit
from pydantic import ValidationError

from bundle.errors import Refused
from device.complaints import complaint
from device.durable import replace
from device.paths import Paths
from device.settings import Settings
from provisioning.boot_file import boot_file_of, boot_text


def merged(paths: Paths, text: str) -> str | None:
    """``unit.toml`` with the tables of the boot file *text*, None when that changes nothing.

    ``Refused`` names every fault of the whole, as when both give one pin to something else.
    """
    before = _text(paths)
    told = tomllib.loads(text)
    tables = {name: told[name] for name in Settings.model_fields if name in told}
    wanted = {**tomllib.loads(before), **tables}
    if not tables or wanted == tomllib.loads(before):
        return None
    try:
        # Through JSON, because strict models take names for enums and paths only from there.
        Settings.model_validate_json(json.dumps(wanted, default=str))
    except ValidationError as problem:
        raise Refused(*(complaint(paths.boot_toml, error, Settings) for error in problem.errors(include_url=False))) from None
    return _written(before, text, tables, wanted)


def fits(paths: Paths) -> None:
    """``Refused`` when the tables of the boot file do not fit what else ``unit.toml`` says, or are no TOML."""
    text = boot_text(paths.boot_toml)
    if text is not None:
        boot_file_of(text, paths.boot_toml)
        merged(paths, text)


def merge(paths: Paths, text: str) -> bool:
    """Take the tables of *text* over, durably; whether that changed anything. ``Refused`` keeps the old. Raises ``OSError``."""
    after = merged(paths, text)
    if after is not None:
        replace(paths.unit_toml, after.encode())
    return after is not None


def _text(paths: Paths) -> str:
    """What ``unit.toml`` says; nothing when no program could read it, which then loses nothing by being replaced."""
    try:
        text = paths.unit_toml.read_text(encoding="utf-8")
        tomllib.loads(text)
    except (FileNotFoundError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return ""
    return text


def _written(before: str, text: str, tables: dict[str, Any], wanted: dict[str, Any]) -> str:
    """The old file with its comments, and each table as it was written in the new one."""
    old, new = tomlkit.parse(before), tomlkit.parse(text.replace("\r\n", "\n"))
    for name in tables:
        old.pop(name, None)
        old.add(name, new.item(name))
    after = tomlkit.dumps(old)
    # Files of hands may be of a shape that does not survive being taken apart; then only what they mean does.
    return after if _means(after) == wanted else tomlkit.dumps(wanted)


def _means(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None
