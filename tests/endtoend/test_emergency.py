"""An emergency in the loudspeaker: it cuts in, is cut off by its cancel, and what it interrupted is said afterwards."""

import shutil
import uuid
from datetime import timedelta

import numpy as np
import pytest

from audio.driver.ring import RATE
from audio.driver.tape import intervals, read_tape, violations
from bundle.alert import Alert, AlertSet, MessageType, Reference, RiskLevel, Status
from bundle.policy import StopList
from bundle.trust import Target
from device.boottime import boottime
from evidence.records import AlertSeen, Outcome
from tests.audio.conftest import UNIT, until
from tests.audio.test_speaking import find
from tests.audio.village import Village, clip_of, tone, wav
from tests.simulators.content import CHANNEL, PROVENANCE, flood_alert

pytestmark = pytest.mark.endtoend


def softened(samples):
    """*samples* that begin and end softly, so that only a cut can click."""
    at = np.arange(len(samples))
    return (samples * np.minimum(1.0, np.minimum(at, at[::-1]) / 500)).astype(np.int16)


def cancel(village, alerts, fast=False):
    """Sign and shelve the Cancel of *alerts*; returns the moment it lay there."""
    raised = alerts.alerts[0]
    ending = Alert(
        sender=raised.sender,
        identifier="lu-1-het",
        sent=village.now(),
        status=Status.ACTUAL,
        message_type=MessageType.CANCEL,
        references=(Reference(sender=raised.sender, identifier=raised.identifier, sent=raised.sent),),
        event=raised.event,
        level=RiskLevel.ORANGE,
        expires=village.now() + timedelta(hours=1),
        provenance=PROVENANCE,
    )
    village.publisher.release_alerts(CHANNEL, AlertSet(format=1, channel=CHANNEL, alerts=(raised, ending)), at=village.now())
    village.put(Target.ALERTS, fast)
    return village.now()


def spoken(village, **recordings):
    """A flood alert that says these samples (*phrases*, *clip*, *issued*), in the fast folder."""
    clips = {name: clip_of(wav(samples), village.blob(wav(samples)), len(samples) / RATE) for name, samples in recordings.items()}
    alerts = flood_alert(village.now())
    (raised,) = alerts.alerts
    said = {"phrases": (clips.pop("phrases"),), **clips} if "phrases" in clips else clips
    text = raised.versions[0].model_copy(update=said)
    alerts = alerts.model_copy(update={"alerts": (raised.model_copy(update={"versions": (text,)}),)})
    village.publisher.release_alerts(CHANNEL, alerts, at=village.now())
    village.put(Target.ALERTS, fast=True)
    return alerts


def power_cut(village, folder):
    """Every program dies and RAM is empty; what starts from now on is in another boot."""
    # The voice first: it must not live to see the amplifier program die.
    for process in reversed(village.bench.processes):
        process.kill()
    for process in village.bench.processes:
        process.wait()
    for path in (village.paths.root / "run").iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path != village.paths.clock_offset:
            path.unlink()
    shutil.rmtree(village.paths.fast, ignore_errors=True)
    boot = folder / "boot_id"
    boot.write_text(f"{uuid.uuid4()}\n")
    inside = f'mount --bind {boot} /proc/sys/kernel/random/boot_id && exec "$@"'
    village.bench.within = ("unshare", "--mount", "--propagation", "private", "sh", "-c", inside, "sh")


