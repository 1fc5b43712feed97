"""What every command of trust shares: its options, its refusals in sentences, its passphrases, and the clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import click

from bundle.errors import Refused, refuse
from bundle.trust import path_for
from registry.trust.passphrase import EVERY, Passphrases
from registry.trust.release import Released

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)
SITE = click.option("--site", required=True, type=FOLDER, help="Cây phát hành · the release tree")
CHANNEL = click.option("--channel", required=True, help="Mã kênh · channel code, e.g. vn.20.06001")
ONLINE = click.option("--online-key", required=True, type=FILE, help="Khóa trực tuyến · the online key (online.json)")
TARGETS = click.option("--targets-key", required=True, type=FILE, help="Khóa phân quyền của tỉnh · the province's key (targets.json)")
YES = click.option("--yes", is_flag=True, help="Không hỏi lại · do not ask")


def _passphrases(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> Passphrases:
    files: dict[str, Path] = {}
    for value in values:
        name, is_named, path = value.partition("=")
        files[name if is_named else EVERY] = Path(path if is_named else value)
    return Passphrases(files)


PASSPHRASES = click.option(
    "--passphrase-file",
    "ask",
    multiple=True,
    callback=_passphrases,
    metavar="[KEY=]FILE",
    help="Mật khẩu ở dòng đầu của tệp (0600) thay vì gõ · a file with the passphrase instead of typing it; /dev/fd/3 as well",
)


class _Refusal(click.ClickException):
    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        click.secho(self.message, fg="red", err=True, file=file)


@contextmanager
def refusing() -> Iterator[None]:
    """A refusal becomes sentences for the person at the keyboard, and exit code 2, as everywhere in ``bangtin``."""
    try:
        yield
    except Refused as refused:
        raise _Refusal("\n".join(f"✗ {complaint}" for complaint in refused.complaints)) from None


def confirmed(lines: str, question: str, yes: bool) -> None:
    """Show what will happen, then ask for it unless told not to."""
    click.echo(lines)
    if not yes:
        click.confirm(question, abort=True)


def tell(released: Released) -> None:
    """What was released, in one line."""
    what = f"{path_for(released.channel, released.target)} v{released.version} (timestamp v{released.timestamp})"
    click.echo(f"Đã phát hành / released {what}: {', '.join((*released.authors, *released.approvers))}")
    if released.alone:
        click.secho(f"Một người ký, theo ngoại lệ / one person signed, by exception: {released.alone}", fg="yellow")


def pair(text: str, option: str, example: str) -> tuple[str, str]:
    """``A=B`` as two words; ``Refused`` when it is not."""
    name, _, value = text.partition("=")
    if not name or not value:
        raise refuse(option, f"{text!r} không đúng dạng (not A=B)", example)
    return name, value


def clock() -> datetime:
    """The one place where the commands of trust read the clock, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
