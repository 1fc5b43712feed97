"""An invented village for the director's tests: items with short names, hours in local time, histories in one line."""

import hashlib
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bundle.alert import Airings, Alert, AlertSet, AlertText, MessageType, Reference, RiskLevel, Status, said_in
from bundle.asset import Clip, MediaType, Picture
from bundle.base import BulletinClass
from bundle.items import Announcement, LiveGrant, Notice, Phrase, Provenance, Rebroadcast, Session, Spoken, SponsorMark, Ticker, Wording
from bundle.manifest import Bundle
from bundle.orders import LiveOrder, MuteOrder, OrderKind, Orders, ServiceOrder, ToneOrder, VolumeOrder, order_name
from bundle.policy import FeedRules, Kill, Lifting, Policy, QuietHours, StopList, Weekday, Withdrawal
from bundle.schedule import Schedule
from director.happened import Happened, fold
from director.moment import Moment
from director.programme import Cell, Programme, Site
from evidence.records import AlertSeen, ClockState, OrderSeen, Outcome, Shown, Sounded, SourceHeard, Stamp

COUNTRY, PROVINCE, COMMUNE = "vn", "vn.20", "vn.20.06001"
PLACE = "vn.20.06001.ban-mau"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ORDERS = "Quàng Văn Dây"
PROVENANCE = Provenance(author="Lò Thị Mây", approver="Hoàng Văn Suối", issuing_body="UBND xã Bản Mẫu")
DAY = datetime(2026, 3, 10, tzinfo=ZONE)  # a Tuesday
MADE = DAY - timedelta(days=2)
BOOT = "boot-1"


def at(clock, day=0):
    """A local hour of the test's Tuesday (or *day* days later) as an instant: ``at("05:00:10")``."""
    return datetime.combine(DAY.date() + timedelta(days=day), time.fromisoformat(clock), ZONE).astimezone(UTC)


def moment(when, state=ClockState.TRUSTED, boot=BOOT, mono=None):
    wall = at(when) if isinstance(when, str) else when
    return Moment(wall, state, boot, (wall - at("00:00", -1)).total_seconds() if mono is None else mono)


def stamp(when, state=ClockState.TRUSTED, boot=BOOT, mono=None) -> Stamp:
    return moment(when, state, boot, mono).stamp()


def site(**changes):
    base = {"unit": "loa-1", "place": PLACE, "place_name": "Bản Mẫu", "channels": (COUNTRY, PROVINCE, COMMUNE), "languages": ("vi",)}
    return Site(**{**base, **changes})


def clip(name, seconds=60.0):
    digest = hashlib.sha256(name.encode()).hexdigest()
    return Clip(sha256=digest, size=100, media=MediaType.OPUS, duration=seconds, loudness=-16.0, true_peak=-1.0)


def notice(name, languages=("vi",), **fields):
    versions = tuple(Wording(language=language, title=f"{name} ({language})", body="Nội dung.") for language in languages)
    return Notice(id=name, provenance=PROVENANCE, versions=versions, **fields)


def ticker(name, languages=("vi",), **fields):
    versions = tuple(Wording(language=language, title=f"{name} ({language})") for language in languages)
    return Ticker(id=name, provenance=PROVENANCE, versions=versions, **fields)


def announcement(name, seconds=60.0, languages=("vi",), **fields):
    return Announcement(id=name, provenance=PROVENANCE, versions=_spoken(name, seconds, languages), **fields)


def phrase(name, seconds=8.0, languages=("vi",), **fields):
    return Phrase(id=name, provenance=PROVENANCE, versions=_spoken(name, seconds, languages), **fields)


def _spoken(name, seconds, languages):
    return tuple(
        Spoken(
            language=language,
            title=f"{name} ({language})",
            body="Lời đọc.",
            clip=clip(name + language, seconds),
            voice="giọng máy",
            reviewer="Lò Thị Mây",
        )
        for language in languages
    )


def rebroadcast(name, fallback=(), **fields):
    base = {"title": name, "url": "https://tinh.example/live", "duration": 900.0, "fallback": tuple(fallback)}
    return Rebroadcast(id=name, provenance=PROVENANCE, **{**base, **fields})


