"""The way to the registry and to the content: reachable, and really ours. Offline is normal, so nothing here makes a unit unready."""

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from device.unit import UnitRecord
from provisioning.probe import Finding, Verdict

if TYPE_CHECKING:
    import aiohttp

SUBJECT = ("Mạng", "network")
PATIENCE, TO_CONNECT = 20.0, 10.0
"""Seconds."""
NOTHING_YET = ("chưa phát hành gì", "nothing published yet")
MAX_ANSWER = 256 * 1024


@dataclass(frozen=True)
class NetworkProbe:
    """Asks for each channel's signed timestamp: that every unit needs, and a captive portal cannot imitate."""

    record: UnitRecord

    def look(self) -> tuple[Finding, ...]:
        """One finding for each channel."""
        return asyncio.run(self._look())

    async def _look(self) -> tuple[Finding, ...]:
        import aiohttp  # the service of provisioning has this probe, and most units never run it again

        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE, connect=TO_CONNECT)) as session:
            return tuple([await self._channel(session, channel) for channel in self.record.channels])

    async def _channel(self, session: "aiohttp.ClientSession", channel: str) -> Finding:
        import aiohttp

        subject = (f"Kênh {channel}", f"channel {channel}")
        wanted = ("dấu thời gian đã ký", "its signed timestamp")
        try:
            async with session.get(f"{self.record.content}/metadata/{channel}/timestamp.json") as answer:
                status, body = answer.status, await answer.content.read(MAX_ANSWER)
        except (aiohttp.ClientError, TimeoutError) as problem:
            told = str(problem) or type(problem).__name__
            do = ("kiểm tra ăng-ten, SIM, Wi-Fi; không có sóng thì dùng USB", "check antenna, SIM, Wi-Fi; without coverage use a stick")
            return Finding(Verdict.WARNING, subject, (f"không tới được: {told}", f"not reachable: {told}"), wanted, do)
        if status == 404:
            do = ("chờ xã phát hành lần đầu", "wait for the first publication")
            return Finding(Verdict.WARNING, subject, NOTHING_YET, wanted, do)
        version = _version(body) if status == 200 else None
        if version is None:
            do = ("có thể là trang đăng nhập Wi-Fi", "this may be a Wi-Fi login page")
            return Finding(Verdict.WARNING, subject, (f"HTTP {status}, không phải nội dung", f"HTTP {status}, not content"), wanted, do)
        return Finding(Verdict.GOOD, subject, (f"phiên bản {version}", f"version {version}"), wanted)


def reachable(record: UnitRecord) -> bool:
    """Whether any channel of *record* can be had now: whether there is coverage here."""
    return any(finding.verdict is Verdict.GOOD or finding.observed == NOTHING_YET for finding in NetworkProbe(record).look())


def _version(body: bytes) -> int | None:
    try:
        return int(json.loads(body)["signed"]["version"])
    except (ValueError, KeyError, TypeError):
        return None
