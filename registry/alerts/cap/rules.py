"""What CAP 1.2 asks between the parts of a message, and what a board asks of it: every breach with its place and the way out."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bundle.alert import LONGEST_LIFE, MOST_REFERENCES, Alert, Identity, Status
from registry.alerts.cap.message import UNREAD, CapMessage, Info
from registry.alerts.codes import CapType, Scope
from registry.making.findings import Findings


def check_rules(message: CapMessage, known: Sequence[Alert], findings: Findings) -> None:
    """Put every breach into *findings*; *known* are the alerts that are here already."""
    _scope(message, findings)
    _kind(message, findings)
    _references(message, known, findings)
    _languages(message, findings)
    for info in message.infos:
        _times(message, info, findings)


def _scope(message: CapMessage, findings: Findings) -> None:
    match message.scope:
        case Scope.PUBLIC:
            if message.restriction:
                what = "tin Public không có restriction / a Public message has no restriction"
                findings.add("restriction", what, "bỏ restriction, hoặc đổi scope / leave it out, or change the scope")
            return
        case Scope.RESTRICTED:
            if not message.restriction:
                what = "tin Restricted phải có restriction / a Restricted message needs a restriction"
                findings.add("restriction", what, "ghi ai được nhận / write who may have it")
        case Scope.PRIVATE:
            if not message.addresses:
                what = "tin Private phải có addresses / a Private message needs addresses"
                findings.add("addresses", what, "ghi các địa chỉ / write the addresses")
    what = f"{message.scope.value}: không cho công chúng, mà bảng tin đứng ngoài đường / is not for the public, and boards are"
    findings.add("scope", what, "chỉ gửi tin Public / send only what is Public")


def _kind(message: CapMessage, findings: Findings) -> None:
    match message.kind:
        case CapType.ACK | CapType.ERROR:
            what = f"{message.kind.value}: lời giữa hai máy, không cho dân / is a word between machines, not for people"
            findings.add("msgType", what, "gửi / send: Alert, Update, Cancel")
        case CapType.UPDATE | CapType.CANCEL:
            if not message.names_others:
                what = f"{message.kind.value} phải có references / needs references"
                findings.add("references", what, "ghi tin được thay hoặc hủy / name what it replaces or ends: sender,identifier,sent")
        case CapType.ALERT:
            pass
    if not message.infos and message.kind in (CapType.ALERT, CapType.UPDATE):
        findings.add("info", "thiếu info: tin không nói gì / missing: the message says nothing", "thêm / add: <info>…</info>")


def _references(message: CapMessage, known: Sequence[Alert], findings: Findings) -> None:
    if len(message.references) > MOST_REFERENCES:
        what = f"{len(message.references)} references, quá {MOST_REFERENCES} / too many"
        findings.add("references", what, "chỉ ghi tin còn hiệu lực / name only those in force")
        return
    own = message.identity()
    backwards = {alert.identity(): {each.identity() for each in alert.references} for alert in known}
    for reference in message.references:
        named = f"“{reference.identity()}”"
        if reference.identity() == own:
            findings.add("references", f"{named}: trỏ về chính nó / refers to itself", "bỏ đi / leave it out")
        elif own in _reached(reference.identity(), backwards):
            what = f"{named}: trỏ vòng tròn, tin ấy trỏ về tin này / a circle: that message refers back to this one"
            findings.add("references", what, "chỉ trỏ về tin cũ hơn / refer only to older messages")
        elif message.sent != UNREAD and reference.sent > message.sent:
            what = f"{named}: gửi sau tin này / was sent later than this message"
            findings.add("references", what, "kiểm tra giờ sent / check the times")


def _reached(start: Identity, backwards: dict[Identity, set[Identity]]) -> set[Identity]:
    reached, fresh = set[Identity](), {start}
    while fresh:
        reached |= fresh
        fresh = set[Identity]().union(*(backwards.get(each, set()) for each in fresh)) - reached
    return reached


def _languages(message: CapMessage, findings: Findings) -> None:
    told: dict[str, Info] = {}
    said: dict[str, Info] = {}
    for info in message.infos:
        first = told.setdefault(info.language.lower(), info)
        if first is not info:
            what = f"tiếng “{info.language}” đã có ở {first.place()} / this language stands there already"
            do = "mỗi tiếng một info; việc khác thì gửi tin khác / one info for each language; another event is another message"
            findings.add(info.place(), what, do)
            continue
        # A headline may be a name that all languages share, a whole text is not.
        same = {said.setdefault(text, info).language for text in (info.description, info.instruction) if text}
        for other in same:
            if other.split("-")[0].lower() != info.language.split("-")[0].lower():
                what = f"chữ “{info.language}” giống hệt chữ “{other}” / the same words as in the other language"
                findings.add(info.place(), what, "dịch, hoặc bỏ info này / translate it, or leave this info out")


def _times(message: CapMessage, info: Info, findings: Findings) -> None:
    if info.expires in (None, UNREAD):
        return
    before = (("sent", message.sent), ("onset", info.onset))
    for name, moment in before:
        if moment is not None and moment != UNREAD and info.expires is not None and info.expires <= moment:
            what = f"hết hạn trước {name} ({moment.isoformat()}) / expires before {name}"
            findings.add(info.place("expires"), what, "sửa một trong hai giờ / correct one of the two times")
    if message.sent != UNREAD and info.expires is not None and info.expires - message.sent > LONGEST_LIFE:
        what = f"hết hạn quá {LONGEST_LIFE.days} ngày sau khi gửi / expires more than {LONGEST_LIFE.days} days after it was sent"
        findings.add(info.place("expires"), what, "gửi tin cập nhật trước khi hết hạn / send an update before it ends")


def check_now(message: CapMessage, statuses: Sequence[Status], ends: datetime, now: datetime, ahead: float, findings: Findings) -> None:
    """Put into *findings* what is not for this moment: a status that its source may not send, an end that has passed, a time to come."""
    if message.status not in statuses:
        what = f"nguồn này không được gửi {message.status.value} / this source may not send it"
        findings.add("status", what, f"được gửi / it may send: {', '.join(status.value for status in statuses)}")
    if message.sent == UNREAD:
        return
    if (early := (message.sent - now).total_seconds()) > ahead:
        what = f"gửi từ tương lai, {early:.0f} giây nữa / was sent in the future, {early:.0f} s from now"
        findings.add("sent", what, "chỉnh đồng hồ nơi gửi / set the clock of the sender")
    if message.kind in (CapType.ALERT, CapType.UPDATE) and UNREAD not in _ends(message) and ends <= now:
        findings.add("expires", f"đã hết hạn / is over since {ends.isoformat()}", "gửi tin mới / send a new message")


def _ends(message: CapMessage) -> set[datetime | None]:
    return {info.expires for info in message.infos}


def differing(infos: Sequence[Info]) -> Iterator[tuple[Info, str]]:
    """Each info whose times are not those of the first one, and which: one alert has one life in all its languages."""
    for info in infos[1:]:
        for name in ("onset", "expires"):
            here, first = getattr(info, name), getattr(infos[0], name)
            if here != first and UNREAD not in (here, first):
                yield info, name
