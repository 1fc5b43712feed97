"""The wiring of one unit, from ``unit.toml``: every fault is told at once, in Vietnamese and English."""

import ipaddress
import json
import tomllib
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator

from bundle.base import Identifier, Line, Model
from bundle.errors import Refused, refuse
from device.caretaker_settings import CaretakerSettings
from device.complaints import complaint
from device.ear import EarLimits
from device.first_boot_settings import FirstBootSettings
from device.screen import Screen
from device.service import ModemSettings, PageSettings, SupportSettings

BEACON = "beacon"
"""The name of the light's line among the outputs."""


class SoundDriver(StrEnum):
    """A real sound device, or a file of samples."""

    ALSA = "alsa"
    DISK = "disk"


class PinFactory(StrEnum):
    """Real pins, or pins in memory; there is no silent fallback from one to the other."""

    LGPIO = "lgpio"
    MOCK = "mock"


class ClockDriver(StrEnum):
    """The system's clock, or the same shifted by ``clock-offset`` (demo and tests)."""

    SYSTEM = "system"
    SHIFTED = "shifted"


class Duck(Model):
    """How music gives way to speech that begins over it: *depth_db* lower, within *down* seconds, and back within *up* seconds."""

    depth_db: Annotated[float, Field(ge=0, le=60)] = 15.0
    down: Annotated[float, Field(ge=0.02, le=2)] = 0.5
    up: Annotated[float, Field(ge=0.02, le=10)] = 1.5


class Sound(Model):
    """*rate* in Hz; *latency_ms* is calibrated, unset means unknown; *tape* is where the disk driver writes its samples."""

    driver: SoundDriver = SoundDriver.ALSA
    device: Line | None = None
    tape: Path | None = None
    rate: Annotated[int, Field(ge=8000, le=96000)] = 48000
    latency_ms: Annotated[float, Field(ge=0, le=2000)] | None = None
    duck: Duck = Duck()

    @model_validator(mode="after")
    def _disk_has_a_tape(self) -> Self:
        if self.driver is SoundDriver.DISK and self.tape is None:
            raise ValueError("driver 'disk' cần tape, nơi ghi mẫu âm thanh / needs tape, where the samples go")
        return self


class Microphone(Model):
    """The unit's own microphone, for a duty holder who speaks on site and for hearing whether the horns sound.

    *device* as SDL lists it ("card, device"), unset is the default one; *tape* are the raw samples (16 bit, 48 kHz, mono) that
    the disk driver plays to it. *gain_db* lifts a weak one; *limit_dbfs* is the highest peak that a live voice may have, so that
    a horn beside the speaker howls less. *keep_mb* is the room for recordings on the card: the oldest are deleted. After
    *unheard_is_fault* signals in a row that it did not hear from the horn that is a fault, which *heard_is_right* heard ones in a
    row end. *ear* is by what that is judged.
    """

    driver: SoundDriver = SoundDriver.ALSA
    device: Line | None = None
    tape: Path | None = None
    gain_db: Annotated[float, Field(ge=-20, le=40)] = 0.0
    limit_dbfs: Annotated[float, Field(ge=-30, le=-1)] = -6.0
    keep_mb: Annotated[float, Field(ge=1, le=10_000)] = 200.0
    unheard_is_fault: Annotated[int, Field(ge=1, le=20)] = 3
    heard_is_right: Annotated[int, Field(ge=1, le=20)] = 2
    ear: EarLimits = EarLimits()

    @model_validator(mode="after")
    def _disk_has_a_tape(self) -> Self:
        if self.driver is SoundDriver.DISK and self.tape is None:
            raise ValueError("driver 'disk' cần tape, tệp mẫu âm thanh / needs tape, the file of samples")
        return self


class Pins(Model):
    """Which gpiozero pin factory drives the lines; *stagger* seconds lie between the starts of two amplifiers on one supply."""

    factory: PinFactory = PinFactory.LGPIO
    stagger: Annotated[float, Field(ge=0, le=5)] = 0.1


Pin = Annotated[int, Field(ge=0, le=27)]
"""A pin of the header by its BCM number."""


