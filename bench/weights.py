"""What reports of a busy unit weigh as they are sent, beside their JSON alone and plain zlib; names are invented, clocks tick as real."""

import random
import zlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import pairwise

from bench.row import Row
from device.journal import record_json
from director.moment import Moment
from evidence.cadence import FULL_AFTER
from evidence.changes import shortened
from evidence.health import BootReason, Health, LinkKind, ScreenState
from evidence.packing import deflated
from evidence.records import ClockState, Fault, FaultCode, Outcome, Rung, Shown, Sounded
from evidence.report import Journalled, ProgramStatus, Report, Sounding
from evidence.signing import new_key
from evidence.travelling import document, signed

UNIT, BOOT = "bt-mau-01", "0f6c3a52-7d1e-4b8e-9a55-2f1f6a0c7d31"
CHANNELS = ("vn", "vn.20", "vn.20.06001")
NOTICES = ("tiem-chung", "cap-nuoc", "hop-thon", "ve-sinh-moi-truong", "lich-cup-dien", "thu-phi", "phong-chay-rung", "hoc-he")
START = Moment(datetime(2026, 11, 21, 5, 0, 3, 123456, tzinfo=UTC), ClockState.TRUSTED, BOOT, 86_412.5123)
QUARTER = 900.0
Line = Shown | Sounded | Fault
MANY, FEW = 46, 5
"""Receipts of a quarter of an hour at a page each twenty seconds, and of a calm one."""
HEALTH = Health(
    boot=BootReason.POWER,
    sags=False,
    sagged=False,
    celsius=53,
    errors=0,
    read_only=False,
    free=23_481_286_656,
    link=LinkKind.MOBILE,
    received=14_883_201,
    sent=2_120_442,
    reports=0,
    blobs=0,
    screen=ScreenState.PRESENT,
    lines={"loa-dong": False, "loa-tay": False},
    pressed=False,
    stopped=False,
)


def weights() -> list[Row]:
    """All rows of this bench."""
    key = new_key()
    full, told = shortened(None, _whole(START), FULL_AFTER)
    later = START.later(QUARTER + 3.2071)

    def short(lines: Iterable[Line] = (), health: Health = HEALTH, sounds: bool = False) -> Report:
        return shortened(told, _whole(later, lines, health, sounds), FULL_AFTER)[0]

    lost = HEALTH.model_copy(update={"screen": ScreenState.LOST, "celsius": 61, "received": 19_204_118, "sent": 2_911_006})
    changes = {
        "nothing new": short(),
        "the screen is lost, its fault and what else moved": short([_fault(later)], lost),
        "an airing of an alert has begun": short([_airing(later)], sounds=True),
    }
    return [
        *_rows("full report", full, 1024, key),
        *(row for name, report in changes.items() for row in _rows(f"short report: {name}", report, 600, key)),
        *_marginal("receipt of the board", _shown, short, key),
        *_marginal("receipt of the loudspeaker", _sounded, short, key),
    ]


def _rows(name: str, report: Report, budget: int, key: bytes) -> list[Row]:
    plain, sent = record_json(document(report)), len(signed(report, key))
    how = "length of the compact JWS (packed, Ed25519) that the agent puts on the wire; HTTP and TLS not counted"
    packed = len(deflated(plain, with_health=True))
    return [
        Row(
            name=name,
            value=sent,
            unit="B",
            peer="its JSON alone, unsigned",
            peer_value=len(plain),
            budget=f"≤ {budget} B",
            holds=sent <= budget,
            method=how,
        ),
        Row(
            name=f"{name}, packed",
            value=packed,
            unit="B",
            peer="zlib, level 9, no dictionary",
            peer_value=len(zlib.compress(plain, 9)),
            method="before it is signed: raw deflate with what every report says as its dictionary",
        ),
    ]


def _marginal(name: str, receipts: Callable[[int], list[Line]], short: Callable[[list[Line]], Report], key: bytes) -> list[Row]:
    """One more receipt in a batch: of a full quarter of an hour, and of a calm one, where less repeats."""
    found = []
    for count in (MANY, FEW):
        batch, none = short(receipts(count)), short([])
        sent = (len(signed(batch, key)) - len(signed(none, key))) / count
        plain = (len(record_json(document(batch))) - len(record_json(document(none)))) / count
        found.append(
            Row(
                name=f"one {name} among {count}",
                value=sent,
                unit="B",
                peer="its JSON alone",
                peer_value=plain,
                budget="≤ 70 B",
                holds=sent <= 70,
                method=f"(signed short report with {count} receipts - one without) / {count}; dwell times to the microsecond differ",
            )
        )
    return found


