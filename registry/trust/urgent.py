"""What cannot wait for a draft: alerts, and stopping. The present document of the channel, changed and released in one go."""

import json
import tomllib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from bundle.alert import MOST_ALERTS, Alert, AlertSet, Identity, Reference
from bundle.area import AreaCode, covers
from bundle.errors import Complaint, Refused, refuse
from bundle.manifest import Bundle, items
from bundle.orders import Orders
from bundle.parse import MAX_DOCUMENT, parse
from bundle.policy import MAX_CANCELLED, MAX_LIFTED, Kill, Lifting, StopList, Withdrawal
from bundle.trust import Target, unpack
from bundle.trust.documents import Document, parse_document
from director.messages import DEFAULT_LIFE
from registry.trust.keys import PersonKey
from registry.trust.proposal import compact, propose, sign
from registry.trust.release import Released, release
from registry.trust.site import Site, make_pack

# An alert that ended stays listed this long, so that a unit that was off the air learns how it ended.
REMEMBERED = timedelta(days=30)


class Full(Refused):
    """As many alerts are in force as a list holds: nothing can be added to it."""


def released_document(site: Site, channel: str, target: Target) -> Document | None:
    """What is released as *target* now, ``None`` before its first release."""
    if not site.has(channel, target):
        return None
    return parse_document(unpack(make_pack(site, channel, target)).content.encode(), channel, target)


def read_alerts(path: Path, channel: AreaCode) -> tuple[Alert, ...]:
    """The alerts in a JSON or TOML file: one alert, or a whole ``alerts.json``; ``Refused`` names every fault."""
    data = read_data(path)
    if not (isinstance(data, dict) and "alerts" in data):
        data = {"format": 1, "channel": channel, "alerts": [data]}
    found = parse(AlertSet, as_json(data), path.name)
    if found.channel != channel:
        raise refuse(f"{path.name}.channel", f"của kênh {found.channel} (of another channel)", f"--channel {found.channel}")
    return found.alerts


def read_data(path: Path) -> Any:
    """What a JSON or TOML file holds, as yet unchecked; ``Refused`` when it cannot be read."""
    raw = _read(path)
    try:
        return tomllib.loads(raw.decode()) if path.suffix == ".toml" else json.loads(raw)
    except (ValueError, RecursionError) as problem:
        raise refuse(str(path), f"không đọc được (cannot be read): {problem}", "sửa tệp / correct the file") from None


def as_json(data: Any) -> bytes:
    """The same as JSON: the models read hours and days as text."""
    return json.dumps(data, ensure_ascii=False, default=_isoformat).encode()


def with_alerts(present: AlertSet | None, channel: AreaCode, new: Sequence[Alert], now: datetime) -> AlertSet:
    """The present alerts with the *new* ones; the same identity is replaced, and what ended long ago is left out.

    A Cancel or an Update stays for as long as what came before it: without it, that would stand again for whoever hears of it later.
    When a list holds no more, those that ended first give way. ``Full`` when too few have ended.
    """
    merged = ({alert.identity(): alert for alert in present.alerts} if present else {}) | {alert.identity(): alert for alert in new}
    added, needed = {alert.identity() for alert in new}, _needed_until(merged.values())
    kept = [identity for identity in merged if identity in added or needed[identity] > now - REMEMBERED]
    ended = sorted((identity for identity in kept if needed[identity] <= now), key=lambda each: (needed[each], merged[each].sent))
    surplus = max(0, len(kept) - MOST_ALERTS)
    if surplus > len(ended):
        what = f"đang có {MOST_ALERTS} tin còn hiệu lực (so many are in force), không thêm được"
        raise Full(Complaint(channel, what, "dừng bớt tin cũ / stop some of them"))
    gone = set(ended[:surplus])
    return AlertSet(format=1, channel=channel, alerts=tuple(merged[identity] for identity in kept if identity not in gone))


def _needed_until(alerts: Iterable[Alert]) -> dict[Identity, datetime]:
    """When each of *alerts* has ended, and with it everything of the same story that was sent before it."""
    found: dict[Identity, datetime] = {}
    for story in _stories(alerts):
        last = datetime.min.replace(tzinfo=UTC)
        for alert in sorted(story, key=lambda each: each.sent):
            last = max(last, alert.expires or alert.sent + DEFAULT_LIFE)
            found[alert.identity()] = last
    return found


def _stories(alerts: Iterable[Alert]) -> list[list[Alert]]:
    """*alerts* by what refers to what, directly or through others."""
    found: list[tuple[set[Identity], list[Alert]]] = []
    for alert in alerts:
        names, story, others = {alert.identity(), *(each.identity() for each in alert.references)}, [alert], []
        for other in found:
            if names & other[0]:
                names, story = names | other[0], [*other[1], *story]
            else:
                others.append(other)
        found = [*others, (names, story)]
    return [story for _, story in found]


