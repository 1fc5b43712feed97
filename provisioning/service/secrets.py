"""What may never leave a unit, wherever it stands: read from the places where secrets lie, and struck out of any text."""

import json
import re
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from device.first_boot import read_first_boot
from device.paths import Paths

STRUCK = "[bí mật · secret]"
SHORTEST = 6
"""Signs: what is shorter stands by chance in many places, and proves nobody."""
_USER = re.compile(r"(?<=://)[^/@\s\"']+@")
_PEM = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL)
_TOKEN = re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
"""A signed token (JWS): grants, claims and permits are such."""
_WIFI = re.compile(r"WIFI:(?:[^;\\\n]|\\.|;(?!;))*;;")
"""The text of a Wi-Fi's QR code."""
_GRANT = re.compile(r"(?<=#)[A-Za-z0-9_-]{16,}\.[0-9a-f]{32,}")


def secrets(paths: Paths) -> tuple[str, ...]:
    """Every secret of this unit that can be found, the longest first; what cannot be read here cannot get anywhere from here."""
    found = set(_of_key(paths.key))
    for path in (paths.holders, paths.label_pin, paths.label_wifi, paths.card_taken, paths.card_json, paths.claim, paths.pairing):
        found |= set(_of_json(path))
    found |= set(_of_boot_file(paths.boot_toml)) | {psk for profile in _profiles(paths) for psk in _of_profile(profile)}
    for path in (paths.unit_toml, paths.boot_toml):
        with suppress(OSError, ValueError):
            found |= {each.rstrip("@") for each in _USER.findall(path.read_text(encoding="utf-8"))}
    told = read_first_boot(paths)
    if told is not None and told.access is not None:
        found |= {told.access.pin, told.access.passphrase or ""}
    found |= {json.dumps(each, ensure_ascii=ascii)[1:-1] for each in found for ascii in (True, False)}
    return tuple(sorted((each for each in found if len(each) >= SHORTEST), key=len, reverse=True))


def struck(text: str, known: tuple[str, ...]) -> str:
    """*text* without what is *known* to be secret, and without anything that has the form of a key, a token or a password in an address."""
    for pattern in (_PEM, _TOKEN, _GRANT, _WIFI, _USER):
        text = pattern.sub(STRUCK, text)
    for secret in known:
        text = text.replace(secret, STRUCK)
    return text


def _of_key(path: Path) -> Iterator[str]:
    with suppress(OSError):
        yield from (line for line in path.read_text(encoding="ascii", errors="replace").splitlines() if not line.startswith("-----"))


def _of_json(path: Path) -> Iterator[str]:
    """The values of the fields whose names say that they are secret."""
    with suppress(OSError, ValueError):
        yield from _leaves(json.loads(path.read_bytes()), secret=False)


def _leaves(value: object, secret: bool) -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _leaves(each, secret or name in _SECRET)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each, secret)
    elif secret and isinstance(value, str):
        yield from (value, *value.splitlines())


_SECRET = frozenset(("salt", "digest", "key", "statement", "proof", "token", "nonce", "grant", "passphrase", "pin"))


def _of_boot_file(path: Path) -> Iterator[str]:
    with suppress(OSError, ValueError):
        wifi = tomllib.loads(path.read_text(encoding="utf-8")).get("wifi", {})
        yield from [wifi] if isinstance(wifi, str) else [str(wifi.get("passphrase", ""))]
        if isinstance(wifi, str) and (found := re.search(r"P:((?:\\.|[^;\\])*);", wifi)):
            yield from (found[1], re.sub(r"\\(.)", r"\1", found[1]))


def _profiles(paths: Paths) -> Iterator[Path]:
    """NetworkManager's files of this unit, also of a network that is only tried."""
    with suppress(OSError):
        yield from paths.network_profile.parent.glob("bangtin-*")


def _of_profile(path: Path) -> Iterator[str]:
    with suppress(OSError, ValueError):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("psk="):
                yield from (line[4:], line[4:].replace("\\s", " ").replace("\\\\", "\\"))