def _whole(moment: Moment, lines: Iterable[Line] = (), health: Health = HEALTH, sounds: bool = False) -> Report:
    versions = {
        f"{channel}/{name}.json": 7 + 13 * n for n, channel in enumerate(CHANNELS) for name in ("bundle", "alerts", "policy", "stop")
    }
    since = moment.later(-0.8).stamp()
    sounding = Sounding(occurrence=_airing(moment).occurrence, item=_airing(moment).item, channel="vn.20", language="vi", since=since)
    programs = (
        _status("agent", moment, 3.4),
        _status("display", moment, 1.9, showing=NOTICES[3]),
        _status("audio", moment, 0.4, sounding=sounding if sounds else None),
        _status("amplifier", moment, 1.1),
    )
    entries = tuple(Journalled(program="audio" if isinstance(line, Sounded) else "display", line=line) for line in lines)
    standing = {"versions": versions, "programs": programs, "software": "1.4.0", "permit": 1_764_230_400, "health": health}
    return Report.model_validate({"unit": UNIT, "boot": BOOT, "n": int(moment.mono), "at": moment.stamp(), "lines": entries} | standing)


def _status(program: str, moment: Moment, ago: float, **rest: object) -> ProgramStatus:
    at = moment.later(-ago)
    whole = at.stamp().model_copy(update={"wall": at.wall.replace(microsecond=0), "mono": float(int(at.mono))})
    return ProgramStatus.model_validate({"program": program, "at": whole, "ready": True} | rest)


def _moments(count: int, shortest: float) -> list[Moment]:
    ticks, found = random.Random(20), [START]  # noqa: S311 (the same dwell times in every run)
    for _ in range(count):
        found.append(found[-1].later(shortest + ticks.choice((0.0, 5.5, 11.0)) + ticks.random() / 20))
    return found


def _shown(count: int) -> list[Line]:
    return [
        Shown(
            n=4000 + n,
            at=ended.stamp(),
            began=began.stamp(),
            item=NOTICES[n % len(NOTICES)],
            channel=CHANNELS[2],
            version=33,
            language="vi",
            pages=2,
            of=2,
            frames=2 + n % 3,
            outcome=Outcome.COMPLETE,
        )
        for n, (began, ended) in enumerate(pairwise(_moments(count, 13.2)))
    ]


def _sounded(count: int) -> list[Line]:
    day = f"{START.wall:%Y-%m-%dT%H:00:00+00:00}"
    return [
        Sounded(
            n=900 + n,
            at=at.stamp(),
            occurrence=f"{CHANNELS[2]}/buoi-trua@{day}/{n // 2}:{NOTICES[n // 2 % len(NOTICES)]}",
            item=NOTICES[n // 2 % len(NOTICES)],
            channel=CHANNELS[2],
            version=33,
            language="vi",
            outcome=Outcome.COMPLETE if n % 2 else Outcome.STARTED,
            rung=Rung.LEFT_DRIVER,
            offset=17.2 + 3.1 * n if n % 2 else 0.0,
            samples=825_600 + 148_800 * n if n % 2 else 0,
            late=0.0021 + n / 9000,
            level=-18.3 - n % 7 / 10 if n % 2 else None,
        )
        for n, at in enumerate(_moments(count, 18.4)[1:])
    ]


def _airing(moment: Moment) -> Sounded:
    identity = "pctt@tinh.example,lu-quet-1,2026-11-21T04:58:00+00:00"
    return Sounded(
        n=951,
        at=moment.later(-0.7).stamp(),
        occurrence=f"alert:vn.20:{identity}#0",
        item=identity,
        channel="vn.20",
        version=20,
        language="vi",
        outcome=Outcome.STARTED,
        rung=Rung.LEFT_DRIVER,
        late=0.0713,
    )


def _fault(moment: Moment) -> Fault:
    detail = "không thấy màn hình ở cổng HDMI-A-1 / no screen at the connector HDMI-A-1"
    return Fault(n=4100, at=moment.later(-2.0041).stamp(), code=FaultCode.SCREEN_LOST, detail=detail)
