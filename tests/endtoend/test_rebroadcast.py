"""A higher station that is silenced, stalls, is stopped and returns: what the village heard of it, on the tape."""

from datetime import timedelta

import numpy as np
import pytest

from audio.driver.ring import RATE
from audio.driver.tape import intervals, read_tape, violations
from bundle.items import Announcement, Rebroadcast, Session, Spoken
from bundle.policy import Policy, RebroadcastRules
from bundle.schedule import Schedule
from bundle.trust import Target
from device.status import read_status
from evidence.records import Fault, FaultCode, Outcome, SourceHeard, SourceState
from tests.audio.conftest import until
from tests.audio.village import clip_of, tone, wav
from tests.simulators.content import CHANNEL, PROVENANCE, small_bundle
from tests.simulators.station import HlsStation, IcecastStation

pytestmark = pytest.mark.endtoend
SLOT = 75.0
LIVE, GREETING, FALLBACK, LOCAL, CLOSING, ALERT, LATER = 440.0, 600.0, 800.0, 1100.0, 1500.0, 2000.0, 2700.0
TONES = (LIVE, GREETING, FALLBACK, LOCAL, CLOSING, ALERT, LATER)
RULES = RebroadcastRules(connect_ahead=10.0, buffer=2.5, silent_for=2.0, grace=4.0, return_after=4.0)
PATIENCE = 40.0


@pytest.fixture(params=[IcecastStation, HlsStation], ids=["icecast", "hls"])
def station(request, tmp_path_factory):
    made = request.param(tmp_path_factory.mktemp("station"))
    yield made
    made.close()


def spoken(village, name, hertz, seconds):
    blob = wav(tone(seconds, hertz=hertz))
    clip = clip_of(blob, village.blob(blob), seconds)
    version = Spoken(language="vi", title=name, body="Lời.", clip=clip, voice="may", reviewer="Lò Thị Mây")
    return Announcement(id=name, provenance=PROVENANCE, versions=(version,))


def plan(village, url, after=12.0, slot=SLOT):
    """A greeting, the rebroadcast with its fallback, the local bulletin, a close; by rules with short times."""
    due = village.due = (village.now() + timedelta(seconds=after)).replace(microsecond=0)
    items = (
        spoken(village, "chao", GREETING, 1.0),
        spoken(village, "du-phong", FALLBACK, 2.0),
        spoken(village, "tin-xa", LOCAL, 2.0),
        spoken(village, "ket", CLOSING, 1.0),
    )
    live = Rebroadcast(id="dai-tinh", provenance=PROVENANCE, title="Đài tỉnh", url=url, duration=slot, fallback=("du-phong",))
    session = Session(
        id="buoi-sang",
        provenance=PROVENANCE,
        title="Buổi sáng",
        schedule=Schedule(start=(due + timedelta(hours=7)).replace(tzinfo=None)),
        order=("chao", "dai-tinh", "ket"),
        maximum=600.0,
    )
    changes = {"announcements": items, "rebroadcasts": (live,), "sessions": (session,), "local_bulletin": ("tin-xa",)}
    village.publisher.release_bundle(CHANNEL, small_bundle(village.publisher.now).model_copy(update=changes), at=village.now())
    village.put(Target.BUNDLE)
    policy = Policy(format=1, channel=CHANNEL, quiet_hours=(), rebroadcast=RULES)
    village.publisher.release_policy(CHANNEL, policy, at=village.now())
    village.put(Target.POLICY)


class Story:
    """What the voice wrote, read on as it comes."""

    def __init__(self, village):
        self.village, self.seen = village, 0

    def received(self, *states):
        """Wait until the source is next told to be in one of *states*."""

        def found():
            self.village.sounded()
            told = [line for line in self.village.lines if isinstance(line, SourceHeard)]
            if len(told) > self.seen:
                assert told[self.seen].state in states, told
                return told[self.seen]
            return None

        line = until(found, f"the source to be {states}", PATIENCE)
        self.seen += 1
        return line

    def on_air(self, item, times=1):
        """Wait until *item* has been started that often."""

        def found():
            lines = [line for line in self.village.sounded() if line.item == item and line.outcome is Outcome.STARTED]
            return lines[times - 1] if len(lines) >= times else None

        return until(found, f"{item} to be on air for the {times}. time", PATIENCE)

    def closed(self):
        return [line for line in self.village.sounded() if line.item == "ket" and line.outcome is Outcome.COMPLETE]

    def lacking(self, wanted):
        until(lambda: (s := read_status(self.village.paths, "audio")) and s.unreceived is wanted, f"unreceived={wanted}", PATIENCE)


