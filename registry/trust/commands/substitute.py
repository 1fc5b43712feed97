"""The commands about a substitute: seal beforehand, activate in the night."""

from pathlib import Path

import click

from bundle.trust import Role
from registry.trust.commands.shared import CHANNEL, FILE, ONLINE, PASSPHRASES, SITE, TARGETS, YES, clock, confirmed, pair, refusing
from registry.trust.delegations import Duty, Seat
from registry.trust.keys import load_holder, load_key
from registry.trust.passphrase import Ask
from registry.trust.seating import still_broken
from registry.trust.site import Site
from registry.trust.substitute import activate, load_sealed, save_sealed, seal, unsealing


@click.group()
def substitute() -> None:
    """Người duyệt thay · a substitute for an approver who cannot be reached: sealed by day, activated by night."""


@substitute.command("seal")
@click.argument("sealed", type=FILE)
@SITE
@CHANNEL
@click.option("--seat", "seats", multiple=True, required=True, metavar="ROLE=KEYFILE", help="Vai và khóa người thay · role and key")
@TARGETS
@PASSPHRASES
def seal_command(sealed: Path, site: Path, channel: str, seats: tuple[str, ...], targets_key: Path, ask: Ask) -> None:
    """Niêm phong · sign, but do not release, delegations that also list the substitute as approver. Keep SEALED with the duty officer.

    Niêm lại sau mỗi lần đổi người và mỗi năm · seal again after every change of persons, and every year.
    """
    with refusing():
        wanted = []
        for text in seats:
            role, path = pair(text, "--seat", "alerts=substitute.public.json")
            wanted.append(Seat(Role(role), Duty.APPROVER, load_holder(Path(path))))
        save_sealed(sealed, seal(Site(site), channel, wanted, load_key(targets_key, ask), clock()))
    click.echo(f"Đã niêm / sealed: {sealed}")


@substitute.command("activate")
@click.argument("sealed", type=FILE)
@SITE
@ONLINE
@PASSPHRASES
@YES
def activate_command(sealed: Path, site: Path, online_key: Path, ask: Ask, yes: bool) -> None:
    """Kích hoạt · release the sealed delegations: from now on the substitute's signature counts. Needs the online key alone."""
    with refusing():
        tree, found, online = Site(site), load_sealed(sealed), load_key(online_key, ask)
        confirmed("\n".join(unsealing(tree, found)), "Kích hoạt người thay? / activate the substitute?", yes)
        done = activate(tree, found, online, clock())
    for line in still_broken(done):
        click.secho(line, fg="yellow")
    click.echo("Đã kích hoạt / activated. Sáng mai thu hồi bằng / in the morning end it with: publish person revoke")
