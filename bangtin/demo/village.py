"""An invented village on this machine: a commune that publishes, its registry, and one unit, all by the real commands."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from secrets import token_urlsafe

from bangtin.demo.stage import Stage, StepFailed
from bangtin.demo.visitor import signed_in
from bundle.policy import Policy, Weekday
from device.journal import read
from device.paths import Paths
from evidence.duties import Duty
from evidence.records import Record

CHANNEL = "vn.20.06001"
PROVINCE = "vn.20"
PLACE = f"{CHANNEL}.03"
PLACE_NAME = "Thôn Ba, xã An Phú"
LANGUAGES = "vi,km,hmn"
UNIT = "an-phu-03"
HOLDER = "Lò Thị Mây"
WATCHER = "Hà Thị Xem"
PERSONS = {
    "root": "Sở chủ quản (ví dụ)",
    "targets": "Sở chủ quản (ví dụ)",
    "author": "Hà Thị Mẫu Đơn, cán bộ thông tin",
    "approver": "Đinh Văn Thí Dụ, Phó Chủ tịch xã",
    "alerts-author": "Cầm Thị Nương",
    "alerts-approver": "Đinh Văn Thí Dụ, Phó Chủ tịch xã",
    "policy-author": "Hà Thị Mẫu Đơn, cán bộ thông tin",
    "policy-approver": "Đinh Văn Thí Dụ, Phó Chủ tịch xã",
    "stop": "Tòng Văn Ruộng",
    "ops": "Quàng Văn Dây",
    "online": "Máy chủ tỉnh (ví dụ)",
}
PROGRAMS = ("amplifier", "audio", "display", "agent")


@dataclass(frozen=True)
class Wiring:
    """What differs between a demonstration and a test: board in pixels, how fast pages turn, where they are kept."""

    width: int = 1920
    height: int = 1080
    pace: float = 1.0
    unpaced: tuple[str, ...] = ()
    frames: Path | None = None
    window: bool = False
    poll_seconds: float = 60.0


@dataclass(frozen=True)
class Stand:
    """Where the *unit* stands: the *place* and how it is called, with its languages in their order."""

    unit: str = UNIT
    place: str = PLACE
    place_name: str = PLACE_NAME
    languages: str = LANGUAGES


@dataclass
class Village:
    """*folder* holds everything: ``keys``, ``draft``, ``site``, ``registry``, ``unit`` (the unit's root folder) and ``logs``."""

    folder: Path
    content: Path
    stand: Stand = Stand()
    stage: Stage = field(init=False)
    url: str = ""

    def __post_init__(self) -> None:
        self.stage = Stage(self.folder)

    @property
    def paths(self) -> Paths:
        """The unit's own files."""
        return Paths(self.folder / "unit")

    @property
    def tape(self) -> Path:
        """The samples as they left the sound process, raw."""
        return self.folder / "speaker.raw"

    def part(self, name: str) -> Path:
        """One part of the folder."""
        return self.folder / name

    def draft(self, starts: dict[str, datetime]) -> None:
        """The officer's folder becomes a draft; *starts* moves sessions to a local time."""
        moved = [word for session, start in starts.items() for word in ("--start", f"{session}={start.replace(tzinfo=None).isoformat()}")]
        rules = ("--policy", self._policy())
        self.stage.command("publish", "draft", self.content, "--out", self.part("draft"), "--version", "1", *rules, *moved)

    def found(self) -> None:
        """The ceremony: keys of invented persons, a root, and the cells of province and commune."""
        persons = [word for key, person in PERSONS.items() for word in ("--person", f"{self._key(key).stem}={person}")]
        cells = ("--channel", PROVINCE, "--channel", CHANNEL)
        secret = self.part("keys") / "passphrase"
        secret.parent.mkdir(parents=True, exist_ok=True)
        secret.touch(0o600)
        secret.write_text(f"{token_urlsafe(18)}\n")
        # Officers type their passphrases; the online key has none, because the release machine renews by itself.
        plain = ("--no-passphrase", "online")
        self.stage.command("publish", "keys", self.part("keys"), "--site", self.part("site"), *cells, *persons, *plain, *self._secret)

    def publish(self) -> None:
        """Author signs, another person approves, the release becomes static files; the same for the rules of sound."""
        self._release(self.part("draft"), "author", "approver")
        self._release(self._policy(), "policy-author", "policy-approver")

    def raise_alert(self, slug: str) -> None:
        """Release one of the draft's emergencies: both alert keys sign."""
        self.stage.command(
            *(
                "publish",
                "alert",
                self.part("draft") / "alerts" / f"{slug}.json",
                "--now",
                "--site",
                self.part("site"),
                "--channel",
                CHANNEL,
            ),
            *(
                "--author-key",
                self._key("alerts-author"),
                "--approver-key",
                self._key("alerts-approver"),
                "--online-key",
                self._key("online"),
                *self._secret,
            ),
        )

    def cancel_alert(self, slug: str) -> None:
        """End that emergency: the stop key alone is enough."""
        self.stage.command(
            *("publish", "stop", "--site", self.part("site"), "--channel", CHANNEL, "--stop-key", self._key("stop")),
            *("--online-key", self._key("online"), "--cancel", slug, *self._secret),
        )

    def serve(self, *options: str | Path) -> None:
        """Start the registry on a free loopback port, with more *options* of its command."""
        port = self.part("port")
        port.unlink(missing_ok=True)
        self.stage.start(
            *("registry", "registry", "serve", "--site", self.part("site"), "--data", self.part("registry")),
            *("--port", "0", "--port-file", port),
            *options,
        )
        self.wait("the registry answers", port.exists, 30)
        self.url = f"http://127.0.0.1:{port.read_text().strip()}"

    def visitor(self) -> str:
        """The cookie of somebody who watches the commune, and was invited by the registry's own command."""
        return signed_in(self.url, self.invited(WATCHER))

    def invited(self, name: str) -> str:
        """The single-use link by which *name* sets up an account that watches the commune."""
        roles = ("--role", f"watcher={CHANNEL}", "--url", self.url)
        return self.stage.command("registry", "user", "add", name, "--data", self.part("registry"), *roles).split()[0]

    def wire(self, wiring: Wiring) -> None:
        """Write the unit's wiring: a screen without glass, a sound card that is a file, pins that are none."""
        self.paths.unit_toml.parent.mkdir(parents=True, exist_ok=True)
        self.paths.unit_toml.write_text(_unit_toml(wiring, self.tape), encoding="utf-8")

    def enrol(self) -> None:
        """The technician's steps: a grant from the registry, the unit's own key, the checked root, and the confirmed site."""
        printed = self.stage.command(
            *("registry", "grant", "--data", self.part("registry"), "--place", self.stand.place, "--place-name", self.stand.place_name),
            *(
                "--languages",
                self.stand.languages,
                "--channels",
                f"{PROVINCE},{CHANNEL}",
                "--url",
                self.url,
                "--root",
                self.part("site") / "root.json",
            ),
        )
        self.stage.command(
            "provision", "enrol", "--root", self.paths.root, "--unit", self.stand.unit, "--grant", printed.strip().splitlines()[0]
        )
        duties = [word for duty in Duty for word in ("--duty", duty.value)]
        self.stage.command("registry", "holder", self.stand.unit, "--data", self.part("registry"), "--name", HOLDER, *duties)
        self.stage.command("provision", "confirm", "--root", self.paths.root, "--yes")

    def start_unit(self) -> None:
        """Start the unit's four programs, in no needed order."""
        for program in PROGRAMS:
            self.start(program)

    def start(self, program: str) -> None:
        """Start one program of the unit."""
        self.stage.start(program, program, "run", "--root", self.paths.root)

    def journal(self, program: str) -> tuple[Record, ...]:
        """What a program has written so far."""
        folder = self.paths.journal(program)
        return tuple(read(folder)) if folder.exists() else ()

    def lines(self, program: str, wanted: Callable[[Record], bool]) -> Iterator[Record]:
        """The journal lines of *program* that are *wanted*."""
        return (line for line in self.journal(program) if wanted(line))

    def wait(self, what: str, ready: Callable[[], bool], seconds: float) -> None:
        """Until *ready*; ``StepFailed`` names what did not come, or which program died meanwhile, with its last words."""
        end, pause = time.monotonic() + seconds, threading.Event()
        while not ready():
            for name, process in self.stage.running.items():
                if process.poll() is not None:
                    raise StepFailed(f"{name} ended with {process.returncode} while waiting for: {what}\n{self.stage.last_words(name)}")
            if time.monotonic() > end:
                words = "\n".join(f"--- {name}\n{self.stage.last_words(name, 5)}" for name in self.stage.running)
                raise StepFailed(f"{what}: not within {seconds:.0f} s\n{words}")
            pause.wait(0.1)

    def _release(self, draft: Path, author: str, approver: str) -> None:
        site = ("--site", self.part("site"))
        for name in (author, approver):
            self.stage.command("publish", "sign", draft, *site, "--key", self._key(name), "--yes", *self._secret)
        self.stage.command("publish", "release", draft, *site, "--online-key", self._key("online"))

    @property
    def _secret(self) -> tuple[str | Path, ...]:
        return ("--passphrase-file", self.part("keys") / "passphrase")

    def _key(self, name: str) -> Path:
        own = name not in ("root", "targets", "online")
        return self.part("keys") / (f"{CHANNEL}-{name}.json" if own else f"{name}.json")

    def _policy(self) -> Path:
        # A practice village: no quiet hours, so that the demonstration sounds at whatever hour it is shown.
        rules = Policy(format=1, channel=CHANNEL, quiet_hours=(), sessions_per_day=24, weekdays=tuple(Weekday), caption_linger=4.0)
        path = self.part("policy.json")
        path.write_text(rules.model_dump_json(), encoding="utf-8")
        return path


def _unit_toml(wiring: Wiring, tape: Path) -> str:
    """TOML takes JSON's strings, numbers, booleans and arrays as they are."""
    screen: dict[str, object] = {
        "driver": "sdl" if wiring.window else "headless",
        "width": wiring.width,
        "height": wiring.height,
        "fullscreen": False,
        "pace": wiring.pace,
        "unpaced": wiring.unpaced,
        **({"frames_folder": str(wiring.frames)} if wiring.frames else {}),
    }
    tables: dict[str, dict[str, object]] = {
        "[screen]": screen,
        "[sound]": {"driver": "disk", "tape": str(tape)},
        "[pins]": {"factory": "mock"},
        "[[amplifier]]": {"line": "loa-1", "pin": 17, "active_high": False, "warm_up": 1.5},
        "[clock]": {"driver": "shifted"},
        "[agent]": {"poll_seconds": wiring.poll_seconds},
    }
    return "\n".join(
        head + "\n" + "\n".join(f"{key} = {json.dumps(value)}" for key, value in table.items()) + "\n" for head, table in tables.items()
    )