def test_an_emergency_cuts_in_and_the_announcement_is_finished_afterwards(village, bench):
    village.plan_session([softened(tone(8.0))])
    village.start()
    until(village.sounding, "sound")
    raised = village.now()
    village.raise_alert(softened(tone(2.0, hertz=700.0)))
    cut = village.outcome("bai-1", Outcome.INTERRUPTED)
    assert (cut.at.wall - raised).total_seconds() < 1.0
    assert 0 < cut.offset < 8.0
    alert = village.outcome("alert:", Outcome.COMPLETE)
    assert alert.samples == 2 * RATE
    rest = village.outcome("bai-1", Outcome.COMPLETE)
    assert rest.samples == pytest.approx((8.0 - max(0.0, cut.offset - 2.0)) * RATE, abs=RATE // 20), "from about 2 s before the cut"
    bench.switched_to(False)
    tape = read_tape(bench.tape)
    heard = tape.in_real_time()
    assert violations(heard, intervals(bench.look(), heard), 0.5, 1.0, 1.0) == []
    assert np.abs(np.diff(tape.samples.astype(int))).max() < 3000, "a cut without a fade clicks"


def test_an_emergency_is_remembered_before_it_sounds_and_its_cancel_stops_it_within_two_seconds(village, bench):
    village.start()
    alerts = village.raise_alert(tone(20.0))
    until(village.sounding, "the alert")
    kinds = [line for line in village.lines + list(village._reader.new()) if isinstance(line, AlertSeen)]
    assert [seen.identity for seen in kinds] == [str(alerts.alerts[0].identity())]
    cancelled = cancel(village, alerts)
    until(lambda: village.sounding() is None, "silence")
    assert (village.now() - cancelled).total_seconds() < 2.0
    bench.switched_to(False)
    ended = village.outcome("alert:", Outcome.INTERRUPTED)
    assert ended.samples < 10 * RATE


def test_an_emergency_waits_for_no_minimum_off_time(tmp_path_factory, bench):
    bench.wiring["minimum_off"] = 60.0
    bench.paths.unit_toml.write_text(UNIT.format(**bench.wiring))
    village = Village(bench, tmp_path_factory.mktemp("publisher"))
    village.plan_session([tone(0.5)])
    village.start()
    village.outcome("bai-1", Outcome.COMPLETE)
    off = bench.switched_to(False)
    village.raise_alert(tone(1.0))
    village.outcome("alert:", Outcome.COMPLETE)
    on = bench.switched_to(True, after=2)
    assert on.at.mono - off.at.mono < 10.0


def test_a_first_airing_that_a_power_cut_interrupted_is_said_again_whole_with_its_hour_first(village, bench, tmp_path):
    hour, phrases, own = (tone(seconds, hertz=hertz) for seconds, hertz in ((1.2, 330.0), (3.0, 440.0), (2.0, 550.0)))
    village.start()
    spoken(village, phrases=phrases, clip=own, issued=hour)
    until(village.sounding, "the alert")
    power_cut(village, tmp_path)
    village.start()
    village.outcome("alert:", Outcome.COMPLETE)
    lines = village.sounded()
    assert [line.outcome for line in lines] == [Outcome.STARTED, Outcome.INTERRUPTED, Outcome.STARTED, Outcome.COMPLETE]
    assert lines[0].at.boot != lines[1].at.boot, "the second of them was written after the reboot"
    assert lines[-1].samples == len(hour) + len(phrases) + len(own)
    bench.switched_to(False, after=2)
    samples, whole = read_tape(bench.tape).samples, np.concatenate([hour, phrases, own])
    at = find(samples, whole[:2000])
    assert np.array_equal(samples[at : at + len(whole)], whole), "the hour, then all of it, and no sample between"


def test_an_emergency_that_is_cancelled_while_the_amplifier_warms_up_is_not_heard_at_all(tmp_path_factory, bench):
    bench.wiring["warm_up"] = 4.0
    bench.paths.unit_toml.write_text(UNIT.format(**bench.wiring))
    village = Village(bench, tmp_path_factory.mktemp("publisher"))
    village.start()
    alerts = spoken(village, clip=tone(5.0))
    bench.switched_to(True)
    arrived = boottime()
    cancel(village, alerts, fast=True)
    off = bench.switched_to(False)
    assert off.at.mono - arrived < 2.0
    assert village.sounded() == []
    assert not read_tape(bench.tape).samples.any()


def test_one_person_stops_an_emergency_that_sounds_within_two_seconds_of_the_list_in_the_fast_folder(village, bench):
    village.start()
    (raised,) = spoken(village, phrases=tone(20.0)).alerts
    until(village.sounding, "the alert")
    stopped = Reference(sender=raised.sender, identifier=raised.identifier, sent=raised.sent)
    village.publisher.release_stop(CHANNEL, StopList(format=1, channel=CHANNEL, cancelled=(stopped,)), at=village.now())
    arrived = boottime()
    village.put(Target.STOP, fast=True)
    village.outcome("alert:", Outcome.INTERRUPTED)
    bench.switched_to(False)
    tape = read_tape(bench.tape)
    last = tape.loud()[-1][1]
    print(f"silent {1000 * (last - tape.seconds_at(arrived)):.0f} ms after the list")
    assert last - tape.seconds_at(arrived) < 2.0
