"""Running one batch: what was asked for is checked first, the cards are made with their progress shown, and what to do next is said."""

import asyncio
import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import click
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bangtin.cards import labels
from bangtin.cards.batch import HandedOut, OnCard, hand_out, know, prepare, take_up, villages_in, write, writing_to
from bangtin.cards.folders import wiring_of
from bangtin.cards.making import NAME_LENGTH, Made, Plan
from bundle.area import AreaCode
from bundle.base import Identifier
from bundle.errors import refuse
from evidence.card import Way
from provisioning.boot_file import boot_file_of
from provisioning.journal import locked
from provisioning.wifi import wifi_of
from registry.fleet.own_keys import own_keys
from registry.storage.storage import open_storage
from registry.trust.site import Site
from registry.web.config import wall_clock

_LONGEST_PREFIX = 20


@dataclass(frozen=True)
class Wanted:
    """What was asked for on the command line."""

    data: Path
    site: Path
    url: str
    areas: tuple[str, ...]
    count: int
    out: Path
    way: Way
    prefix: str
    valid: timedelta
    days: int
    wifi: str | None
    wiring: Path | None


def run(wanted: Wanted) -> None:
    """Make the batch, or finish the one that a cut left there; ``Refused`` before anything is made when something in it is wrong."""
    _check(wanted)
    on_card, now = OnCard(wifi_of(wanted.wifi) if wanted.wifi else None, wiring_of(wanted.wiring)), wall_clock()
    with ExitStack() as held:
        _hold(held, wanted.out.parent)
        made = asyncio.run(_made(wanted, on_card, now))
    click.secho(f"✓ {wanted.out}: {made.cards} thẻ và labels.pdf · cards and labels.pdf", fg="green", bold=True)
    if made.again:
        old = (
            f"  Đây là lô bị ngắt lần trước, {made.cards} thẻ, theo lựa chọn lúc đó · the batch that was cut before, by the options of then"
        )
        click.secho(old, fg="yellow")
        click.echo("  Cần thẻ mới: chạy lại lệnh với --out khác · for new cards repeat the command with another --out")
    until = f"{made.until:%d/%m/%Y}"
    click.echo(
        f"  Chép từng thư mục lên phân vùng boot; chạy lần đầu trước {until} · copy each folder onto a boot partition; start before {until}"
    )
    click.echo("  Thẻ chưa dùng là chìa khoá: cất như tiền · an unused card is a key: keep it like money")
    click.echo(f"  Theo dõi · follow them: bangtin registry card list --data {wanted.data}")


def _hold(held: ExitStack, folder: Path) -> None:
    """Nobody else makes a batch in *folder* meanwhile."""
    with writing_to(folder):
        try:
            held.enter_context(locked(folder, wait=False))
        except BlockingIOError:
            raise refuse("--out", "đang có lệnh khác ghi vào đó / another command is writing there", "chờ / wait") from None


async def _made(wanted: Wanted, on_card: OnCard, now: datetime) -> HandedOut:
    """What lies at its place and in the registry, which agree wherever this is cut, once it is repeated."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    async with await open_storage(wanted.data) as storage:
        if finished := await take_up(storage, wanted.out):
            return finished
        keys = own_keys(wanted.data)
        plan = Plan(
            batch=f"{now:%Y%m%d-%H%M%S}",
            prefix=wanted.prefix,
            way=wanted.way,
            registry=wanted.url.rstrip("/"),
            root=Site(wanted.site).root().decode(),
            keys=keys.public,
            villages=await villages_in(storage, wanted.areas),
            valid=wanted.valid,
            days=wanted.days,
        )
        with Progress(*columns, console=Console(stderr=True)) as progress:
            signed = progress.add_task("Ký thẻ · signing cards", total=wanted.count)
            made = await prepare(storage, plan, keys.signing, wanted.count, now, lambda: progress.advance(signed))
            written = progress.add_task("Ghi thư mục, nhãn · folders, labels", total=wanted.count)
            _write(wanted, made, on_card, lambda: progress.advance(written))
        await know(storage, plan, made, now)
        hand_out(wanted.out)
        return HandedOut(len(made), now + wanted.valid)


def _write(wanted: Wanted, made: tuple[Made, ...], on_card: OnCard, step: Callable[[], None]) -> None:
    port = boot_file_of(on_card.wiring, Path("wiring")).page.port
    write(wanted.out, made, on_card, lambda path: labels.sheet(made, path, port), step)


def _check(wanted: Wanted) -> None:
    with writing_to(wanted.out):
        there = wanted.out.exists()
    if there:
        raise refuse("--out", f"{wanted.out} đã có / is there already", "chọn thư mục mới / choose a new folder")
    if not re.fullmatch(r"https?://[^\s#?]+", wanted.url):
        raise refuse("--url", f"không phải địa chỉ web / not a web address: {wanted.url}", "https://…")
    _valid(f"{wanted.prefix}-{'a' * NAME_LENGTH}", TypeAdapter(Identifier), "--prefix")
    if len(wanted.prefix) > _LONGEST_PREFIX:
        raise refuse("--prefix", f"dài quá {_LONGEST_PREFIX} chữ / longer than {_LONGEST_PREFIX} letters", "rút ngắn / shorten it")
    for area in wanted.areas:
        _valid(area, TypeAdapter(AreaCode), "--area")


def _valid(text: str, kind: TypeAdapter[str], where: str) -> None:
    try:
        kind.validate_python(text)
    except ValidationError:
        raise refuse(
            where, f"không dùng được / cannot be used: {text}", "chữ thường a-z, số, dấu - / small letters, digits, hyphens"
        ) from None
