"""The ceremony as a command: keys, the trust root and its cells."""

from hashlib import sha256
from pathlib import Path

import click

from registry.trust.ceremony import CellPlan, key_names, make_trust_root
from registry.trust.commands.shared import FOLDER, PASSPHRASES, SITE, clock, pair, refusing
from registry.trust.keys import key_path, load_key_file, make_key
from registry.trust.passphrase import Passphrases


@click.command()
@click.argument("folder", type=FOLDER)
@SITE
@click.option(
    "--channel", "channels", multiple=True, required=True, metavar="CODE[=AUTHOR,APPROVER]", help="Kênh và khóa của nó · a channel"
)
@click.option(
    "--person", "persons", multiple=True, metavar="KEY=NAME", help="Người giữ khóa · who holds a key: vn.20.06001-author='Nguyễn Thị An'"
)
@click.option(
    "--no-passphrase",
    "plain",
    multiple=True,
    metavar="KEY|all",
    help="Khóa không mật khẩu · a key without passphrase: the online key of a machine that renews by itself needs it",
)
@PASSPHRASES
def keys(folder: Path, site: Path, channels: tuple[str, ...], persons: tuple[str, ...], plain: tuple[str, ...], ask: Passphrases) -> None:
    """Lễ tạo khóa · make the keys that are missing in FOLDER, then the trust root and one cell per channel.

    A key file or public half (`publish key`) that lies in FOLDER is used as it is: nobody has to make their key on this machine.
    Each channel has keys of its own, CODE-stop, CODE-alerts-author …; root, targets, online and software-… are the same for all.
    """
    with refusing():
        plans = [_plan(channel) for channel in channels]
        names = dict(pair(person, "--person", "author='Nguyễn Thị An'") for person in persons)
        for name in key_names(plans):
            if not key_path(folder, name).exists():
                key = make_key(folder, name, names.get(name, name), None if {name, "all"} & set(plain) else ask.new(name))
                click.echo(f"  khóa / key {name}: {key.person}")
        root = make_trust_root(site, folder, plans, clock(), ask=ask)
        open_ones = [name for name in key_names(plans) if load_key_file(key_path(folder, name)).is_plain]
    click.echo(f"Gốc tin cậy / trust root: {site / 'root.json'} · {sha256(root).hexdigest()[:32]}")
    click.echo("Giao từng khóa cho từng người, ngoài máy này / give each person theirs; keep none on this machine but online.json.")
    warn_of_plain(open_ones)


def warn_of_plain(names: list[str]) -> None:
    """Say which keys anybody can use who reads their file."""
    if names:
        click.secho(
            f"Các khóa không có mật khẩu / these keys are not encrypted: {', '.join(names)}\n"
            "Ai đọc được tệp là ký được. Chỉ khóa online trên máy phát hành mới cần như vậy, vì máy ký gia hạn hằng ngày một mình.\n"
            "Whoever reads the file can sign. Only the online key on the release machine needs that: it renews every day by itself.",
            fg="yellow",
            err=True,
        )


def _plan(text: str) -> CellPlan:
    channel, _, people = text.partition("=")
    if not people:
        return CellPlan(channel)
    author, _, approver = people.partition(",")
    return CellPlan(channel, (author,), (approver,))
