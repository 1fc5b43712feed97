"""Everything between an officer's signature and the horn as real processes: a registry, and one unit with board, voice and amplifier."""

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bangtin.demo.village import CHANNEL, PROVINCE, Village
from bench.alerts.settings import WARM_UP, Setting
from bench.commune import bundle, notice
from bundle.alert import Airings, Alert, AlertSet, AlertText, MessageType, Reference, RiskLevel, Status
from bundle.base import BulletinClass
from bundle.items import Phrase, Spoken
from bundle.policy import Policy, StopList, Weekday
from bundle.trust import Target
from device.journal import JournalReader
from device.status import read_status
from device.unit import read_unit, write_unit
from evidence.records import Switched
from registry.trust.proposal import Proposal, compact
from registry.trust.release import release
from tests.audio.village import clip_of, tone, wav
from tests.simulators.content import PROVENANCE
from tests.simulators.publisher import Publisher

SPOKEN = 1.0
"""Seconds of the stored phrase."""
KEPT = 20
"""How many alerts a stop list goes on naming."""
_THEN = "; import sys; sys.argv[0] = 'bangtin'; from bangtin.main import main; main()"
PLAIN = f"import registry.web.watch as watch; watch.carried = lambda *_: None{_THEN}"
"""The registry as it was before hints carried anything: a peer."""
SILENT = f"import registry.web.hints as hints; from aiohttp import web; hints.routes = web.RouteTableDef(){_THEN}"
"""The registry without hints: the other peer."""


