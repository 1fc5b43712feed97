"""From a bare card to a day's programme: enrolled by the QR code on its own board, then board, loudspeaker and lines through a day."""

from datetime import UTC, datetime, timedelta

import pytest

from bundle.items import Announcement, Session, Spoken
from bundle.policy import Policy
from bundle.schedule import Schedule
from device.paths import Paths
from evidence.pairing import code
from evidence.records import Outcome, Rung, Sounded
from evidence.self_test import Mark
from tests.audio.village import clip_of, tone, wav
from tests.display.reader import likeness, machine_reads
from tests.guest import recording
from tests.guest.glass import Glass, empty
from tests.guest.machine import NETWORK, Machine
from tests.guest.speaking import ACTIVE_HIGH, ACTIVE_LOW
from tests.guest.unit import SERVICES, GuestUnit, until_up
from tests.simulators.content import CHANNEL, PROVENANCE, small_bundle

TITLE, READ = "Lịch tiêm chủng", 0.9
HOURS = {"sáng": (440.0, timedelta(hours=1)), "trưa": (550.0, timedelta(hours=6)), "chiều": (660.0, timedelta(hours=11))}
"""The sessions of the day: the tone of each, and when it is due after the unit was switched on."""
LOCAL = timedelta(hours=7)
SECONDS = 2.0
LEAD = timedelta(seconds=14)
"""How long before a session the guest's date is set, so that nobody waits for hours."""


def programme(publisher, first):
    """One notice and a session in the morning, at noon and in the afternoon; its recordings."""
    blobs = {name: wav(tone(SECONDS, hertz=hertz)) for name, (hertz, _) in HOURS.items()}
    items, sessions = [], []
    for number, (name, blob) in enumerate(blobs.items(), 1):
        clip = clip_of(blob, publisher.add_blob(blob), SECONDS)
        spoken = Spoken(language="vi", title=name, body="Kính chào bà con.", clip=clip, voice="may", reviewer="Lò Thị Mây")
        items.append(Announcement(id=f"bai-{number}", provenance=PROVENANCE, versions=(spoken,)))
        start = (first + HOURS[name][1] + LOCAL).replace(tzinfo=None)
        sessions.append(
            Session(
                id=f"buoi-{number}",
                provenance=PROVENANCE,
                title=f"Buổi {name}",
                schedule=Schedule(start=start),
                order=(f"bai-{number}",),
                maximum=600.0,
            )
        )
    content = {"announcements": tuple(items), "sessions": tuple(sessions)}
    return small_bundle(publisher.now, title=TITLE).model_copy(update=content), blobs.values()


@pytest.fixture(scope="module")
def day(commissioned, tmp_path_factory):
    """The unit on the day after it was put up: what its board showed, what its lines did and what was heard, session by session."""
    folder, central = tmp_path_factory.mktemp("d"), commissioned.central
    first = central.publisher.now = datetime.now(UTC).replace(microsecond=0)
    bundle, blobs = programme(central.publisher, first)
    central.publisher.release_bundle(CHANNEL, bundle, blobs)
    central.publisher.release_policy(CHANNEL, Policy(format=1, channel=CHANNEL, quiet_hours=(), sessions_per_day=24))
    machine = Machine(commissioned.image, folder / "m", first, screen=True, more=NETWORK)
    try:
        unit = DayUnit(machine, folder / "u", first)
        until_up(machine, *SERVICES)
        unit.trust_clock()
        machine.commands.run(f"until [ $(ls {Paths().shelf}/blobs/*/* | wc -l) -ge {len(HOURS)} ]; do sleep 0.5; done 2>/dev/null")
        unit.board = unit.glass.until(lambda look: not empty(look) and unit.reads(look) >= READ, "the notice that came by network")
        for name in HOURS:
            unit.live_through(name)
        yield unit
    finally:
        machine.close()


class DayUnit(GuestUnit):
    """Its date is moved on from one session to the next, as if nothing had happened between; *first* is its first moment."""

    def __init__(self, machine, folder, first):
        super().__init__(machine, folder)
        self.glass, self.first = Glass(machine, folder / "glass"), first
        self.board, self.heard, self.lines = None, {}, {}

    def reads(self, picture):
        return likeness(TITLE, machine_reads(self.glass.keep(picture, "read")))

    def live_through(self, name):
        """The session *name*, from some seconds before it to the lines' rest."""
        due = self.first + HOURS[name][1]
        self.machine.commands.run(f"date -u -s '{due - LEAD:%Y-%m-%d %H:%M:%S}' && python3 -S -E /root/in_step.py")
        _, since = self.wall_and_boottime()
        before = recording.length(self.machine.wav)
        on = self.machine.levels.reach(ACTIVE_HIGH, 1, since)
        off = self.machine.levels.reach(ACTIVE_HIGH, 0, on.by)
        low = [self.machine.levels.reach(ACTIVE_LOW, 0, since), self.machine.levels.reach(ACTIVE_LOW, 1, on.by)]
        self.lines[name] = (on, off, *low)
        self.heard[name] = recording.samples(self.machine.wav)[before:]


def test_the_code_on_the_board_pairs_this_very_unit_with_this_very_registry(commissioned):
    _, fingerprint, nonce = commissioned.seen.ref.rsplit(".", 2)
    assert commissioned.seen.link.startswith(f"{commissioned.central.url}/e#{commissioned.told.unit}.")
    assert commissioned.seen.code == code(fingerprint, nonce, commissioned.root_digest)


def test_before_that_it_has_found_its_own_pins_although_only_the_amplifier_program_may_open_them(commissioned):
    (pins,) = [test for test in commissioned.told.tests if test.subject[1] == "amplifier pins"]
    print(f"\n{[(test.mark.value, test.subject[1], test.observed[1]) for test in commissioned.told.tests]}")
    assert (pins.mark, pins.observed[0]) == (Mark.GOOD, f"horn = GPIO{ACTIVE_HIGH}, square = GPIO{ACTIVE_LOW}")


def test_the_notice_that_was_published_is_on_its_board(day):
    print(f"\n{day.glass.keep(day.board, 'notice')}")
    assert day.reads(day.board) >= READ


@pytest.mark.parametrize("name", HOURS)
def test_each_session_of_the_day_is_heard_whole_while_both_lines_are_active(day, name):
    heard, (on, off, *low) = recording.stretches(day.heard[name]), day.lines[name]
    print(f"\n{name}: on {on.by:.2f}, off {off.by:.2f}, {heard}")
    _attention, speech = heard
    assert abs(speech.frames / recording.RATE - SECONDS) < 0.02
    assert round(recording.pitch(day.heard[name][speech.first : speech.last]), -1) == HOURS[name][0]
    assert abs(low[0].by - on.by) < 0.5
    assert abs(low[1].by - off.by) < 0.5


def test_its_receipts_say_the_same_and_call_nothing_simulated(day):
    spoken = [line for line in day.journal("audio") if isinstance(line, Sounded) and line.outcome is Outcome.COMPLETE]
    assert [(line.item, line.rung, line.simulated) for line in spoken] == [(f"bai-{n}", Rung.LEFT_DRIVER, False) for n in (1, 2, 3)]


def test_the_registry_hears_of_it(day, commissioned):
    page = commissioned.central.until_shows(f"<b>bai-{len(HOURS)}</b>", f"/units/{commissioned.told.unit}")
    assert [f"<b>bai-{n}</b>" in page for n in (1, 2, 3)] == [True, True, True]
    assert "mô phỏng" not in page
