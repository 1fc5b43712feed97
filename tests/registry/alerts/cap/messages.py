"""CAP messages and their source, built for tests: one that is good, and changes of it."""

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from registry.alerts.cap import CapAlert, read_cap
from registry.alerts.sources import Source, SourcesFile, read_sources

CHANNEL = "vn.20.06001"
SENDER = "cap@khituong.example"
NOW = datetime(2026, 11, 12, 0, 31, tzinfo=UTC)
ISSUERS = Path(__file__).parent / "issuers"
ISSUED = datetime(2026, 11, 21, 0, 45, tzinfo=UTC)
"""Soon after the issuers' messages were sent."""
SENT = "2026-11-12T07:30:00+07:00"
NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"

SOURCES = """
format = 1

[[source]]
id = "khi-tuong"
name = "Đài Khí tượng tỉnh Mẫu"
issuing_body = "Đài Khí tượng tỉnh Mẫu"
senders = ["cap@khituong.example"]
areas = ["vn.20"]
life_hours = 6
languages = { vi = "vi", en = "en", km = "km" }
speech_parameter = "loi-phat"

[[source.geocode]]
kind = "thon"
table = { T1 = "vn.20.06001.01", T2 = "vn.20.06001.02", T9 = "vn.20.06009.01" }

[[source.geocode]]
kind = "xa"
prefix = "vn.20."

[[source.event_codes]]
kind = "su-kien"
phrases = { lu = "lu-len-nhanh", lanh = "" }

[[source.level]]
level = 1

[[source.level]]
severity = "Moderate"
level = 2

[[source.level]]
severity = "Severe"
certainty = "Possible"
level = 3

[[source.level]]
severity = "Extreme"
urgency = "Expected"
certainty = "Likely"
level = 4

[source.level_parameter]
kind = "cap-do-rui-ro"
levels = { "cấp 5" = 5, "cấp 2" = 2 }

[source.advice.vi]
Shelter = "Ở trong nhà kiên cố, đóng chặt cửa."
"""


def sources(text: str = SOURCES) -> tuple[Source, ...]:
    return tuple(SourcesFile.model_validate(tomllib.loads(text)).source)


def issuers_sources() -> tuple[Source, ...]:
    return read_sources(ISSUERS / "sources.toml")


AREA = "<area><areaDesc>Thôn Bến Đò</areaDesc><geocode><valueName>thon</valueName><value>T1</value></geocode></area>"


def info(**other: str) -> str:
    """An ``<info>``; a value of "" leaves its element out, *more* is put at its end."""
    parts = {
        "language": "vi-VN",
        "category": "Met",
        "event": "Lũ",
        "urgency": "Immediate",
        "severity": "Severe",
        "certainty": "Likely",
        "headline": "Lũ đang lên trên sông An",
        "description": "Nước sông An dâng nhanh.",
        "instruction": "Lên nhà văn hóa ngay.",
    }
    area, more = other.pop("area", AREA), other.pop("more", "")
    written = "".join(f"<{name}>{text}</{name}>" for name, text in (parts | other).items() if text)
    return f"<info>{written}{more}{area}</info>"


def alert(*infos: str, namespace: str = NAMESPACE, **other: str) -> bytes:
    """A whole message, by default one good flood alert in Vietnamese."""
    parts = {"identifier": "lu-7", "sender": SENDER, "sent": SENT, "status": "Actual", "msgType": "Alert", "scope": "Public"}
    more = other.pop("more", "")
    written = "".join(f"<{name}>{text}</{name}>" for name, text in (parts | other).items() if text)
    body = "\n".join(infos or (info(),))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<alert xmlns="{namespace}">{written}{more}\n{body}</alert>'.encode()


def read(raw: bytes, now: datetime = NOW, text: str = SOURCES, **other: Any) -> CapAlert:
    return read_cap(raw, sources(text), CHANNEL, now, **other)


def at(**later: float) -> str:
    return (datetime(2026, 11, 12, 0, 30, tzinfo=UTC) + timedelta(**later)).isoformat().replace("+00:00", "-00:00")