def heard(tape):
    """The tones of the tape as (hertz, first, last) in seconds, pieces shorter than 50 ms left out."""
    size = RATE // 50
    found = []
    for number in range(len(tape.samples) // size):
        piece = tape.samples[number * size : (number + 1) * size].astype(float)
        hertz = None
        if np.sqrt(np.mean(piece**2)) > 300:
            spectrum = np.abs(np.fft.rfft(piece * np.hanning(size), 4096))
            strongest = np.fft.rfftfreq(4096, 1 / RATE)[int(np.argmax(spectrum))]
            hertz = min(TONES, key=lambda known: abs(known - strongest))
        if found and found[-1][0] == hertz:
            found[-1][2] = (number + 1) * size / RATE
        else:
            found.append([hertz, number * size / RATE, (number + 1) * size / RATE])
    return [tuple(each) for each in found if each[0] and each[2] - each[1] > 0.05]


def test_what_the_village_hears_when_the_station_fails_and_returns(village, station):
    station.on_air()
    plan(village, station.url)
    story = Story(village)
    village.start()
    assert story.received(SourceState.GOOD).at.wall < village.due, "connected and heard ahead of its slot"
    story.on_air("dai-tinh")
    until(lambda: (s := village.sounding()) and s.item == "dai-tinh", "the board to be told what sounds", PATIENCE)

    station.hertz = None  # plays on, without a sound
    assert story.received(SourceState.SILENT)
    story.on_air("tin-xa")
    story.lacking(True)
    station.hertz = LIVE
    assert story.received(SourceState.GOOD)
    story.on_air("dai-tinh", 2)
    story.lacking(False)

    station.hang()
    assert story.received(SourceState.STALLED, SourceState.UNREACHABLE)
    story.lacking(True)
    station.hang(False)
    assert story.received(SourceState.GOOD)
    story.on_air("dai-tinh", 3)

    station.off_air()
    assert story.received(SourceState.UNREACHABLE, SourceState.STALLED)
    station.on_air()
    assert story.received(SourceState.GOOD)
    story.on_air("dai-tinh", 4)

    until(story.closed, "the close", SLOT)
    until(lambda: not village.bench.look()[-1].active, "the lines to rest after the close", PATIENCE)
    lost = [line for line in village.lines if isinstance(line, Fault) and line.code is FaultCode.SOURCE_LOST]
    assert [line.active for line in lost] == [True, False] * 3, [(line.active, line.detail) for line in lost]

    tape = read_tape(village.bench.tape)
    # The chime before the greeting has tones of its own.
    greeted = tape.seconds_at(next(s.at.mono for s in village.sounded() if s.item == "chao" and s.outcome is Outcome.COMPLETE)) - 1.4
    tones = [each for each in heard(tape) if each[1] > greeted]
    print(tones)
    order = [hertz for hertz, _, _ in tones]
    assert order[:2] == [GREETING, LIVE]
    assert [hertz for hertz in order if hertz != LIVE] == [GREETING, FALLBACK, LOCAL, CLOSING], "each stand-in once, and in its order"
    assert order[-1] == CLOSING
    # On a machine so busy that a clip's decoder was given up, the lines fall at once, without their tail.
    hurried = any(isinstance(line, Fault) and line.code is FaultCode.CLIP_UNPLAYABLE for line in village.lines)
    # A station that falls silent on air is borne for so long, with the lines active.
    borne = RULES.silent_for + RULES.grace + RULES.buffer
    assert hurried or violations(tape, intervals(village.bench.look(), tape), 0.5, 1.0 + borne, 1.0) == []


def test_after_an_emergency_the_village_hears_the_station_as_it_is_now(village, tmp_path_factory):
    station = IcecastStation(tmp_path_factory.mktemp("station"))
    try:
        station.on_air()
        plan(village, station.url, slot=40.0)
        story = Story(village)
        village.start()
        story.on_air("dai-tinh")
        until(lambda: (s := village.sounding()) and s.item == "dai-tinh", "the rebroadcast", PATIENCE)
        village.raise_alert(tone(6.0, hertz=ALERT))
        story.on_air("dai-tinh", 1)
        until(lambda: (s := village.sounding()) and s.item != "dai-tinh", "the emergency", PATIENCE)
        station.hertz = LATER
        story.on_air("dai-tinh", 2)
        until(story.closed, "the close", 60.0)
    finally:
        station.close()
    lines = [line for line in village.sounded() if line.item == "dai-tinh"]
    assert [line.outcome for line in lines] == [Outcome.STARTED, Outcome.INTERRUPTED, Outcome.STARTED, Outcome.COMPLETE]
    # A tone of a fifth of full scale; late samples of a busy machine make it less, and the short first part may have none.
    assert -23.0 < lines[3].level < -16.0
    tape = read_tape(village.bench.tape)
    order = [hertz for hertz, first, last in heard(tape) if last - first > 0.5]
    print(order)
    after = order[order.index(ALERT) + 1 :]
    assert after[0] == LATER, "what was missed is not made up for"
    assert LIVE not in after
    assert after[-1] == CLOSING
