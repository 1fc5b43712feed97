"""``bangtin.toml`` on the boot partition: what anybody with a PC and the card can tell a unit before it starts, all faults at once."""

import json
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_core import ErrorDetails

from bundle.area import AreaCode
from bundle.errors import Complaint, Refused, refuse
from device.complaints import complaint
from device.paths import Paths
from device.settings import Settings
from provisioning.grant import this_machine
from provisioning.wifi import Wifi, wifi_of

MOST = 64 * 1024
"""Bytes: a file on a partition that everybody can write."""
MOST_BROKEN = 20
_LINE = re.compile(r"at line (\d+)")
_LOOKS_LIKE = {"“": '"', "”": '"', "„": '"', "‟": '"', "‘": "'", "’": "'", "«": '"', "»": '"', "″": '"', "\u00a0": " "}
_BOMS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


def _network(given: object) -> object:
    if not isinstance(given, str):
        return given
    try:
        return wifi_of(given).model_dump()
    except Refused as refused:
        raise ValueError(f"{refused.complaints[0].what} → {refused.complaints[0].do}") from None


def _digits(given: object) -> object:
    """As it may be copied from paper: in groups, in capitals."""
    return re.sub(r"[\s:]", "", given).lower() if isinstance(given, str) else given


class BootFile(Settings):
    """*registry* is its base URL (``https``, or with *plain_http* in a closed network), *root_fingerprint* 32 or 64 hexadecimal digits of
    the SHA-256 of the trust root. *village* chooses among those of a prepared card, and *wifi* is a table or the text of a Wi-Fi QR code.

    Everything else is what ``unit.toml`` may say; each table that stands here replaces the one there.
    """

    registry: Annotated[str, Field(pattern=r"^https?://[^\s#?]+$", max_length=200)] | None = None
    plain_http: bool = False
    root_fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{32}([0-9a-f]{32})?$"), BeforeValidator(_digits)] | None = None
    village: AreaCode | None = None
    wifi: Annotated[Wifi, BeforeValidator(_network)] | None = None


def read_boot_file(paths: Paths) -> BootFile | None:
    """What ``bangtin.toml`` says, None where there is none; ``Refused`` with every complaint when anything in it is wrong."""
    text = boot_text(paths.boot_toml)
    return None if text is None else boot_file_of(text, paths.boot_toml)


def boot_text(path: Path) -> str | None:
    """The text of the file at *path*, None when it is not there; ``Refused`` when it is no text that we can read."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as problem:
        what = f"không đọc được / cannot be read: {problem.strerror}"
        raise refuse(str(path), what, "kiểm tra thẻ nhớ / check the card") from None
    if len(raw) > MOST:
        raise refuse(str(path), f"dài quá {MOST} byte / longer than {MOST} bytes", "chép lại tệp mẫu / copy the sample file again")
    return _decoded(raw, path)


def _decoded(raw: bytes, path: Path) -> str:
    save = "lưu lại kiểu UTF-8 / save it as UTF-8"
    for mark, name in _BOMS:
        if raw.startswith(mark):
            raise refuse(str(path), f"tệp lưu kiểu {name} / the file is saved as {name}", save)
    try:
        # Notepad's mark before the first letter says nothing that we do not know.
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw[: problem.start].count(b"\n") + 1
        raise refuse(f"{path}: dòng {line} / {path}: line {line}", "không phải chữ UTF-8 / not text in UTF-8", save) from None


def boot_file_of(text: str, path: Path) -> BootFile:
    """What *text* says; ``Refused`` names every line that is no TOML, and every fault of what the others say."""
    data, found, unread = _parsed(text, path)
    try:
        # Through JSON, because strict models take names for enums and paths only from there.
        told = BootFile.model_validate_json(json.dumps(data, default=str))
    except ValidationError as problem:
        found += [complaint(path, _discreet(error), BootFile) for error in problem.errors(include_url=False) if not _lost(error, unread)]
    else:
        found += _unsafe(told, path)
    if found:
        raise Refused(*found)
    return told


def _parsed(text: str, path: Path) -> tuple[dict[str, Any], list[Complaint], set[str]]:
    """What the readable lines say, a complaint for each other line, and the names that stand in those."""
    # As tomllib counts them: a carriage return before the line feed belongs to the line's end.
    lines = text.replace("\r\n", "\n").split("\n")
    found: list[Complaint] = []
    unread: set[str] = set()
    while True:
        try:
            return tomllib.loads("\n".join(lines)), found, unread
        except tomllib.TOMLDecodeError as problem:
            place = _LINE.search(str(problem))
            number = int(place[1]) if place else len(lines)
            broken = lines[number - 1]
            found.append(_unreadable(path, number, broken, str(problem)))
            if place is None or not broken.strip() or len(found) == MOST_BROKEN:
                return {}, found, unread
            unread.add(broken.split("=")[0].strip())
            lines[number - 1] = ""


def _discreet(error: ErrorDetails) -> ErrorDetails:
    """*error* without a passphrase in it: complaints stand on a public board."""
    return {**error, "input": "…"} if error["loc"][:1] == ("wifi",) else error


def _lost(error: ErrorDetails, unread: set[str]) -> bool:
    """Whether *error* only follows from a line that could not be read."""
    return error["type"] == "missing" and error["loc"][-1] in unread


def _unreadable(path: Path, number: int, line: str, why: str) -> Complaint:
    where = f"{path}: dòng {number} / {path}: line {number}"
    odd = next((sign for sign in line if sign in _LOOKS_LIKE), None)
    if odd is None:
        return Complaint(where, f"không đọc được TOML / not readable as TOML: {why.split(' (at')[0]}", "sửa dòng đó / correct that line")
    if odd == "\u00a0":
        return Complaint(where, "khoảng trắng lạ (U+00A0) / a no-break space", "xoá rồi gõ lại dấu cách / type the space again")
    right = _LOOKS_LIKE[odd]
    what = f"dấu ngoặc cong {odd} của trình soạn văn bản / a curly quote {odd} of a word processor"
    return Complaint(where, what, f"gõ lại bằng {right} / type {right} instead")


def _unsafe(told: BootFile, path: Path) -> list[Complaint]:
    if told.registry is None or told.registry.startswith("https://") or told.plain_http or this_machine(told.registry):
        return []
    what = "địa chỉ http không mã hoá / the address is plain http"
    do = "dùng https, hoặc plain_http = true trong mạng riêng / use https, or plain_http = true inside a closed network"
    return [Complaint(f"{path}: registry", what, do)]
