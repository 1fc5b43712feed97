"""The commands that hand over the keys of the root: root, online, targets."""

from pathlib import Path

import click

from registry.trust.commands.shared import FILE, ONLINE, PASSPHRASES, SITE, YES, clock, confirmed, refusing
from registry.trust.keys import PersonKey, load_key
from registry.trust.passphrase import Ask
from registry.trust.roots import Rotated, newest_root, rotate_online, rotate_root, rotate_targets
from registry.trust.seating import still_broken
from registry.trust.site import Site
from registry.trust.state import Again

ROOT = click.option("--root-key", required=True, type=FILE, help="Khóa gốc đang có hiệu lực · the root key in force")
NEW = click.option("--new-key", required=True, type=FILE, help="Khóa mới, tạo bằng `publish key` · the new key")

SIGN_WITH = click.option(
    "--sign-with", multiple=True, type=FILE, help="Khóa ký lại văn bản đã quá hạn ký · signs again what has expired meanwhile"
)


@click.group()
def rotate() -> None:
    """Thay khóa của gốc tin cậy · hand over the root's own keys: a new root version, signed by old and new."""


@rotate.command("root")
@SITE
@ROOT
@NEW
@PASSPHRASES
@YES
def root_command(site: Path, root_key: Path, new_key: Path, ask: Ask, yes: bool) -> None:
    """Thay khóa gốc · replace the root key. Units follow by themselves; what is on air does not change."""
    with refusing():
        old, new, tree = load_key(root_key, ask), load_key(new_key, ask), Site(site)
        _ask_first(tree, "root", new, "", yes)
        _done(rotate_root(tree, old, new, clock()))
    click.echo("Hủy khóa gốc cũ và bản giấy của nó / destroy the old root key and its paper copy.")


@rotate.command("online")
@SITE
@ROOT
@NEW
@SIGN_WITH
@PASSPHRASES
@YES
def online_command(site: Path, root_key: Path, new_key: Path, sign_with: tuple[Path, ...], ask: Ask, yes: bool) -> None:
    """Thay khóa trực tuyến, mở kỷ nguyên mới · replace the online key and begin a new epoch.

    Chữa được gì: khóa trực tuyến bị trộm; kẻ gian đã đẩy số phiên bản lên rất cao; máy ký từng chạy với đồng hồ năm 2040.
    Thiết bị thấy gốc mới nêu khóa khác thì quên số phiên bản và ngày tháng của kỷ nguyên cũ, rồi nhận lại nội dung hiện nay.

    What it heals: a stolen online key; versions that an attacker pushed far ahead (fast-forward); a signing PC that ran with a clock
    in 2040. A unit that sees other online keys in a newer root forgets versions and dates of the old epoch and accepts today's.
    Set the clock of this machine right first. Nobody's content has to be signed again.
    """
    with refusing():
        old, new, tree = load_key(root_key, ask), load_key(new_key, ask), Site(site)
        now = clock()
        _ask_first(tree, "snapshot, timestamp", new, f"  giờ ký / signed at {now.isoformat()}: đồng hồ đúng chưa? / is it right?", yes)
        _done(rotate_online(tree, old, new, now, again=_again(sign_with, ask)))


@rotate.command("targets")
@SITE
@ROOT
@NEW
@ONLINE
@SIGN_WITH
@PASSPHRASES
@YES
def targets_command(site: Path, root_key: Path, new_key: Path, online_key: Path, sign_with: tuple[Path, ...], ask: Ask, yes: bool) -> None:
    """Thay khóa phân quyền · replace the key that signs who may sign. Sealed substitutes have to be sealed again."""
    with refusing():
        old, new, online, tree = load_key(root_key, ask), load_key(new_key, ask), load_key(online_key, ask), Site(site)
        _ask_first(tree, "targets", new, "  phong bì người thay phải niêm lại / sealed substitutes must be sealed again", yes)
        _done(rotate_targets(tree, old, new, online, clock(), again=_again(sign_with, ask)))


def _again(sign_with: tuple[Path, ...], ask: Ask) -> Again:
    return Again(keys=[load_key(path, ask) for path in sign_with])


def _ask_first(tree: Site, roles: str, new: PersonKey, more: str, yes: bool) -> None:
    version = newest_root(tree).version
    lines = [
        f"Gốc tin cậy / trust root: v{version} → v{version + 1}",
        f"  {roles} → {new.person} · {new.keyid[:12]}",
        f"  kênh / channels: {len(tree.channels())}",
        *([more] if more else []),
    ]
    confirmed("\n".join(lines), "Thay khóa? / replace the key?", yes)


def _done(rotated: Rotated) -> None:
    click.echo(f"Đã phát hành gốc / released root v{rotated.version}")
    for state in rotated.states:
        for line in still_broken(state):
            click.secho(line, fg="yellow")
