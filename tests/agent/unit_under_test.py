"""A unit with real files, for the agent's tests."""

from datetime import UTC, datetime
from pathlib import Path

from device.clock import ManualClock
from device.durable import replace
from device.journal import JournalWriter
from device.paths import Paths
from device.unit import UnitRecord, write_unit
from evidence.records import AlertSeen, Outcome, Shown, Stamp

UNIT = "loa-01"
CHANNEL = "vn.20.06001"
CLOCK = ManualClock.at(datetime(2026, 5, 4, 2, 0, tzinfo=UTC))


def record(url: str) -> UnitRecord:
    return UnitRecord(
        unit=UNIT,
        registry=url,
        content=f"{url}/content",
        place=f"{CHANNEL}.ban-mau",
        place_name="Thôn Bản Mẫu",
        channels=(CHANNEL,),
        languages=("vi",),
        enrolled_at=CLOCK.moment.wall,
        confirmed=CLOCK.moment.wall,
        root_fingerprint="a" * 64,
    )


def install(paths: Paths, url: str, key: bytes, root: bytes) -> None:
    """What provisioning leaves behind."""
    replace(paths.key, key, 0o600)
    replace(paths.root_json, root)
    write_unit(paths, record(url))


def shown(at: Stamp | None = None) -> Shown:
    at = at or CLOCK.now().stamp()
    return Shown(
        n=0,
        at=at,
        began=at,
        item="tiem-chung",
        channel=CHANNEL,
        version=1,
        language="vi",
        pages=1,
        of=1,
        frames=20,
        outcome=Outcome.COMPLETE,
    )


def alert_seen() -> AlertSeen:
    return AlertSeen(n=0, at=CLOCK.now().stamp(), identity="pctt@tinh.example,lu-1,2026-05-04T01:00:00+00:00", channel=CHANNEL)


def writer(paths: Paths, program: str = "display") -> JournalWriter:
    return JournalWriter(paths.journal(program))


def settings_file(paths: Paths, text: str) -> Path:
    replace(paths.unit_toml, text.encode())
    return paths.unit_toml
