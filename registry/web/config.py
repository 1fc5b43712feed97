"""What the web application needs to know, and the clock it reads."""

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web

from registry.alerts.raising import Endings
from registry.fleet.alarms import Rules as AlarmRules
from registry.fleet.own_keys import OwnKeys
from registry.making.voice import EspeakVoice, Voice
from registry.people.limits import Limits
from registry.retention.rules import Keep
from registry.storage.storage import Storage
from registry.trust.keys import PersonKey
from registry.web.rules import Rules


def wall_clock() -> datetime:
    """The registry's own time, aware (UTC)."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Config:
    """*data* holds the database, *site* the release tree, *url* is the base that units are told; times are seconds.

    *keep* says for how long what units told is kept.
    Of live voices: *most_listeners* is how many listen at once, *live_patience* how long a listener waits for the speaker, *live_idle*
    how long either side may say or take nothing, *live_bytes_per_second* what speech may need at most. What was said is kept as long as
    what units signed.
    Roll-outs of software are looked at *rollout_every*, and halted when units fall silent as a lot alone makes them with less than
    *rollout_chance*; a permit holds for *permit_life*, so that units out of reach stop by themselves.
    *client_header* is the one in which a proxy in front writes whom it serves; empty: whoever connects is believed to be the client.
    *online* signs snapshots and timestamps, *feed* is by channel the key of its feed: without *online* no alert leaves from here,
    without a channel's *feed* none leaves there but by two persons. Alerts that wait are looked at *gate_every*,
    drills *drills_every*, states of units *standings_every*, in seconds.
    *voice* reads what officers write themselves, *endings* is how long an alert may last that they raise, *painter*
    the command that shows it as a board will; empty: there is none.
    A source sends at most *alert_bytes* at a time, one part of the network knocks at its door *alert_knocks* times a minute.
    *alarms* are the numbers by which alarms open and close.
    *now* and *monotonic* are arguments so that a test can be an hour later without waiting for it.
    """

    data: Path
    site: Path
    url: str
    now: Callable[[], datetime] = wall_clock
    watch_every: float = 0.05
    keep_alive: float = 300.0
    most_streams: int = 2000
    most_listeners: int = 2000
    live_patience: float = 5.0
    live_idle: float = 15.0
    live_bytes_per_second: int = 32_000
    client_header: str = ""
    keep: Keep = field(default_factory=Keep)
    rollout_every: float = 30.0
    rollout_chance: float = 0.001
    permit_life: timedelta = timedelta(days=14)
    technicians: Rules = field(default_factory=Rules)
    people: Limits = field(default_factory=Limits)
    online: PersonKey | None = None
    feed: Mapping[str, PersonKey] = field(default_factory=dict)
    gate_every: float = 1.0
    drills_every: float = 5.0
    standings_every: float = 1.0
    alarms: AlarmRules = field(default_factory=AlarmRules)
    alert_bytes: int = 1024 * 1024
    alert_knocks: int = 120
    monotonic: Callable[[], float] = time.monotonic
    voice: Voice = field(default_factory=EspeakVoice)
    endings: Endings = field(default_factory=Endings)
    painter: tuple[str, ...] = (sys.executable, "-m", "bangtin", "publish", "board")


CONFIG: web.AppKey[Config] = web.AppKey("config", Config)
OWN_KEYS: web.AppKey[OwnKeys] = web.AppKey("own-keys", OwnKeys)
STORAGE: web.AppKey[Storage] = web.AppKey("storage", Storage)
