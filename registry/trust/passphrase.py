"""Where passphrases come from: a person at the keyboard, or a file that nobody else can read."""

import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import click

from bundle.errors import refuse

# Given the name of a key, the passphrases to try in turn; a person at a keyboard may mistype twice.
Ask = Callable[[str], Iterable[str]]

SHORTEST = 10
TRIES = 3
# The entry of a --passphrase-file that names no key: for all of them.
EVERY = ""


class Passphrases:
    """From *files* (key name → file; ``""`` for every other key), else from the person at the keyboard."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files
        self._fresh: dict[str, str] = {}

    def __call__(self, name: str) -> Iterable[str]:
        """The passphrases to try for the key *name*."""
        if name in self._fresh:
            return (self._fresh[name],)
        path = self._files.get(name, self._files.get(EVERY))
        return self._typed(name) if path is None else (read_passphrase(path),)

    def new(self, name: str) -> str:
        """A passphrase for a key that is being made, typed twice and not asked for again; ``Refused`` when it is too short."""
        path = self._files.get(name, self._files.get(EVERY))
        if path is not None:
            return _long_enough(read_passphrase(path), str(path))
        self._fresh[name] = _long_enough(_prompt(f"Mật khẩu mới cho khóa {name} / new passphrase", confirm=True), name)
        return self._fresh[name]

    def _typed(self, name: str) -> Iterator[str]:
        for attempt in range(TRIES):
            if attempt:
                click.echo("Sai mật khẩu / wrong passphrase", err=True)
            yield _prompt(f"Mật khẩu hoặc mã PIN của khóa {name} / passphrase or PIN")


def nobody(_: str) -> Iterable[str]:
    """Where nobody can be asked for a passphrase."""
    return ()


def read_passphrase(path: Path) -> str:
    """The first line of a file, or of an open descriptor (``/dev/fd/3``), that only its owner can read."""
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise refuse(str(path), "không đọc được mật khẩu (cannot read the passphrase)", "kiểm tra đường dẫn / check the path") from None
    if stat.S_IMODE(mode) & 0o077:
        raise refuse(str(path), "người khác đọc được tệp này (others can read this file)", f"chmod 600 {path}")
    first, _, _ = text.partition("\n")
    if not first:
        raise refuse(str(path), "tệp trống (empty)", "ghi mật khẩu vào dòng đầu / write the passphrase on its first line")
    return first


def _long_enough(passphrase: str, where: str) -> str:
    if len(passphrase) < SHORTEST:
        raise refuse(where, f"mật khẩu ngắn hơn {SHORTEST} ký tự (too short)", "dùng vài từ / use several words")
    return passphrase


def _prompt(text: str, confirm: bool = False) -> str:
    try:
        return str(click.prompt(text, hide_input=True, confirmation_prompt=confirm, err=True))
    except click.Abort:
        raise refuse("mật khẩu (passphrase)", "không có ai trả lời (nobody answered)", "--passphrase-file FILE") from None
