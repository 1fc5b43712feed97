"""A proposal: new content with its role's metadata, carried from the author to the approver to the release."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from tuf.api.metadata import Metadata, TargetFile, Targets
from tuf.api.serialization import DeserializationError

from bundle.alert import AlertSet
from bundle.area import AreaCode
from bundle.base import Model
from bundle.errors import refuse
from bundle.items import Announcement, Item, LiveGrant, Notice, Phrase, Rebroadcast, Session, SponsorMark, Ticker
from bundle.manifest import Bundle, items
from bundle.orders import (
    LiveOrder,
    LogOrder,
    MachineOrder,
    MuteOrder,
    Order,
    Orders,
    RebootOrder,
    ReportOrder,
    ScreenshotOrder,
    ServiceOrder,
    ToneOrder,
    TunnelOrder,
    VolumeOrder,
)
from bundle.parse import MAX_DOCUMENT, parse
from bundle.policy import Policy, StopList
from bundle.software import Release
from bundle.trust import MAX_PACK, Target, path_for, role_for
from bundle.trust.documents import Document, parse_document
from registry.trust.keys import PersonKey
from registry.trust.online import Lifetimes, until
from registry.trust.policy_lines import policy_lines
from registry.trust.release_lines import release_lines
from registry.trust.site import Site

AGAIN = "đề nghị lại / propose it again"


class Proposal(Model):
    """*role* is the text of the role's metadata, with the signatures so far; *content* is the text of the target file."""

    format: Literal[1] = 1
    channel: AreaCode
    target: Target
    role: str
    content: str

    def metadata(self) -> Metadata[Targets]:
        """The role's metadata; ``Refused`` unless it names exactly this content, so that nobody signs what they did not see."""
        where = path_for(self.channel, self.target)
        try:
            metadata = Metadata[Targets].from_bytes(self.role.encode())
        except DeserializationError as problem:
            raise refuse(where, f"đề nghị hỏng (damaged): {problem}", AGAIN) from None
        named = metadata.signed.targets if isinstance(metadata.signed, Targets) else {}
        expected = TargetFile.from_data(where, self.content.encode(), ["sha256"])
        if set(named) != {where} or (named[where].length, named[where].hashes) != (expected.length, expected.hashes):
            raise refuse(where, "chữ ký không thuộc về nội dung này (what would be signed is not this content)", AGAIN)
        return metadata

    def unsigned(self) -> "Proposal":
        """The same before anybody signed it."""
        return self.model_copy(update={"role": Metadata(self.metadata().signed).to_bytes().decode()})


def propose(site: Site, channel: str, target: Target, content: bytes, now: datetime, times: Lifetimes | None = None) -> Proposal:
    """Role metadata for *content* as the next version, not yet signed; ``Refused`` when units could not read the content."""
    parse_document(content, channel, target)
    where = path_for(channel, target)
    version = site.cell(channel).version(role_for(target).value) + 1
    role = Targets(
        version=version,
        expires=until(now, (times or Lifetimes()).role),
        targets={where: TargetFile.from_data(where, content, ["sha256"])},
    )
    text = Metadata(role).to_bytes().decode()
    return Proposal(channel=channel, target=target, role=text, content=content.decode())


def sign(proposal: Proposal, key: PersonKey) -> Proposal:
    """The same proposal with one more signature; ``Refused`` when its signatures would not cover its content."""
    metadata = proposal.metadata()
    key.sign(metadata)
    return proposal.model_copy(update={"role": metadata.to_bytes().decode()})


def describe(proposal: Proposal) -> str:
    """What one signs, in a few lines for the person who signs it."""
    metadata = proposal.metadata()
    document = parse_document(proposal.content.encode(), proposal.channel, proposal.target)
    lines = [
        f"{path_for(proposal.channel, proposal.target)} · phiên bản / version {metadata.signed.version}",
        f"SHA-256 {metadata.signed.targets[path_for(proposal.channel, proposal.target)].hashes['sha256']}",
        f"chữ ký đã có / signatures so far: {len(metadata.signatures)}",
    ]
    return "\n".join([*lines, *_contents(document)])


