"""The ear in the voice: what its process tells becomes the highest rung, a fault after several, or nothing; and when it must not listen."""

from types import SimpleNamespace

import pytest

from audio.heard import listening
from audio.heard.listening import DEAF, MARGIN, Ear
from audio.mix.mixer import Lane
from audio.mix.signals import length
from audio.mix.tone import ToneSource
from audio.playing.airing import Airing
from bundle.errors import Refused
from device.clock import ManualClock
from device.ear import EarLimits, EarReading, read_ear, write_ear
from device.paths import Paths
from device.settings import Microphone
from device.unit import read_unit, write_unit
from director.decision import MICROPHONE, Attention, Live, Tone, Utterance
from evidence.override import Opened, Override
from evidence.records import FaultCode
from provisioning.calibrating import keep_calibration
from tests.audio.enrolment import enrol_with_ear
from tests.audio.heard.test_hearing import AT, calibrated, looks, room
from tests.simulators.publisher import START

SIGNAL = Attention.CHIME
HEARD = looks(room(SIGNAL))
UNHEARD = looks(room(SIGNAL, plays=False, seed=4))
NOISY = looks(room(SIGNAL, plays=False, noise=-8.0))
LATENCY = 1.5
"""Seconds from the driver to the horn, longer than the ear would search by itself."""


class Told:
    """In place of the ear's process: the looks that a real one told of a room."""

    rows = HEARD
    begun = 0

    def __init__(self, settings):
        type(self).begun += 1
        self.looks = self.rows.tolist()

    def hear(self):
        pass

    def close(self):
        pass


class Faults:
    """What the ledger is told."""

    def __init__(self):
        self.said = []

    def fault(self, code, detail):
        self.said.append((code, detail))

    def right(self, code):
        self.said.append((code, ""))


@pytest.fixture
def unit(tmp_path, monkeypatch):
    """A unit with a microphone and a calibrated ear, its clock shortly before the signal."""
    monkeypatch.setattr(listening, "_Child", Told)
    Told.begun, Told.rows = 0, HEARD
    paths = Paths(tmp_path)
    paths.state.mkdir(parents=True)
    enrol_with_ear(paths, calibrated(SIGNAL))
    return paths


def ear(paths, may_listen=True, **settings):
    faults = Faults()
    return Ear(paths, Microphone(**settings), faults, lambda moment: may_listen), faults


def utterance(clock, number=1, source=None, attention=SIGNAL, **fields):
    return Utterance(
        key=f"x@{number}",
        channel="vn.20.06001",
        version=1,
        item="bai",
        bulletin_class="routine",
        language="vi",
        source=source or Tone(5.0),
        text="Lời",
        due=clock.now().wall,
        attention=attention,
        **fields,
    )


def hear(mine, clock, said):
    """*said* through its signal, to the moment at which it is judged; its airing."""
    airing = Airing(said, ToneSource(5.0), Lane(0.0))
    lines = SimpleNamespace(everywhere=lambda said: not said.zones)
    line = SimpleNamespace(moment_of=lambda _: AT - LATENCY)
    stage = SimpleNamespace(target=None, signal_at=None, airing=None, line=line, latency=LATENCY, lines=lines)
    mine.work(clock.now(), stage, (said,))
    stage.target, stage.signal_at, stage.airing = said, 1, airing
    mine.work(clock.now(), stage, (said,))
    clock.advance(length(said.attention) + EarLimits().latest + MARGIN + 1.0)
    mine.work(clock.now(), stage, (said,))
    return airing.heard_by_ear


def clock():
    return ManualClock.at(START, mono=AT - 0.5)


def test_what_is_not_for_all_horns_is_unknown_and_never_a_fault(unit):
    Told.rows = UNHEARD
    mine, faults = ear(unit, unheard_is_fault=1)
    assert hear(mine, clock(), utterance(clock(), zones=("truong",))) is None
    assert Told.begun == 0
    assert faults.said == []


def test_what_was_heard_is_known_and_written_where_the_technician_reads_it(unit):
    mine, _ = ear(unit)
    assert hear(mine, clock(), utterance(clock())) is True
    reading = read_ear(unit)
    assert (reading.occurrence, reading.heard) == ("x@1", True)
    assert reading.tone == pytest.approx(calibrated(SIGNAL), abs=0.1)


@pytest.mark.parametrize(("rows", "known"), [(HEARD, True), (UNHEARD, False), (NOISY, None), (HEARD[:0], None), (HEARD[40:], None)])
def test_it_is_heard_not_heard_or_unknown(unit, rows, known):
    Told.rows = rows
    mine, _ = ear(unit)
    assert hear(mine, clock(), utterance(clock())) is known


