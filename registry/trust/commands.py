"""The commands of trust: the ceremony, signing, releasing, alerting and stopping. Only here is the clock read."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import click

from bundle.alert import AlertSet
from bundle.errors import Refused, refuse
from bundle.policy import StopList
from bundle.trust import Target, path_for, role_for
from registry.trust.ceremony import CellPlan, make_trust_root
from registry.trust.drafted import DraftDocument, document_at
from registry.trust.files import write
from registry.trust.keys import KeyName, load_key, make_key
from registry.trust.proposal import Proposal, describe, load_proposal, propose
from registry.trust.proposal import sign as sign_proposal
from registry.trust.release import Released
from registry.trust.release import release as release_proposal
from registry.trust.release import renew as renew_cell
from registry.trust.site import Site
from registry.trust.urgent import (
    read_alerts,
    release_at_once,
    released_document,
    sent_now,
    with_alerts,
    with_cancel,
    with_kill,
    with_lifting,
    with_withdrawal,
    without_kills,
)

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)
SITE = click.option("--site", required=True, type=FOLDER, help="Cây phát hành · the release tree")
CHANNEL = click.option("--channel", required=True, help="Mã kênh · channel code, e.g. vn.20.06001")
ONLINE = click.option("--online-key", required=True, type=FILE, help="Khóa trực tuyến · the online key (online.json)")


@click.command()
@click.argument("folder", type=FOLDER)
@SITE
@click.option(
    "--channel", "channels", multiple=True, required=True, metavar="CODE[=AUTHOR,APPROVER]", help="Kênh và khóa của nó · a channel"
)
@click.option("--person", "persons", multiple=True, metavar="KEY=NAME", help="Người giữ khóa · who holds a key: author='Nguyễn Thị An'")
def keys(folder: Path, site: Path, channels: tuple[str, ...], persons: tuple[str, ...]) -> None:
    """Lễ tạo khóa · make the keys that are missing in FOLDER, then the trust root and one cell per channel."""
    with refusing():
        plans = [_plan(channel) for channel in channels]
        names = dict(_pair(person) for person in persons)
        for name in _key_names(plans):
            if not (folder / f"{name}.json").exists():
                key = make_key(folder, name, names.get(name, name))
                click.echo(f"  khóa / key {name}: {key.person}")
        root = make_trust_root(site, folder, plans, _now())
    click.echo(f"Gốc tin cậy / trust root: {site / 'root.json'} · {sha256(root).hexdigest()[:32]}")
    click.secho(
        "Các khóa chưa được mã hóa: cất từng khóa riêng cho từng người, ngoài máy này.\n"
        "These keys are not encrypted: give each person theirs and keep none on this machine except online.json.",
        fg="yellow",
        err=True,
    )


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@SITE
@click.option("--key", "key_file", required=True, type=FILE, help="Khóa của người ký · the signer's key")
@click.option("--yes", is_flag=True, help="Không hỏi lại · do not ask")
def sign(path: Path, site: Path, key_file: Path, yes: bool) -> None:
    """Ký một bản thảo · sign a draft folder or a policy.json: the author first, then the approver."""
    with refusing():
        document, key = document_at(path), load_key(key_file)
        proposal = _proposal(Site(site), document)
        click.echo(describe(proposal))
        if not yes:
            click.confirm(f"{key.person}: ký? / sign?", abort=True)
        signed = sign_proposal(proposal, key)
        write(document.proposal, signed.model_dump_json().encode())
    click.echo(f"Đã ký / signed: {key.person} → {document.proposal}")


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@SITE
@ONLINE
def release(path: Path, site: Path, online_key: Path) -> None:
    """Phát hành bản đã ký · release a signed draft into the release tree."""
    with refusing():
        document = document_at(path)
        proposal = load_proposal(document.proposal)
        if proposal.content.encode() != document.raw:
            raise refuse(str(document.path), "đã sửa sau khi ký (changed after it was signed)", "ký lại / sign it again")
        _tell(release_proposal(Site(site), proposal, load_key(online_key), _now(), document.path.parent))


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@SITE
@CHANNEL
@click.option("--author-key", required=True, type=FILE, help="Khóa người soạn · alerts-author.json")
@click.option("--approver-key", required=True, type=FILE, help="Khóa người duyệt · alerts-approver.json")
@ONLINE
@click.option("--blobs", type=FOLDER, help="Thư mục chứa blobs/ · the draft with the speech")
@click.option("--now", "as_now", is_flag=True, help="Tin soạn sẵn: đóng dấu giờ gửi bây giờ · a prepared alert: stamp it as sent now")
def alert(
    file: Path, site: Path, channel: str, author_key: Path, approver_key: Path, online_key: Path, blobs: Path | None, as_now: bool
) -> None:
    """Phát tin khẩn cấp · release the alert(s) in FILE (JSON or TOML) beside those in force."""
    with refusing():
        tree, now = Site(site), _now()
        present = released_document(tree, channel, Target.ALERTS)
        new = read_alerts(file, channel)
        new = tuple(sent_now(each, now) for each in new) if as_now else new
        alerts = with_alerts(present if isinstance(present, AlertSet) else None, channel, new, now)
        signers = [load_key(author_key), load_key(approver_key)]
        _tell(release_at_once(tree, alerts, signers, load_key(online_key), now, blobs or file.parent.parent))


@click.command()
@SITE
@CHANNEL
@click.option("--stop-key", required=True, type=FILE, help="Khóa dừng · stop.json")
@ONLINE
@click.option("--withdraw", metavar="ITEM", help="Rút một tin · take one item off the air")
@click.option("--cancel", metavar="ALERT", help="Hủy cảnh báo theo mã · end the alert of this identifier")
@click.option("--kill", is_flag=True, help="Dừng tất cả: trang an toàn và im lặng · safe page and silence")
@click.option("--lift", is_flag=True, help="Bỏ lệnh dừng · lift every kill")
@click.option("--of", metavar="CHANNEL", help="Bỏ lệnh dừng của kênh cấp dưới · with --lift: the kills of a channel below this one")
@click.option("--area", "areas", multiple=True, help="Chỉ khu vực này · only this area (with --kill)")
@click.option("--unit", "units", multiple=True, help="Chỉ thiết bị này · only this unit (with --kill)")
@click.option("--reason", default="", help="Lý do · why")
def stop(
    site: Path,
    channel: str,
    stop_key: Path,
    online_key: Path,
    withdraw: str | None,
    cancel: str | None,
    kill: bool,
    lift: bool,
    of: str | None,
    areas: tuple[str, ...],
    units: tuple[str, ...],
    reason: str,
) -> None:
    """Dừng ngay, một người là đủ · stop: one person is enough. Exactly one of --withdraw, --cancel, --kill, --lift."""
    if (withdraw is not None) + (cancel is not None) + kill + lift != 1 or not (lift or cancel or reason) or (of and not lift):
        raise click.UsageError("Chọn một / choose one: --withdraw ITEM, --cancel ALERT, --kill, --lift [--of CHANNEL]; và / and --reason")
    with refusing():
        tree, now = Site(site), _now()
        found = released_document(tree, channel, Target.STOP)
        present = found if isinstance(found, StopList) else None
        if withdraw is not None:
            wanted = with_withdrawal(tree, present, channel, withdraw, reason)
        elif cancel is not None:
            wanted = with_cancel(tree, present, channel, cancel)
        elif kill:
            wanted = with_kill(present, channel, reason, now, areas, units)
        elif of is not None and of != channel:
            wanted = with_lifting(tree, present, channel, of)
        else:
            wanted = without_kills(present, channel)
        _tell(release_at_once(tree, wanted, [load_key(stop_key)], load_key(online_key), now))


@click.command()
@SITE
@ONLINE
@click.option("--channel", "channels", multiple=True, help="Mặc định: tất cả · all when not given")
def renew(site: Path, online_key: Path, channels: tuple[str, ...]) -> None:
    """Gia hạn · sign the timestamps again, so that units go on taking this state as new. Run it daily."""
    with refusing():
        tree, key = Site(site), load_key(online_key)
        for channel in channels or tree.channels():
            click.echo(f"{channel}: timestamp v{renew_cell(tree, channel, key, _now())}")


COMMANDS = (keys, sign, release, alert, stop, renew)


@contextmanager
def refusing() -> Iterator[None]:
    """A refusal becomes sentences for the person at the keyboard, and exit code 1."""
    try:
        yield
    except Refused as refused:
        raise click.ClickException("\n".join(f"  {complaint}" for complaint in refused.complaints)) from None


def _proposal(site: Site, document: DraftDocument) -> Proposal:
    """The proposal so far; a new one when there is none, the document changed, or another one was released meanwhile."""
    if document.proposal.exists():
        found = load_proposal(document.proposal)
        role = role_for(document.target).value
        if found.content.encode() == document.raw and found.metadata().signed.version == site.cell(document.channel).version(role) + 1:
            return found
    return propose(site, document.channel, document.target, document.raw, _now())


def _tell(released: Released) -> None:
    what = f"{path_for(released.channel, released.target)} v{released.version} (timestamp v{released.timestamp})"
    click.echo(f"Đã phát hành / released {what}: {', '.join((*released.authors, *released.approvers))}")


def _plan(text: str) -> CellPlan:
    channel, _, people = text.partition("=")
    if not people:
        return CellPlan(channel)
    author, _, approver = people.partition(",")
    return CellPlan(channel, (author,), (approver,))


def _key_names(plans: list[CellPlan]) -> list[str]:
    shared = [name.value for name in KeyName if name not in (KeyName.AUTHOR, KeyName.APPROVER)]
    return [*shared, *dict.fromkeys(name for plan in plans for name in (*plan.authors, *plan.approvers))]


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    if not name or not value:
        raise refuse("--person", f"{text!r} không đúng dạng (not KEY=NAME)", "author='Nguyễn Thị An'")
    return name, value


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
