"""The demonstration, step by step: publish, enrol, run, raise an emergency, lose the registry, and go on."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from audio.driver.tape import Tape, intervals, read_tape, write_wav
from bangtin.demo.picture import screenshot
from bangtin.demo.recount import count, versions_for
from bangtin.demo.village import LANGUAGES, PROGRAMS, Village, Wiring
from bangtin.demo.visitor import as_visitor
from bundle.manifest import Bundle
from bundle.parse import parse
from bundle.schedule import VIETNAM
from device.status import read_status
from evidence.records import Outcome, Record, Shown, Sounded, Switched

CONTENT = Path(__file__).parents[2] / "content" / "xa-an-phu"
SESSION = "buoi-sang"
EMERGENCY = "lu-dem"
PACE = 20.0
UNPACED = "gop-y"
UNTIL_SESSION = timedelta(seconds=52)
"""From the start of drafting to the first word: drafting speaks and measures every announcement, on a slow machine too, and then a
unit is enrolled and its site confirmed."""


@dataclass
class Show:
    """One run in *out*; *say* tells the person at the terminal what is going on."""

    out: Path
    say: Callable[[str], None]
    window: bool = False
    village: Village = field(init=False)
    moments: dict[str, str] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.village = Village(self.out, CONTENT)

    def publish(self) -> None:
        """The commune's side: from plain files to signed static files, served on loopback."""
        start = (datetime.now(UTC) + UNTIL_SESSION).astimezone(ZoneInfo(VIETNAM)).replace(microsecond=0)
        self.say("Tạo khóa và gốc tin cậy · making keys and the trust root")
        self.village.found()
        self.say("Soạn gói nội dung, đọc bài bằng máy · drafting, speaking the announcements")
        self.village.draft({SESSION: start})
        self.say("Tác giả ký, người duyệt ký, phát hành · author signs, approver signs, release")
        self.village.publish()
        self.say("Mở sổ trung tâm · starting the registry")
        self.village.serve()

    def install(self) -> None:
        """The technician's side: wiring, grant, key, root."""
        self.say("Đăng ký thiết bị · enrolling the unit")
        frames = None if self.window else self.out
        self.village.wire(Wiring(pace=PACE, unpaced=(UNPACED,), frames=frames, window=self.window))
        self.village.enrol()

    def run(self) -> None:
        """The unit's four programs, the session, the emergency, and life without the registry."""
        village = self.village
        self.say("Chạy bốn chương trình của thiết bị · starting the unit's four programs")
        village.start_unit()
        village.wait("the first notice on the board", lambda: any(True for _ in village.lines("display", _complete_notice)), 40)
        self.say("Bảng đã có tin, chờ buổi phát · notices on the board; waiting for the session")
        village.wait("the session's announcements", lambda: self._played() >= len(self._order()), 110)
        self._wait_for_silence()
        self.say("LŨ LÊN BAN ĐÊM: phát tin khẩn cấp · raising the emergency")
        village.raise_alert(EMERGENCY)
        self.moments["alert_published"] = _written(village.part("site") / "metadata" / "vn.20.06001" / "timestamp.json")
        village.wait("the emergency sounded whole", lambda: any(True for _ in village.lines("audio", _complete_alert)), 60)
        self.say("Hủy tin khẩn cấp: một người là đủ · cancelling it: one person is enough")
        village.cancel_alert(EMERGENCY)
        village.wait("receipts acknowledged", lambda: village.paths.acks.exists(), 20)

    def lose_the_registry(self) -> None:
        """Photograph its page, stop it, and wait until every notice has been presented all the same."""
        village = self.village
        self._wait_for_silence()
        with as_visitor(village.url, village.visitor()) as address:
            screenshot(f"{address}/", self.out / "registry.png")
        self.say("Tắt sổ trung tâm, thiết bị vẫn chạy · stopping the registry; the unit goes on")
        self.codes["registry"] = village.stage.stop("registry")
        stopped = datetime.now(UTC)
        self.moments["registry_stopped"] = stopped.isoformat()
        (self.out / "moments.json").write_text(json.dumps(self.moments), encoding="utf-8")
        village.wait("a notice after the registry stopped", lambda: self._shown_since(stopped), 60)
        village.wait("every notice presented", self._all_presented, 60)

    def finish(self) -> dict[str, int]:
        """Stop everything; exit codes by program."""
        self.say("Dừng · stopping")
        return self.codes | self.village.stage.stop_all()

    def summarise(self) -> dict[str, object]:
        """Write speaker.wav, amplifier.jsonl and summary.json from what was recorded."""
        tape = read_tape(self.village.tape).in_real_time()
        write_wav(tape, self.out / "speaker.wav")
        self._write_lines(tape)
        return {"pace": PACE, **count(self.out), "simulated": self._simulated()}

    def _write_lines(self, tape: Tape) -> None:
        with (self.out / "amplifier.jsonl").open("w", encoding="utf-8") as file:
            for interval in intervals(self.village.journal("amplifier"), tape):
                for moment, active in ((interval.on, True), (interval.off, False)):
                    if moment is not None:
                        line = {"t": round(moment, 4), "line": interval.line, "active": active, "activation": interval.activation}
                        file.write(json.dumps(line) + "\n")

    def _simulated(self) -> list[str]:
        said = [read_status(self.village.paths, program) for program in PROGRAMS]
        return sorted({what for status in said if status for what in status.simulated})

    def _bundle(self) -> Bundle:
        return parse(Bundle, (self.village.part("draft") / "bundle.json").read_bytes(), "bundle.json")

    def _order(self) -> tuple[str, ...]:
        return next(session.order for session in self._bundle().sessions if session.id == SESSION)

    def _played(self) -> int:
        return sum(True for _ in self.village.lines("audio", _complete_announcement))

    def _wait_for_silence(self) -> None:
        """Until the amplifier is off again."""

        def off() -> bool:
            lines = [line for line in self.village.journal("amplifier") if isinstance(line, Switched)]
            return bool(lines) and not lines[-1].active

        self.village.wait("the amplifier is off", off, 30)

    def _shown_since(self, moment: datetime) -> bool:
        return any(isinstance(line, Shown) and line.began.wall > moment for line in self.village.lines("display", _complete_notice))

    def _all_presented(self) -> bool:
        wanted = {version for notice in self._bundle().notices for version in versions_for(notice, tuple(LANGUAGES.split(",")))}
        seen = (line for line in self.village.lines("display", _complete_notice) if isinstance(line, Shown))
        return wanted <= {(line.item, line.language) for line in seen}


def _complete_notice(line: Record) -> bool:
    return isinstance(line, Shown) and line.outcome is Outcome.COMPLETE and line.channel is not None


def _complete_announcement(line: Record) -> bool:
    return isinstance(line, Sounded) and line.outcome is Outcome.COMPLETE and not line.occurrence.startswith("alert:")


def _complete_alert(line: Record) -> bool:
    return isinstance(line, Sounded) and line.outcome is Outcome.COMPLETE and line.occurrence.startswith("alert:")


def _written(path: Path) -> str:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat()
