"""A village head speaks: from the PIN to what is on the tape, its receipt, its recording, and every way in which it ends."""

import hashlib
import io

import av
import numpy as np
import pytest

from audio.driver.ring import RATE
from audio.driver.tape import intervals, read_tape, violations
from audio.mix.signals import signal
from bundle.policy import Policy
from bundle.trust import Target
from device.journal import read
from device.override import read_override
from device.status import read_status
from director.decision import Attention
from evidence.override import Opened
from evidence.records import OpenedOnSite, Outcome, Recording, Rung
from provisioning.holders import add
from provisioning.opening import Wish, check, close, open_on_site, this_unit
from tests.audio.conftest import until
from tests.audio.on_site.on_site import stock
from tests.audio.village import Village, tone
from tests.simulators.content import CHANNEL

HEAD, PIN = "Lò Văn Păn", "480315"
LIVE = Wish(Opened.MICROPHONE)
SPOKEN = 1000.0
"""Hz of what is said into the simulated microphone: no attention signal has that tone."""


@pytest.fixture
def village(bench, tmp_path_factory):
    folder = tmp_path_factory.mktemp("publisher")
    tone(60.0, 0.2, SPOKEN).tofile(folder / "spoken.raw")
    with bench.paths.unit_toml.open("a") as file:
        file.write(f'\n[microphone]\ndriver = "disk"\ntape = "{folder / "spoken.raw"}"\n')
    made = Village(bench, folder)
    stock(made, {"hop-dan": tone(1.5)})
    add(made.paths, HEAD, (), PIN, may_speak=True)
    return made


def allow(village, minutes):
    village.publisher.release_policy(CHANNEL, Policy(format=1, channel=CHANNEL, override_minutes=minutes, quiet_hours=()), at=village.now())
    village.put(Target.POLICY)


def opened(village, wish=LIVE):
    """*wish*, opened as soon as the loudspeaker is ready."""

    def ready():
        status = read_status(village.paths, "audio")
        return status and status.ready

    until(ready, "the loudspeaker to be ready")
    unit = this_unit(village.paths)
    check(unit, wish)
    return open_on_site(unit, wish, HEAD, PIN)


def recording(village):
    return until(
        lambda: next((line for line in read(village.paths.journal("audio")) if isinstance(line, Recording)), None), "the recording"
    )


def level(samples, hertz=SPOKEN):
    """Amplitude of *hertz* in *samples*, against full scale."""
    at = np.arange(len(samples)) / RATE
    return float(abs(np.sum(samples * np.exp(-2j * np.pi * hertz * at))) * 2 / len(samples) / 32767) if len(samples) else 0.0