def with_withdrawal(site: Site, present: StopList | None, channel: AreaCode, item: str, reason: str) -> StopList:
    """The stop list that also takes *item* of the bundle now released off the air; ``Refused`` when the bundle has no such item."""
    bundle = released_document(site, channel, Target.BUNDLE)
    names = [entry.id for entry in items(bundle)] if isinstance(bundle, Bundle) else []
    if not isinstance(bundle, Bundle) or item not in names:
        raise refuse(
            item, f"không có trong gói đang phát hành của {channel} (not in the released bundle)", f"có / there are: {', '.join(names)}"
        )
    others = [entry for entry in present.withdrawn if entry.item != item] if present else []
    entry = Withdrawal(item=item, version=bundle.version, reason=reason)
    return _stops(present, channel).model_copy(update={"withdrawn": (*others, entry)})


def sent_now(alert: Alert, now: datetime) -> Alert:
    """A prepared alert as it is sent *now*, to the second: a new identity, and onset and expiry as far off as when it was prepared."""
    now = now.replace(microsecond=0)
    moved = {name: at + (now - alert.sent) for name in ("onset", "expires") if (at := getattr(alert, name)) is not None}
    return alert.model_copy(update={"sent": now, **moved})


def with_cancel(site: Site, present: StopList | None, channel: AreaCode, identifier: str) -> StopList:
    """The stop list that also ends every released alert of this *identifier*; ``Refused`` when there is none."""
    released = released_document(site, channel, Target.ALERTS)
    alerts = released.alerts if isinstance(released, AlertSet) else ()
    ended = [Reference(sender=a.sender, identifier=a.identifier, sent=a.sent) for a in alerts if a.identifier == identifier]
    if not ended:
        names = ", ".join(dict.fromkeys(alert.identifier for alert in alerts))
        raise refuse(identifier, f"không có cảnh báo này của {channel} (no such alert)", f"có / there are: {names}")
    return also_ending(_stops(present, channel), ended)


def also_ending(stops: StopList, ended: Iterable[Reference]) -> StopList:
    """*stops* with these *ended* as well."""
    # The oldest give way: what they ended has expired long ago.
    return stops.model_copy(update={"cancelled": tuple(dict.fromkeys((*stops.cancelled, *ended)))[-MAX_CANCELLED:]})


def with_kill(
    present: StopList | None, channel: AreaCode, reason: str, now: datetime, areas: Sequence[str] = (), units: Sequence[str] = ()
) -> StopList:
    """The stop list that also sends these *areas* and *units* (none: everyone) to the safe page and silence."""
    kill = Kill(areas=tuple(areas), units=tuple(units), since=now, reason=reason)
    old = _stops(present, channel)
    return old.model_copy(update={"kills": (*old.kills, kill)})


def without_kills(present: StopList | None, channel: AreaCode) -> StopList:
    """The stop list with every kill lifted; withdrawals stay."""
    return _stops(present, channel).model_copy(update={"kills": ()})


def with_lifting(site: Site, present: StopList | None, channel: AreaCode, of: AreaCode) -> StopList:
    """The stop list that also lifts every kill that the channel *of* has released; *of* must be *channel* itself or below it."""
    if not covers(channel, of):
        what = f"{of} không thuộc {channel}: chỉ cấp đó hoặc cấp trên mới bỏ được (only the same or a superior authority lifts it)"
        raise refuse("--of", what, f"dùng khóa dừng của {of} / use its own stop key")
    released = released_document(site, of, Target.STOP)
    new = [Lifting(channel=of, since=kill.since) for kill in released.kills] if isinstance(released, StopList) else []
    if not new:
        raise refuse(of, "không có lệnh dừng nào (no kill is in force)", "xem lại mã kênh / check the channel")
    old = _stops(present, channel)
    # The oldest give way: what they lifted was withdrawn by its own channel long ago.
    return old.model_copy(update={"lifted": tuple(dict.fromkeys((*old.lifted, *new)))[-MAX_LIFTED:]})


def _stops(present: StopList | None, channel: AreaCode) -> StopList:
    return present or StopList(format=1, channel=channel)


def release_at_once(
    site: Site,
    document: AlertSet | Orders | StopList,
    keys: Sequence[PersonKey],
    online: PersonKey,
    now: datetime,
    blobs: Path | None = None,
) -> Released:
    """Propose, sign with all *keys* and release in one go: when every second counts and the persons stand together."""
    proposal = propose(site, document.channel, _target(document), compact(document), now)
    for key in keys:
        proposal = sign(proposal, key)
    return release(site, proposal, online, now, blobs)


def _target(document: AlertSet | Orders | StopList) -> Target:
    match document:
        case AlertSet():
            return Target.ALERTS
        case Orders():
            return Target.OPS
        case StopList():
            return Target.STOP


def _read(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
    except OSError as problem:
        raise refuse(str(path), f"không đọc được (cannot read): {problem.strerror}", "kiểm tra đường dẫn / check the path") from None
    if len(raw) > MAX_DOCUMENT:
        raise refuse(str(path), f"hơn {MAX_DOCUMENT} byte (too big)", "chia nhỏ / split it")
    return raw


def _isoformat(value: object) -> str:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    raise TypeError(f"not JSON: {value!r}")
