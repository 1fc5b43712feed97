"""History outlives the lines that carried it: deleting what the registry has changes no decision."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bundle.alert import LONGEST_LIFE
from device import journal
from device.acks import read_acks, write_acks
from device.clock import ManualClock
from device.happened import KEEP, essential, load_happened, recent, retire
from device.journal import JournalWriter, read
from device.paths import Paths
from director.happened import Happened, fold
from director.moment import Moment
from evidence.records import AlertSeen, ClockState, JournalLine, Outcome, Shown, Sounded, SourceHeard, SourceState
from tests.director import village as v

CLOCK = ManualClock.at(datetime(2027, 1, 1, 1, 0, tzinfo=UTC))


def sounded(occurrence: str, outcome: Outcome, n: int = 0, moment: Moment = CLOCK.moment) -> Sounded:
    return Sounded(
        n=n, at=moment.stamp(), occurrence=occurrence, item="lũ", channel="vn.20", version=1, outcome=outcome, offset=float(n), reason=""
    )


def seen(identity: str, n: int = 0) -> AlertSeen:
    return AlertSeen(n=n, at=CLOCK.moment.later(n).stamp(), identity=identity, channel="vn.20")


def shown(item: str, n: int = 0) -> Shown:
    at = CLOCK.moment.later(n).stamp()
    return Shown(
        n=n, at=at, began=at, item=item, channel="vn.20", version=1, language="vi", pages=1, of=1, frames=3, outcome=Outcome.COMPLETE
    )


def received(occurrence: str, state: SourceState, n: int = 0) -> SourceHeard:
    return SourceHeard(n=n, at=CLOCK.moment.later(n).stamp(), occurrence=occurrence, state=state)


LINES = st.one_of(
    st.builds(received, st.sampled_from("ab"), st.sampled_from(SourceState)),
    st.builds(sounded, st.sampled_from("abc"), st.sampled_from(Outcome)),
    st.builds(seen, st.sampled_from("xyz")),
    st.builds(shown, st.sampled_from("pq")),
)


@given(st.lists(LINES, max_size=30))
def test_folding_the_essential_lines_gives_the_same_history(lines: list[JournalLine]) -> None:
    numbered = [line.model_copy(update={"n": n}) for n, line in enumerate(lines)]
    kept = essential(numbered)
    assert fold(Happened(), kept) == fold(Happened(), numbered)
    assert [line.n for line in kept] == sorted(line.n for line in kept)


def test_what_was_acknowledged_goes_and_the_count_of_airings_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """obplayer keeps alert state in RAM: after a reboot an alert that was aired sounds again."""
    monkeypatch.setattr(journal, "SEGMENT_BYTES", 900)
    paths = Paths(tmp_path)
    writer = JournalWriter(paths.journal("audio"))
    writer.write(seen("lũ"), sync=True)
    for _ in range(3):
        writer.write(sounded("alert:vn.20:lũ#1", Outcome.STARTED), sync=True)
        writer.write(sounded("alert:vn.20:lũ#1", Outcome.INTERRUPTED), sync=True)
    writer.write(sounded("alert:vn.20:lũ#1", Outcome.COMPLETE), sync=True)
    before = load_happened(paths, "audio", CLOCK)
    assert before.utterances["alert:vn.20:lũ#1"].starts == 3
    retire(paths, "audio", writer, CLOCK)
    assert len(list(read(paths.journal("audio")))) == 8, "nothing goes without an acknowledgement"
    write_acks(paths, {"audio": 6})
    for _ in range(2):
        retire(paths, "audio", writer, CLOCK)
        assert load_happened(paths, "audio", CLOCK) == before
    assert len(list(read(paths.journal("audio")))) < 8


def test_what_there_is_no_room_for_goes_unacknowledged_and_the_count_of_airings_stays(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(journal, "SEGMENT_BYTES", 900)
    paths = Paths(tmp_path)
    writer = JournalWriter(paths.journal("audio"), most_bytes=3000)
    writer.write(seen("lũ"), sync=True)
    for _ in range(12):
        writer.write(sounded("alert:vn.20:lũ#1", Outcome.STARTED), sync=True)
        writer.write(sounded("alert:vn.20:lũ#1", Outcome.INTERRUPTED), sync=True)
    before = load_happened(paths, "audio", CLOCK)
    for _ in range(2):
        retire(paths, "audio", writer, CLOCK)
        assert load_happened(paths, "audio", CLOCK) == before
    assert next(read(paths.journal("audio"))).n > 5
    assert before.utterances["alert:vn.20:lũ#1"].starts == 12


def test_what_has_sounded_is_remembered_for_longer_than_any_alert_may_stand() -> None:
    sent = CLOCK.moment.wall
    assert KEEP - timedelta(days=7) > LONGEST_LIFE, "also of one that comes late"
    assert v.alert("lũ", sent, expires=sent + LONGEST_LIFE)
    with pytest.raises(ValidationError, match="more than 45 days after it was sent: send an update"):
        v.alert("lũ", sent, expires=sent + LONGEST_LIFE + timedelta(seconds=1))


def test_history_older_than_anything_that_matters_is_dropped_by_known_clocks_only() -> None:
    old, unsure = CLOCK.moment, Moment(CLOCK.moment.wall, ClockState.UNKNOWN, "boot-1", 0.0)
    lines = [sounded("a", Outcome.COMPLETE, 0, old), sounded("b", Outcome.COMPLETE, 1, unsure)]
    later = old.later((KEEP + timedelta(days=1)).total_seconds())
    assert [line.n for line in recent(lines, later)] == [1]
    assert [line.n for line in recent(lines, Moment(later.wall, ClockState.UNKNOWN, "boot-2", 0.0))] == [0, 1]
    assert [line.n for line in recent(lines, old)] == [0, 1]


def test_a_line_of_another_release_in_the_history_is_passed_over(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    paths.journal("audio").mkdir(parents=True)
    (paths.journal("audio") / "history.jsonl").write_bytes(b'{"kind":"of-tomorrow"}\n' + journal.encode(seen("lũ")))
    assert set(load_happened(paths, "audio", CLOCK).alerts_seen) == {"lũ"}


def test_unreadable_acknowledgements_acknowledge_nothing(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    assert read_acks(paths) == {}
    write_acks(paths, {"audio": 3})
    assert read_acks(paths) == {"audio": 3}
    paths.acks.write_bytes(b"[]")
    assert read_acks(paths) == {}
