"""The story of a night in ``night.toml``: what is sent when and by whom, and what should be seen and heard of it."""

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bundle.alert import Airings, Alert, AlertText, MessageType, Reference, RiskLevel, Status
from bundle.asset import Clip, MediaType
from tests.simulators.content import CHANNEL, PROVENANCE
from tests.simulators.publisher import START

PROVINCE = "vn.20"
CHANNELS = {"xa": CHANNEL, "tinh": PROVINCE, "feed": PROVINCE}
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
EVENING = START.astimezone(ZONE).date()
PHRASES, HOURS = b"so tan ngay", b"tin phat luc"
SPOKEN = {PHRASES: 6.0, HOURS: 3.0}
"""Seconds of the recordings: the phrases that each alert says, and the hour at which it was sent."""
MINUTE = timedelta(minutes=1)


def clip(blob: bytes) -> Clip:
    """A recording whose file is *blob*."""
    found = hashlib.sha256(blob).hexdigest()
    return Clip(sha256=found, size=len(blob), media=MediaType.OPUS, duration=SPOKEN[blob], loudness=-16.0, true_peak=-1.0)


def at(clock: str) -> datetime:
    """The local hour *clock* of this night; what is before noon is the day after."""
    hour = time.fromisoformat(clock)
    return datetime.combine(EVENING + timedelta(days=hour.hour < 12), hour, ZONE)


@dataclass(frozen=True)
class Sent:
    """One message: *alert*, or without one what a single person *stopped* (or nothing: all is signed again)."""

    when: datetime
    by: str
    alert: Alert | None
    stopped: tuple[Reference, ...] = ()


class Story:
    """One night; `board` and `heard` say for each minute what should be, by the names of the messages."""

    def __init__(self, path: Path) -> None:
        self.text = tomllib.loads(path.read_text(encoding="utf-8"))
        self.begins, self.ends = at(self.text["begins"]), at(self.text["ends"])
        self.off, self.on, self.clock = (at(self.text["cut"][name]) for name in ("off", "on", "clock"))
        self._known: dict[str, Reference] = {}
        self.sent = sorted((each for line in self.text["sent"] for each in self._read(line)), key=lambda each: each.when)
        self.heard = {at(clock): frozenset(names) for clock, *names in _table(self.text["should"]["heard"])}
        rows = [(at(clock), frozenset(names)) for clock, *names in _table(self.text["should"]["board"])]
        self.board = {minute: next(names for begins, names in reversed(rows) if begins <= minute) for minute in self.minutes()}

    def minutes(self) -> list[datetime]:
        """The whole minutes of the night."""
        return [self.begins + n * MINUTE for n in range(round((self.ends - self.begins) / MINUTE))]

    def _read(self, line: dict) -> list[Sent]:
        when, by = at(line["at"]), line["by"]
        if line["what"] in ("stop", "again"):
            return [Sent(when, by, None, tuple(self._known[name] for name in line.get("old", ())))]
        if "times" not in line:
            return [Sent(when, by, self._alert(line["name"], line, when))]
        moments = [when + timedelta(seconds=line["every"] * n) for n in range(line["times"])]
        return [Sent(moment, by, self._alert(f"{line['name']}-{n}", line, moment)) for n, moment in enumerate(moments, 1)]

    def _alert(self, name: str, line: dict, when: datetime) -> Alert:
        sent = at(line["sent"]) if "sent" in line else when
        kind = MessageType[line["what"].upper()]
        words = {"headline": name, "instruction": "Lên nhà văn hóa ngay.", "where": "Bản Mẫu"}
        text = AlertText(language="vi", **words, phrases=(clip(PHRASES),), issued=clip(HOURS))
        alert = Alert(
            sender=f"{line['by']}@tin.example",
            identifier=name,
            sent=sent,
            status=Status(line.get("status", "Actual")),
            message_type=kind,
            references=tuple(self._known[old] for old in line.get("old", ())),
            event=name,
            level=RiskLevel(line.get("level", 1)),
            expires=at(line["until"]) if "until" in line else when + timedelta(hours=6),
            versions=(text,),
            airings=Airings(count=line.get("count", 2), every=600.0),
            wake=line.get("wake", False),
            provenance=PROVENANCE,
        )
        self._known[name] = Reference(sender=alert.sender, identifier=name, sent=sent)
        return alert


def _table(text: str) -> list[list[str]]:
    return [line.split() for line in text.strip().splitlines()]
