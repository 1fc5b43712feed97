"""An emergency in the loudspeaker: it cuts in, is cut off by its cancel, and what it interrupted is said afterwards."""

from datetime import timedelta

import numpy as np
import pytest

from audio.driver.ring import RATE
from audio.driver.tape import intervals, read_tape, violations
from bundle.alert import Alert, AlertSet, MessageType, Reference, RiskLevel, Status
from bundle.trust import Target
from evidence.records import AlertSeen, Outcome
from tests.audio.conftest import UNIT, until
from tests.audio.village import Village, tone
from tests.simulators.content import CHANNEL, PROVENANCE

pytestmark = pytest.mark.endtoend


def softened(samples):
    """*samples* that begin and end softly, so that only a cut can click."""
    at = np.arange(len(samples))
    return (samples * np.minimum(1.0, np.minimum(at, at[::-1]) / 500)).astype(np.int16)


def cancel(village, alerts):
    """Sign and shelve the Cancel of *alerts*; returns the moment it lay on the shelf."""
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
    village.put(Target.ALERTS)
    return village.now()


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
    assert violations(tape, intervals(bench.look(), tape), 0.5, 1.0, 1.0) == []
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
