"""The commands about people: who sits in a role, who comes, who goes, and the recorded exception."""

from collections.abc import Callable
from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import Any

import click

from bundle.trust import Role, Target, unpack
from registry.trust.commands.shared import CHANNEL, FILE, FOLDER, ONLINE, PASSPHRASES, SITE, TARGETS, YES, clock, confirmed, refusing
from registry.trust.delegations import (
    Duty,
    Seat,
    allow_one_person,
    described,
    leave_seat,
    require_two_persons,
    take_seat,
)
from registry.trust.files import write
from registry.trust.keys import load_holder, load_key
from registry.trust.proposal import load_proposal
from registry.trust.seating import Edit, Reseating
from registry.trust.site import Site, make_pack
from registry.trust.state import Again
from registry.trust.substitute import load_sealed, save_sealed, seal_again

ROLE = click.option("--role", required=True, type=click.Choice([role.value for role in Role]), help="Vai · the role")
_AGAIN = (
    click.option("--sign-with", multiple=True, type=FILE, help="Khóa ký lại văn bản mất chữ ký · signs again what loses its signatures"),
    click.option("--signed", multiple=True, type=FILE, help="Đề nghị đã ký nơi khác · a proposal that was signed elsewhere"),
    click.option("--reseal", multiple=True, type=FILE, help="Phong bì người thay cần niêm lại · sealed substitutes to seal again"),
)
_SIGNING = (SITE, CHANNEL, TARGETS, ONLINE, *_AGAIN, PASSPHRASES, YES)


def signing(command: Callable[..., None]) -> Callable[..., None]:
    """The options of every command that signs new delegations; they arrive as ``**how``."""
    return reduce(lambda wrapped, option: option(wrapped), reversed(_SIGNING), command)


@click.group()
def person() -> None:
    """Người ký của một kênh · who signs in a channel: list, add, revoke, replace, and the one-person exception."""


@person.command("list")
@SITE
@CHANNEL
def list_command(site: Path, channel: str) -> None:
    """Ai giữ khóa nào · who holds which key."""
    with refusing():
        click.echo("\n".join(described(Site(site).cell(channel).targets.signed)))


@person.command("add")
@click.argument("new", type=FILE)
@ROLE
@click.option("--as", "duty", type=click.Choice([duty.value for duty in Duty]), default=Duty.AUTHOR.value, help="Soạn, duyệt · which side")
@signing
def add_command(new: Path, role: str, duty: str, **how: Any) -> None:
    """Thêm người · give the person with the key (or public half) NEW a seat. Nothing has to be signed again."""
    with refusing():
        seat = Seat(Role(role), Duty(duty), load_holder(new))
        _carry_out(lambda targets: take_seat(targets, seat), how)


@person.command("revoke")
@click.argument("who")
@ROLE
@signing
def revoke_command(who: str, role: str, **how: Any) -> None:
    """Thu hồi khóa · take away the seat of WHO (name or key id): a stolen key. What it signed must be signed again by others."""
    with refusing():
        _carry_out(lambda targets: leave_seat(targets, Role(role), who), how)


@person.command("replace")
@click.argument("who")
@click.argument("new", type=FILE)
@ROLE
@signing
def replace_command(who: str, new: Path, role: str, **how: Any) -> None:
    """Thay khóa bị mất · put the key (or public half) NEW in the seat of WHO (name or key id)."""

    def edit(targets: Any) -> None:
        old = leave_seat(targets, Role(role), who)
        take_seat(targets, Seat(old.role, old.duty, load_holder(new)))

    with refusing():
        _carry_out(edit, how)


@person.command("one-person")
@ROLE
@click.option("--reason", required=True, help="Lý do, được ký và lưu · why; it is signed and kept")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Đến hết ngày (UTC) · until the end of that day")
@signing
def one_person_command(role: str, reason: str, until: datetime | None, **how: Any) -> None:
    """Ngoại lệ có ghi nhận · record that one person is enough for a role that wants two: every unit and archive can show it."""
    end = until.replace(hour=23, minute=59, second=59).replace(tzinfo=clock().tzinfo) if until else None
    with refusing():
        _carry_out(lambda targets: allow_one_person(targets, Role(role), reason, end), how)


@person.command("two-persons")
@ROLE
@signing
def two_persons_command(role: str, **how: Any) -> None:
    """Chấm dứt ngoại lệ · end the exception; what one person signed must be signed again by two."""
    with refusing():
        _carry_out(lambda targets: require_two_persons(targets, Role(role)), how)


@click.command()
@click.argument("folder", type=FOLDER)
@SITE
@CHANNEL
@click.option("--target", type=click.Choice([target.value for target in Target]), required=True, help="Văn bản · the document")
def reissue(folder: Path, site: Path, channel: str, target: str) -> None:
    """Lấy lại văn bản đang phát hành để ký lại · put what is released into FOLDER, to be signed again: `publish sign FOLDER/TARGET`."""
    with refusing():
        content = unpack(make_pack(Site(site), channel, Target(target))).content
        write(folder / target, content.encode())
    click.echo(f"{folder / target}")


def _carry_out(edit: Edit, how: dict[str, Any]) -> None:
    tree, ask = Site(how["site"]), how["ask"]
    change = Reseating(
        tree,
        how["channel"],
        edit,
        load_key(how["targets_key"], ask),
        load_key(how["online_key"], ask),
        Again([load_proposal(path) for path in how["signed"]], [load_key(path, ask) for path in how["sign_with"]]),
    )
    confirmed("\n".join(change.preview(clock())), "Thay đổi như vậy? / make this change?", how["yes"])
    change.carry_out(clock())
    click.echo("Đã phát hành / released")
    for path in how["reseal"]:
        save_sealed(path, seal_again(tree, load_sealed(path), change.targets_key, clock()))
        click.echo(f"Đã niêm lại / sealed again: {path}")
    if not how["reseal"]:
        click.echo("Nếu có phong bì người thay, nó hết giá trị: niêm lại. / A sealed substitute, if there is one, is void: seal it again.")