def _contents(document: Document) -> list[str]:
    match document:
        case Bundle():
            return [
                f"gói nội dung / bundle: {document.title}",
                *(_line(item) for item in items(document)),
            ]
        case AlertSet():
            return [f"  - {alert.message_type.value} ({alert.status.value}): {alert.event}" for alert in document.alerts]
        case Orders():
            return [f"  - {order_line(order)}" for order in document.orders]
        case Policy():
            return list(policy_lines(document))
        case Release():
            return list(release_lines(document))
        case StopList():
            return [
                *(f"  - rút / withdraw {entry.item}: {entry.reason}" for entry in document.withdrawn),
                *(f"  - tắt / kill: {kill.reason}" for kill in document.kills),
                *(f"  - bỏ lệnh tắt / lift: {lifting.channel}, {lifting.since:%Y-%m-%d %H:%M:%S} UTC" for lifting in document.lifted),
            ]


def _line(item: Item) -> str:
    """What it is, and what it says: whoever signs did not choose the identifiers."""
    match item:
        case Notice(versions=(first, *_)):
            kind, title = "tin trên bảng · notice", first.title
        case Ticker(versions=(first, *_)):
            kind, title = "chữ chạy · ticker", first.title
        case Announcement(versions=(first, *_)):
            kind, title = "bài phát thanh · announcement", first.title
        case Phrase(versions=(first, *_)):
            kind, title = "câu mẫu phát sẵn · phrase", first.title
        case Rebroadcast():
            kind, title = "tiếp sóng · rebroadcast", f"{item.title}: {item.url}"
        case Session():
            kind, title = "buổi phát · session", item.title
        case LiveGrant():
            kind, title = "quyền nói trực tiếp · live grant", f"{item.title}: {item.person}, {item.minutes:g} min"
        case SponsorMark():
            kind, title = "nhà tài trợ · sponsor", item.sponsor
        case _:
            raise TypeError(f"no words for {type(item).__name__}")
    return f"  - {kind}: {title} ({item.id})"


def order_line(order: Order) -> str:
    """An order in one line: what, by whom, from when to when, why."""
    match order:
        case VolumeOrder():
            kind = f"âm lượng {order.volume:g} dB · volume"
        case MuteOrder():
            kind = "im tiếng · mute"
        case ToneOrder():
            kind = f"âm thử {order.seconds:g} giây · test tone"
        case LiveOrder():
            kind = f"nói trực tiếp theo {order.grant} · live"
        case _:
            kind = _machine_words(order)
    since, expires = (f"{at.astimezone(UTC):%Y-%m-%d %H:%M}" for at in (order.since, order.expires))
    return f"{kind} ({order.id}): {order.person}, {since} → {expires} UTC: {order.reason}"


def _machine_words(order: MachineOrder) -> str:
    match order:
        case ServiceOrder():
            return "mở trang kỹ thuật của thiết bị · service page"
        case ScreenshotOrder():
            return "chụp màn hình bảng · screenshot"
        case RebootOrder():
            return "khởi động lại · reboot"
        case LogOrder():
            return f"{order.lines} dòng nhật ký cuối của {order.program} · log excerpt"
        case ReportOrder():
            return "báo cáo đầy đủ ngay · report now"
        case TunnelOrder():
            return "mở đường hỗ trợ · support tunnel"


def load_proposal(path: Path) -> Proposal:
    """Read a proposal file; ``Refused`` when it is missing or not a proposal."""
    try:
        raw = path.read_bytes()
    except OSError as problem:
        raise refuse(str(path), f"không đọc được (cannot read): {problem.strerror}", "kiểm tra đường dẫn / check the path") from None
    return parse(Proposal, raw, str(path), MAX_PACK)


def compact(document: Model) -> bytes:
    """The bytes of a document as they are published: without what stands at its default, in UTF-8."""
    data = document.model_dump(mode="json", exclude_defaults=True) | {"format": 1}
    raw = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    if len(raw) > MAX_DOCUMENT:
        raise refuse("content", f"{len(raw)} bytes, more than the {MAX_DOCUMENT} allowed", "chia nhỏ nội dung / split it")
    return raw