class Pull(StrEnum):
    """The resistor inside the Pi that holds an input where nothing drives it."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


class Sense(Model):
    """An input that tells what an amplifier really does: *active_high* is its level while it says yes.

    It follows a command within *settle* seconds, and a shorter disagreement is none; a fault is over after *steady* seconds without one.
    """

    pin: Pin
    active_high: bool
    pull: Pull
    settle: Annotated[float, Field(ge=0.02, le=30)] = 0.5
    steady: Annotated[float, Field(ge=0, le=600)] = 10.0


class Amplifier(Model):
    """One amplifier line; times in seconds. Safe means inactive, which *active_high* turns into a level.

    *zone* is the part of the village that its horns reach; those of one *supply* start one after the other. *held_inactive*: a resistor
    on the board holds the line inactive while nobody drives it, which the Pi's own pull at power-on would not. *read_back* senses that
    the amplifier has power (an auxiliary contact of its relay, or the line's load side), *current* that current flows through it; one
    that is not wired is unknown, never OK. *maximum_on* is there for what goes wrong: longer than the longest usual session, 45 minutes.
    """

    line: Identifier
    zone: Identifier = "village"
    supply: Identifier = "main"
    pin: Pin
    active_high: bool
    held_inactive: bool = False
    read_back: Sense | None = None
    current: Sense | None = None
    warm_up: Annotated[float, Field(ge=0, le=30)] = 2.0
    tail: Annotated[float, Field(ge=0, le=100)] = 1.0
    hold: Annotated[float, Field(ge=0, le=60)] = 5.0
    minimum_off: Annotated[float, Field(ge=0, le=120)] = 10.0
    maximum_on: Annotated[float, Field(gt=0, le=6 * 3600)] = 3600.0
    emergency_skips_minimum_off: bool = True


class Light(StrEnum):
    """How a beacon shines."""

    STEADY = "steady"
    BLINKING = "blinking"


class Beacon(Model):
    """The light of an emergency: lit while one sounds and *afterwards* seconds more, at most *maximum_on* for one use of the lines.

    When *blinking* it is lit for *blink* seconds and dark for as long. *held_inactive* as for an amplifier.
    """

    pin: Pin
    active_high: bool
    held_inactive: bool = False
    light: Light = Light.BLINKING
    blink: Annotated[float, Field(ge=0.1, le=10)] = 0.5
    afterwards: Annotated[float, Field(ge=0, le=3600)] = 60.0
    maximum_on: Annotated[float, Field(gt=0, le=6 * 3600)] = 1800.0


@dataclass(frozen=True)
class Wire:
    """One use of a pin. *pull* is that of an input, None for an output; *active_high* is its level while it is active or says yes."""

    name: str
    pin: int
    active_high: bool
    pull: Pull | None = None


class RtcProof(StrEnum):
    """How the RTC shows that it stopped: its driver tells, or it begins again at its first day (Pi 5, DS3231)."""

    FLAG = "flag"
    RESTART = "restart"


class StopSwitch(Model):
    """The stop switch on the unit: its sensing contact joins *pin* (BCM) and ground, and *active_high* is the level while pressed.

    *breaks_supply*: its other contact really breaks the supply of relay coil or amplifier, so that it works without any program.
    """

    pin: Pin
    active_high: bool
    breaks_supply: bool


class ServiceButton(Model):
    """The button that opens the unit's own page when it is held for *hold_seconds*: it joins *pin* (BCM) and ground."""

    pin: Pin
    active_high: bool = False
    hold_seconds: Annotated[float, Field(ge=1, le=30)] = 3.0


class InputSettings(Model):
    """What the unit senses; each input is missing unless it is wired."""

    kill: StopSwitch | None = None
    service: ServiceButton | None = None


class ClockSettings(Model):
    """Where the time comes from. An RTC is believed while *rtc_drift_ppm* since its last check makes at most *rtc_error_seconds*."""

    driver: ClockDriver = ClockDriver.SYSTEM
    rtc_proof: RtcProof = RtcProof.FLAG
    rtc_drift_ppm: Annotated[float, Field(gt=0, le=500)] = 50.0
    rtc_error_seconds: Annotated[float, Field(gt=0, le=3600)] = 600.0


class DataBudget(Model):
    """MB of content per local day from the network, by class; unset is unlimited. Stops, alerts and rules are never held back."""

    routine_mb: Annotated[float, Field(ge=1, le=1_000_000)] | None = None
    priority_mb: Annotated[float, Field(ge=1, le=1_000_000)] | None = None


class MirrorSettings(Model):
    """*listen* is the address and port of this unit on the village's own network, at which neighbours may read its verified shelf."""

    listen: Line

    @model_validator(mode="after")
    def _inside(self) -> Self:
        host, _, port = self.listen.rpartition(":")
        try:
            address = ipaddress.ip_address(host.strip("[]"))
        except ValueError:
            raise ValueError("cần địa chỉ:cổng / expected address:port, e.g. 192.168.7.2:8480") from None
        if not address.is_private or address.is_unspecified or not (port.isdigit() and 0 < int(port) < 65536):
            raise ValueError("chỉ địa chỉ trong mạng riêng, và một cổng / only one address of a closed network, and a port")
        return self

    @property
    def host(self) -> str:
        """The address."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The port."""
        return int(self.listen.rpartition(":")[2])


class AgentSettings(Model):
    """*poll_seconds* between looks when no hint came; *mirrors* are neighbours on the village's own network, asked after the registry.

    *sticks* are the folders below which a courier's stick is mounted; an empty list looks for none.
    *mirror* opens a port to neighbours; without it there is none.
    """

    poll_seconds: Annotated[float, Field(ge=1, le=6 * 3600)] = 900.0
    mirrors: Annotated[tuple[Annotated[str, Field(pattern=r"^https?://[^\s#?]+$", max_length=200)], ...], Field(max_length=8)] = ()
    sticks: Annotated[tuple[Annotated[str, Field(pattern=r"^/[^\x00]+$", max_length=200)], ...], Field(max_length=8)] = ("/media",)
    budget: DataBudget = DataBudget()
    mirror: MirrorSettings | None = None


class Limits(Model):
    """What a unit must measure to be handed over: *legible_m* metres from which its board is read, *loudest_dba* at the meter's place.

    The card must write *write_mb_s* MB/s and put a small write on itself within *sync_ms* (nine of ten); *warmest_c* is of the
    processor under load; *weakest_signal* is a percentage, as the modem or Wi-Fi tells it.
    """

    legible_m: Annotated[float, Field(ge=1, le=200)] = 10.0
    loudest_dba: Annotated[float, Field(ge=40, le=130)] | None = None
    write_mb_s: Annotated[float, Field(ge=0, le=1000)] = 4.0
    sync_ms: Annotated[float, Field(ge=1, le=10_000)] = 250.0
    warmest_c: Annotated[float, Field(ge=30, le=110)] = 75.0
    weakest_signal: Annotated[float, Field(ge=0, le=100)] = 30.0


class Settings(Model):
    """All of ``unit.toml``; an empty file is a board without loudspeaker."""

    screen: Screen = Screen()
    sound: Sound = Sound()
    microphone: Microphone | None = None
    pins: Pins = Pins()
    amplifier: Annotated[tuple[Amplifier, ...], Field(max_length=8)] = ()
    beacon: Beacon | None = None
    inputs: InputSettings = InputSettings()
    clock: ClockSettings = ClockSettings()
    agent: AgentSettings = AgentSettings()
    page: PageSettings = PageSettings()
    modem: ModemSettings | None = None
    support: SupportSettings | None = None
    limits: Limits = Limits()
    first_boot: FirstBootSettings = FirstBootSettings()
    caretaker: CaretakerSettings = CaretakerSettings()

    @property
    def outputs(self) -> tuple[Wire, ...]:
        """The lines that this unit drives, by name."""
        lines = [Wire(amplifier.line, amplifier.pin, amplifier.active_high) for amplifier in self.amplifier]
        return (*lines, *([Wire(BEACON, self.beacon.pin, self.beacon.active_high)] if self.beacon else []))

    @property
    def held_inactive(self) -> frozenset[str]:
        """The outputs that a resistor on the board holds inactive while nobody drives them."""
        held = [amplifier.line for amplifier in self.amplifier if amplifier.held_inactive]
        return frozenset([*held, *([BEACON] if self.beacon and self.beacon.held_inactive else [])])

    @property
    def wires(self) -> tuple[Wire, ...]:
        """Every use of a pin."""
        senses = [
            Wire(f"{amplifier.line}: {name}", sense.pin, sense.active_high, sense.pull)
            for amplifier in self.amplifier
            for name, sense in (("read-back", amplifier.read_back), ("current", amplifier.current))
            if sense is not None
        ]
        buttons = [
            Wire(name, wired.pin, wired.active_high, Pull.UP)
            for name, wired in (("stop switch", self.inputs.kill), ("service button", self.inputs.service))
            if wired is not None
        ]
        return (*self.outputs, *senses, *buttons)

    @model_validator(mode="after")
    def _nothing_twice(self) -> Self:
        pins = Counter(wire.pin for wire in self.wires)
        names = {pin: ", ".join(wire.name for wire in self.wires if wire.pin == pin) for pin in pins}
        lines = Counter(wire.name for wire in self.outputs)
        twice = [f"pin {pin} ({names[pin]})" for pin, count in pins.items() if count > 1] + [
            f"line {name!r}" for name, count in lines.items() if count > 1
        ]
        if twice:
            raise ValueError(f"dùng hai lần / used twice: {'; '.join(twice)}")
        return self


def load_settings(path: Path) -> Settings:
    """Read *path*; ``Refused`` names every fault with its place, what is expected, and what was probably meant."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise refuse(
            str(path), "không có tệp này / the file is not there", "tạo tệp, có thể để trống / create it, it may be empty"
        ) from None
    except OSError as problem:
        what = f"không đọc được / cannot be read: {problem.strerror}"
        raise refuse(str(path), what, "kiểm tra quyền và thẻ nhớ / check its permissions and the card") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise refuse(str(path), f"không đọc được TOML / not readable as TOML: {problem}", "sửa dòng đó / correct that line") from None
    try:
        # Through JSON, because strict models take names for enums and paths only from there.
        return Settings.model_validate_json(json.dumps(data, default=str))
    except ValidationError as problem:
        raise Refused(*(complaint(path, error, Settings) for error in problem.errors(include_url=False))) from None