def grant(name="noi-truc-tiep", person=ORDERS, minutes=10.0, **fields):
    base = {"title": "Xã nói chuyện", "url": "https://so.example/live", "provenance": PROVENANCE}
    return LiveGrant(id=name, person=person, minutes=minutes, **{**base, **fields})


def session(name, start, order, rule="FREQ=DAILY", maximum=1800.0, **fields):
    """A session at the local hour *start*, from the day before yesterday on."""
    begins = datetime.combine(MADE.date(), time.fromisoformat(start))
    schedule = Schedule(start=begins, rule=rule)
    return Session(id=name, provenance=PROVENANCE, title=name, schedule=schedule, order=tuple(order), maximum=maximum, **fields)


def sponsor(name, share, **fields):
    picture = Picture(sha256=hashlib.sha256(name.encode()).hexdigest(), size=9, media=MediaType.PNG, width=8, height=8)
    return SponsorMark(id=name, provenance=PROVENANCE, sponsor=name, contract="HĐ 1", picture=picture, share=share, **fields)


def bundle(channel=COMMUNE, version=1, made=MADE, valid_until=None, **parts):
    return Bundle(
        format=1,
        channel=channel,
        version=version,
        title="Tin trong tuần",
        area_name="Xã Bản Mẫu" if channel == COMMUNE else f"Khu vực {channel}",
        contact="Văn phòng UBND",
        made=made,
        valid_until=valid_until or made + timedelta(days=30),
        **{key: tuple(value) for key, value in parts.items()},
    )


def reference(name, sent="02:00", sender="pctt@tinh.example"):
    return Reference(sender=sender, identifier=name, sent=at(sent) if isinstance(sent, str) else sent)


def alert(
    name,
    sent="02:00",
    level=3,
    recorded=("vi",),
    languages=("vi",),
    count=2,
    every=600.0,
    seconds=20.0,
    replaces=(),
    phrases=(),
    issued=False,
    **fields,
):
    """An actual flood alert by default; *recorded* are the languages with speech, *replaces* the references.

    *phrases* are the names of those that it speaks first, in every language; *issued*: that it can say when it was sent.
    """
    versions = tuple(
        AlertText(
            language=language,
            headline=f"{name} ({language})",
            instruction="Lên chỗ cao.",
            where="Bản Mẫu",
            clip=clip(name + language, seconds) if language in recorded else None,
            phrases=tuple(clip(phrase + language, 8.0) for phrase in phrases),
            issued=clip(f"{name} lúc {language}", 4.0) if issued else None,
        )
        for language in languages
    )
    base = {
        "sender": "pctt@tinh.example",
        "identifier": name,
        "sent": at(sent) if isinstance(sent, str) else sent,
        "status": Status.ACTUAL,
        "message_type": MessageType.ALERT,
        "event": "Lũ",
        "level": RiskLevel(level),
        "versions": versions,
        "airings": Airings(count=count, every=every, between=fields.pop("between", None)),
        "provenance": PROVENANCE,
        "references": tuple(replaces),
    }
    return Alert(**{**base, **fields})


def update(name, replaces, **fields):
    return alert(name, message_type=MessageType.UPDATE, replaces=replaces, **fields)


def cancel(name, replaces, **fields):
    return alert(name, message_type=MessageType.CANCEL, replaces=replaces, **fields)


def cell(
    channel=COMMUNE, issued=MADE, alerts=(), withdrawn=(), kills=(), cancelled=(), content=None, policy=None, earlier=(), lifted=(), **given
):
    stops = {"withdrawn": withdrawn, "kills": kills, "cancelled": cancelled, "lifted": lifted}
    stop = StopList(format=1, channel=channel, **{name: tuple(value) for name, value in stops.items()})
    alert_set = AlertSet(format=1, channel=channel, alerts=tuple(alerts)) if alerts else None
    feed = AlertSet(format=1, channel=channel, alerts=tuple(given["feed"])) if "feed" in given else None
    orders = Orders(format=1, channel=channel, orders=tuple(given.get("orders", ()))) if "orders" in given else None
    by = tuple(given.get("ordered_by", (ORDERS,)))
    return Cell(
        channel,
        issued,
        content,
        alert_set,
        policy,
        stop,
        earlier_alerts=tuple(earlier),
        alerts_version=7,
        feed=feed,
        earlier_feed=tuple(given.get("earlier_feed", ())),
        feed_version=5 if feed else 0,
        orders=orders,
        orders_version=3,
        ordered_by=by if orders else (),
    )