def loud_seconds(samples, hertz=SPOKEN):
    """Where in *samples* the tone of *hertz* stands: seconds of its first and last tenth."""
    pieces = [level(samples[at : at + RATE // 10], hertz) > 0.1 for at in range(0, len(samples) - RATE // 10, RATE // 10)]
    found = np.flatnonzero(pieces)
    return (found[0] / 10, (found[-1] + 1) / 10) if len(found) else None


def test_what_is_said_sounds_after_the_signal_ends_at_the_signed_maximum_is_recorded_and_names_its_holder(village, bench):
    allow(village, 5 / 60)
    village.start()
    mine = opened(village)
    started = village.outcome("microphone", Outcome.STARTED)
    done = village.outcome("microphone", Outcome.COMPLETE)
    bench.switched_to(False)
    tape = read_tape(bench.tape)
    assert (started.occurrence, started.holder, done.holder) == (mine.name, HEAD, HEAD)
    assert done.rung is Rung.LEFT_DRIVER
    assert mine.at.mono < started.at.mono < done.at.mono < mine.at.mono + 5.0 + 1.5, "the signed maximum, and what was still on its way"

    first, last = loud_seconds(tape.samples)
    (interval,) = intervals(bench.look(), tape)
    # It is due at once, so nothing is in hand: the marks of the disk driver tell when a sample left to some 50 ms.
    assert violations(tape, (interval,), 0.4, 1.0, 1.0) == []
    before = tape.samples[: round(first * RATE)].astype(float)
    chime = signal(Attention.PRIORITY).astype(float)
    match = np.correlate(before, chime[: RATE // 4], "valid")
    assert match.max() > 0.9 * np.dot(chime[: RATE // 4], chime[: RATE // 4]), "the priority signal came first"
    assert 1.0 < last - first <= 5.0

    line = next(each for each in read(village.paths.journal("audio")) if isinstance(each, OpenedOnSite))
    assert (line.occurrence, line.holder, line.seconds, line.urgent) == (mine.name, HEAD, 5.0, False)

    kept = recording(village)
    (file,) = until(lambda: list(village.paths.recordings.glob("*.opus")), "the recording's name")
    data = file.read_bytes()
    assert (kept.occurrence, kept.sha256, kept.size) == (mine.name, hashlib.sha256(data).hexdigest(), len(data))
    assert file.stat().st_mode & 0o077 == 0
    with av.open(io.BytesIO(data)) as container:
        said = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)]) * 32767
    assert kept.seconds == pytest.approx(done.samples / RATE, abs=0.35), "all of it, without the silence that stood for it before"
    assert level(said[RATE // 2 : RATE]) == pytest.approx(0.2, rel=0.2)


def test_its_holder_ends_it_and_that_is_no_loss(village, bench):
    village.start()
    opened(village)
    village.outcome("microphone", Outcome.STARTED)
    until(village.sounding, "it to sound")
    ended = close(this_unit(village.paths))
    done = village.outcome("microphone", Outcome.COMPLETE)
    assert done.at.mono < ended.closed.mono + 2.0
    bench.switched_to(False)


def test_an_emergency_cuts_in_and_the_voice_does_not_come_back(village, bench):
    village.start()
    opened(village)
    village.outcome("microphone", Outcome.STARTED)
    until(village.sounding, "it to sound")
    alert = village.raise_alert(tone(1.0, hertz=700.0)).alerts[0]
    cut = village.outcome("microphone", Outcome.INTERRUPTED)
    assert "emergency" in cut.reason
    village.outcome(str(alert.identity()), Outcome.COMPLETE)
    bench.switched_to(False)
    assert read_override(village.paths).closed is None
    assert [line.outcome for line in village.sounded() if "microphone" in line.occurrence] == [Outcome.STARTED, Outcome.INTERRUPTED]


def test_a_killed_voice_leaves_the_line_inactive_does_not_resume_and_what_was_said_is_kept(village, bench):
    bench.start_amplifier()
    voice = village.start_voice()
    opened(village)
    village.outcome("microphone", Outcome.STARTED)
    until(village.sounding, "it to sound")
    voice.kill()
    voice.wait()
    off = bench.switched_to(False)
    village.start_voice()
    lost = village.outcome("microphone", Outcome.FAILED)
    assert "crash" in lost.reason
    assert recording(village).seconds > 0
    until(lambda: read_status(village.paths, "audio").ready, "the voice to be back")
    assert [s for s in bench.look() if s.active and s.at.mono > off.at.mono] == []
    assert village.outcome("microphone", Outcome.STARTED)
    assert len([s for s in village.sounded() if s.outcome is Outcome.STARTED]) == 1


def test_the_amplifiers_own_maximum_ends_it_when_nothing_else_does(village, bench):
    text = bench.paths.unit_toml.read_text()
    bench.paths.unit_toml.write_text(text.replace("maximum_on = 60.0", "maximum_on = 4.0"))
    village.start()
    opened(village)
    village.outcome("microphone", Outcome.STARTED)
    on, off = bench.switched_to(True), bench.switched_to(False)
    assert off.at.mono - on.at.mono < 4.5
    lost = village.outcome("microphone", Outcome.INTERRUPTED)
    assert "maximum on-time" in lost.reason
    until(lambda: (status := read_status(village.paths, "audio")) and status.ready, "the loudspeaker to be well again")
    assert [line.outcome for line in village.sounded()] == [Outcome.STARTED, Outcome.INTERRUPTED], "it does not come back by itself"


def test_an_approved_phrase_sounds_and_names_who_started_it(village, bench):
    village.start()
    mine = opened(village, Wish(Opened.PHRASE, "hop-dan"))
    done = village.outcome("hop-dan", Outcome.COMPLETE)
    assert (done.occurrence, done.holder, done.samples) == (f"{mine.name}/0:hop-dan", HEAD, round(1.5 * RATE))


def test_a_microphone_that_cannot_be_opened_makes_no_sound(village, bench):
    bench.paths.unit_toml.write_text(bench.paths.unit_toml.read_text().replace("spoken.raw", "gone/spoken.raw"))
    village.start()
    until(lambda: (status := read_status(village.paths, "audio")) and status.ready, "the loudspeaker to be ready")
    open_on_site(this_unit(village.paths), LIVE, HEAD, PIN)
    lost = village.outcome("microphone", Outcome.FAILED)
    assert "cannot be opened" in lost.reason
    assert not np.any(read_tape(bench.tape).samples)