def test_without_calibration_nobody_knows(unit):
    write_unit(unit, read_unit(unit).model_copy(update={"ear": None}))
    mine, faults = ear(unit)
    assert hear(mine, clock(), utterance(clock())) is None
    assert faults.said == []


@pytest.mark.parametrize("fields", [{"source": Live(MICROPHONE, START)}, {"attention": Attention.NONE}])
def test_it_listens_neither_to_a_live_voice_nor_without_a_signal(unit, fields):
    mine, _ = ear(unit)
    hear(mine, clock(), utterance(clock(), **fields))
    assert Told.begun == 0


def test_it_never_listens_in_quiet_hours_nor_long_before_anything_is_due(unit):
    mine, _ = ear(unit, may_listen=False)
    hear(mine, clock(), utterance(clock()))
    assert Told.begun == 0
    mine, _ = ear(unit)
    later = clock()
    stage = SimpleNamespace(target=None, signal_at=None, airing=None)
    mine.work(later.now(), stage, (utterance(ManualClock.at(START.replace(hour=3))),))
    assert Told.begun == 0


def test_a_squeezeplay_pr_30_transient_reading_neither_raises_nor_clears_the_fault(unit):
    mine, faults = ear(unit, unheard_is_fault=3, heard_is_right=2)
    history = [False, False, True, False, False, False, True, False, True, True]
    for number, good in enumerate(history):
        Told.rows = HEARD if good else UNHEARD
        hear(mine, clock(), utterance(clock(), number))
    assert list(dict.fromkeys(faults.said)) == [(FaultCode.NOT_HEARD, DEAF), (FaultCode.NOT_HEARD, "")]
    raised = faults.said.index((FaultCode.NOT_HEARD, DEAF))
    assert faults.said[raised:] == [(FaultCode.NOT_HEARD, DEAF), (FaultCode.NOT_HEARD, "")], "after the third, until two were heard again"


def test_what_is_unknown_counts_neither_way(unit):
    mine, faults = ear(unit, unheard_is_fault=2)
    for number, rows in enumerate([UNHEARD, NOISY, UNHEARD]):
        Told.rows = rows
        hear(mine, clock(), utterance(clock(), number))
    assert faults.said == [(FaultCode.NOT_HEARD, DEAF)]


def opening(clock):
    return Override(n=1, holder="Đinh Thị Gió", what=Opened.TONE, at=clock.now().stamp())


def told(paths, mine, clock, **changes):
    fields = {"tone": -40.0, "noise": -80.0, "contrast": 30.0, "gain": -6.0, "whole": True, **changes}
    write_ear(paths, EarReading(occurrence=mine.name, at=clock.now().stamp(), **fields))


def test_a_calibration_is_kept_for_full_volume_with_who_made_it(unit):
    now = clock()
    mine = opening(now)
    told(unit, mine, now)
    kept = keep_calibration(unit, now, mine.name, mine.holder, EarLimits().clear_db)
    assert (kept.tone, kept.noise, kept.person) == (-34.0, -80.0, "Đinh Thị Gió")
    assert read_unit(unit).ear == kept


@pytest.mark.parametrize(("changes", "why"), [({"whole": False}, "whole signal"), ({"contrast": 5.0}, "stands out by 5 dB")])
def test_a_microphone_that_hardly_hears_its_horn_is_not_calibrated(unit, changes, why):
    now, before = clock(), read_unit(unit).ear
    mine = opening(now)
    told(unit, mine, now, **changes)
    with pytest.raises(Refused, match=why):
        keep_calibration(unit, now, mine.name, mine.holder, EarLimits().clear_db)
    told(unit, mine.model_copy(update={"n": 2}), now)
    with pytest.raises(Refused, match="whole signal"):
        keep_calibration(unit, now, mine.name, mine.holder, EarLimits().clear_db)
    assert read_unit(unit).ear == before


def test_a_place_says_by_how_much_a_calibration_must_stand_out(unit):
    now = clock()
    mine = opening(now)
    told(unit, mine, now, contrast=10.0)
    with pytest.raises(Refused, match="it takes 12 dB"):
        keep_calibration(unit, now, mine.name, mine.holder, EarLimits().clear_db)
    assert keep_calibration(unit, now, mine.name, mine.holder, 9.0) == read_unit(unit).ear


def test_the_voice_judges_by_the_limits_of_the_place(unit):
    usual, strict = ear(unit)[0], ear(unit, ear=EarLimits(heard_db=20.0, clear_db=40.0, weaker_db=6.0))[0]
    Told.rows = looks(room(SIGNAL, loss=-28.0))
    assert hear(usual, clock(), utterance(clock())) is True
    assert hear(strict, clock(), utterance(clock(), 2)) is not True