def mute(since="06:00", expires="08:00", **fields):
    return MuteOrder(kind=OrderKind.MUTE, **_order("mute", since, expires, fields))


def volume(decibels, since="06:00", expires="08:00", **fields):
    return VolumeOrder(kind=OrderKind.VOLUME, volume=decibels, **_order("volume", since, expires, fields))


def tone(since="06:00", expires="06:10", seconds=5.0, **fields):
    return ToneOrder(kind=OrderKind.TONE, seconds=seconds, **_order("tone", since, expires, fields))


def live(since="06:00", expires="06:10", grant="noi-truc-tiep", **fields):
    return LiveOrder(kind=OrderKind.LIVE, grant=grant, secret="ab" * 32, **_order("live", since, expires, fields))


def service(since="06:00", expires="10:00", **fields):
    return ServiceOrder(kind=OrderKind.SERVICE, **_order("service", since, expires, fields))


def _order(name, since, expires, fields):
    hours = {"since": at(since) if isinstance(since, str) else since, "expires": at(expires) if isinstance(expires, str) else expires}
    return {"id": name, "person": ORDERS, "reason": "tang lễ", **hours, **fields}


def order_seen(order, when, channel=COMMUNE, **clock):
    return OrderSeen(n=0, at=stamp(when, **clock), identity=order_name(channel, order), channel=channel)


def programme(*cells, **changes):
    """Cells, or a commune bundle alone."""
    found = tuple(each if isinstance(each, Cell) else cell(each.channel, content=each) for each in cells)
    return Programme(site(**changes), tuple(sorted(found, key=lambda each: len(each.channel))))


def policy(**rules):
    hours = {"quiet_hours": (QuietHours(start=time(21, 30), end=time(5, 0)),)}
    return Policy(format=1, channel=COMMUNE, **{**hours, **rules})


def feed_rules(**rules):
    """A policy that lets the feed speak in the whole province."""
    return policy(feed=FeedRules(**{"areas": (PROVINCE,), **rules}))


def withdrawal(item, version=1):
    return Withdrawal(item=item, version=version, reason="sai ngày")


def kill(since=MADE, **whom):
    return Kill(since=since, reason="bị chiếm quyền", **whom)


def lifting(channel=COMMUNE, since=MADE):
    return Lifting(channel=channel, since=since)


def key(session_name, due, item, number=0, channel=COMMUNE):
    when = at(due) if isinstance(due, str) else due
    return f"{channel}/{session_name}@{when.isoformat()}/{number}:{item}"


def alert_key(each, number=0, channel=COMMUNE, feed=False):
    return f"alert:{channel}{'/feed' * feed}:{each.identity()}#{number}"


def sounded(occurrence, outcome, when, offset=0.0, item="x", words="", **clock):
    """*words*: the alert that was said."""
    given = {"item": item, "channel": COMMUNE, "version": 1, "offset": offset, "words": said_in(words) if words else ""}
    return Sounded(n=0, at=stamp(when, **clock), occurrence=occurrence, outcome=outcome, **given)


def stand_in(live, item, channel=COMMUNE):
    """The key of what is spoken in the place of the rebroadcast whose key is *live*."""
    return f"{live}~{channel}:{item}"


def received(occurrence, state, when, **clock):
    return SourceHeard(n=0, at=stamp(when, **clock), occurrence=occurrence, state=state)


def seen(each, when, channel=COMMUNE, feed=False, exercise=False, **clock):
    return AlertSeen(n=0, at=stamp(when, **clock), identity=str(each.identity()), channel=channel, feed=feed, exercise=exercise)


def shown(item, when="06:00", outcome=Outcome.COMPLETE, channel=COMMUNE, language="vi"):
    mark = stamp(when)
    return Shown(
        n=0, at=mark, item=item, channel=channel, version=1, language=language, began=mark, pages=1, of=1, frames=1, outcome=outcome
    )


def after(*records):
    return fold(Happened(), records)


__all__ = ["BulletinClass", "Weekday"]