class Station:
    """A commune's authority, registry and unit in *folder*; the unit's programs run with *environment*."""

    def __init__(self, folder: Path, setting: Setting, environment: Mapping[str, str]) -> None:
        self.publisher = Publisher(folder, [PROVINCE, CHANNEL], now=now())
        self.village = Village(folder, folder)
        self._setting, self._environment = setting, dict(environment)
        self._switches = JournalReader(self.village.paths.journal("amplifier"))
        self.switched: list[Switched] = []
        self._raised: list[Reference] = []
        speech = wav(tone(SPOKEN))
        self.clip = clip_of(speech, self.publisher.add_blob(speech), SPOKEN)
        spoken = Spoken(language="vi", title="Lũ lên nhanh", body="Lũ lên nhanh.", clip=self.clip, voice="may", reviewer="Lò Thị Mây")
        phrase = Phrase(id="lu-len-nhanh", provenance=PROVENANCE, versions=(spoken,), bulletin_class=BulletinClass.EMERGENCY)
        whole = bundle(notice(1)).model_copy(update={"channel": CHANNEL, "phrases": (phrase,)})
        rules = Policy(format=1, channel=CHANNEL, quiet_hours=(), sessions_per_day=24, weekdays=tuple(Weekday))
        self.publisher.release_policy(CHANNEL, rules)
        self.publisher.release_bundle(CHANNEL, whole)

    def start(self) -> None:
        """Serve, enrol the unit and start its programs; returns when the board shows the notice and the voice is ready."""
        village, setting = self.village, self._setting
        self._serve()
        village.paths.unit_toml.parent.mkdir(parents=True)
        village.paths.unit_toml.write_text(_wiring(village.tape, setting.poll or 900.0), encoding="utf-8")
        village.enrol()
        if setting.url:
            # A grant is not sent over a plain link of any length: the unit is enrolled at the registry's side and then carried away.
            record = read_unit(village.paths)
            assert record is not None
            write_unit(village.paths, record.model_copy(update={"registry": setting.url, "content": f"{setting.url}/content"}))
        village.stage.environment |= self._environment
        village.start_unit()
        village.wait("the notice is on the board", lambda: self.shows(notice(1).id), 90)
        village.wait("the voice is ready", lambda: (said := read_status(village.paths, "audio")) is not None and said.ready, 60)

    def _serve(self) -> None:
        port, setting = self.village.part("port"), self._setting
        front = [sys.executable, *(("-c", PLAIN) if setting.plain else ("-c", SILENT) if setting.poll else ("-m", "bangtin"))]
        line = [*front, "registry", "serve", "--site", str(self.publisher.site), "--data", str(self.village.part("registry"))]
        line += ["--host", setting.host, "--port", str(setting.port), "--port-file", str(port), "--behind-proxy"]
        line += ["--url", setting.url] if setting.url else []
        self.village.stage.start_line("registry", line)
        self.village.wait("the registry answers", lambda: port.exists() and bool(port.read_text().strip()), 60)
        self.village.url = f"http://127.0.0.1:{port.read_text().strip()}"

    def shows(self, name: str) -> bool:
        """Whether what is on the board is called *name*."""
        status = read_status(self.village.paths, "display")
        return status is not None and status.showing is not None and name in status.showing

    def alert(self, n: int, seconds: float) -> Proposal:
        """Alert number *n*, in force for *seconds* from now, signed by two persons and not released yet."""
        text = AlertText(
            language="vi",
            headline=f"Lũ đang lên, tin số {n}",
            instruction="Lên nhà văn hóa ngay.",
            where="Thôn Ba",
            phrases=(self.clip,),
        )
        at = now()
        alert = Alert(
            sender="pctt@tinh.example",
            identifier=f"lu-{n}",
            sent=at,
            status=Status.ACTUAL,
            message_type=MessageType.ALERT,
            event="Lũ",
            level=RiskLevel.RED,
            expires=at + timedelta(seconds=seconds),
            airings=Airings(count=1),
            versions=(text,),
            provenance=PROVENANCE,
        )
        self.publisher.now = at
        self._raised.append(Reference(sender=alert.sender, identifier=alert.identifier, sent=alert.sent))
        return self.publisher.signed(CHANNEL, Target.ALERTS, compact(AlertSet(format=1, channel=CHANNEL, alerts=(alert,))))

    def stop(self) -> Proposal:
        """The end of the alerts so far, signed by one person and not released yet."""
        self.publisher.now = now()
        ended = StopList(format=1, channel=CHANNEL, cancelled=tuple(self._raised[-KEPT:]))
        return self.publisher.signed(CHANNEL, Target.STOP, compact(ended))

    def release(self, proposal: Proposal) -> None:
        """Put it into the release tree; from the rename of the timestamp on it is out."""
        release(self.publisher.tree, proposal, self.publisher.online, now())

    def switched_to(self, active: bool, after: float) -> float | None:
        """When the amplifier was commanded, or let go, *after* that second of the wall clock."""
        self._look()
        return next((at for s in self.switched if s.active is active and (at := s.at.wall.timestamp()) > after), None)

    def silent(self) -> bool:
        """Whether the amplifier is off."""
        self._look()
        return not self.switched or not self.switched[-1].active

    def _look(self) -> None:
        if self.village.paths.journal("amplifier").exists():
            self.switched += [line for line in self._switches.new() if isinstance(line, Switched)]


def now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


def _wiring(tape: Path, poll: float) -> str:
    tables: dict[str, dict[str, object]] = {
        "[screen]": {"driver": "sdl", "fullscreen": False, "width": 1920, "height": 1080, "wander_px": 0},
        "[sound]": {"driver": "disk", "tape": str(tape)},
        "[pins]": {"factory": "mock"},
        "[[amplifier]]": {
            "line": "loa-1",
            "pin": 17,
            "active_high": False,
            "warm_up": WARM_UP,
            "tail": 0.0,
            "hold": 0.0,
            "minimum_off": 0.0,
        },
        "[clock]": {"driver": "shifted"},
        "[agent]": {"poll_seconds": poll},
    }
    return "\n".join(
        head + "\n" + "\n".join(f"{key} = {json.dumps(value)}" for key, value in table.items()) + "\n" for head, table in tables.items()
    )
