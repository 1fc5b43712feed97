"""What the agent keeps between two looks: the floor of time, and generations of trust metadata."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from tuf.api.metadata import Root

from agent.pull.floor import Floor, keep_floor, load_floor, reference_time
from agent.pull.generations import STAGED, Generations
from bundle.trust import NewestRoot
from device.clock import BUILT
from director.moment import Moment
from evidence.records import ClockState

TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive bounds


EPOCHS = st.integers(1, 4)


@given(wall=TIMES, floor=TIMES, state=st.sampled_from(ClockState))
def test_time_never_goes_below_the_floor_and_an_unknown_clock_does_not_count(wall: datetime, floor: datetime, state: ClockState) -> None:
    found = reference_time(Moment(wall, state, "boot", 1.0), Floor(floor))
    assert found >= floor
    assert found in (wall, floor)
    assert state is not ClockState.UNKNOWN or found == floor


@given(wall=TIMES, floor=TIMES, issued=TIMES, state=st.sampled_from(ClockState), known=EPOCHS, epoch=EPOCHS)
def test_the_floor_never_falls_and_never_runs_a_day_ahead_of_a_clock_that_counts(
    wall: datetime, floor: datetime, issued: datetime, state: ClockState, known: int, epoch: int
) -> None:
    found = Floor(floor, known).raised(issued, epoch, Moment(wall, state, "boot", 1.0))
    assert found.time >= floor
    assert found.time == floor or found.time <= issued
    assert state is ClockState.UNKNOWN or found.time <= max(floor, wall + timedelta(hours=24))
    assert epoch >= known or found == Floor(floor, known), "a date of revoked keys counts no more"


@given(wall=TIMES, floor=TIMES, state=st.sampled_from(ClockState), known=EPOCHS, epoch=EPOCHS, dated=st.none() | TIMES)
def test_only_the_root_of_a_newer_epoch_lowers_the_floor_and_never_below_its_own_date(
    wall: datetime, floor: datetime, state: ClockState, known: int, epoch: int, dated: datetime | None
) -> None:
    fields = {"x-issued": dated.strftime("%Y-%m-%dT%H:%M:%SZ")} if dated else {}
    root = NewestRoot(Root(unrecognized_fields=fields), epoch)
    found = Floor(floor, known).below(root, Moment(wall, state, "boot", 1.0))
    if epoch <= known:
        assert found == Floor(floor, known)
        return
    assert found.epoch == epoch
    assert found.time >= BUILT
    assert found.time == BUILT or (dated and found.time <= dated)
    assert state is ClockState.UNKNOWN or found.time <= max(BUILT, wall + timedelta(hours=24))


def test_the_floor_survives_and_is_not_written_for_every_minute(tmp_path: Path) -> None:
    assert load_floor(tmp_path) == Floor(BUILT, 1)
    later = Floor(BUILT + timedelta(days=1))
    keep_floor(tmp_path, later)
    assert load_floor(tmp_path) == later
    before = (tmp_path / "floor.json").stat().st_mtime_ns
    keep_floor(tmp_path, Floor(later.time + timedelta(minutes=30)))
    assert (tmp_path / "floor.json").stat().st_mtime_ns == before
    keep_floor(tmp_path, Floor(BUILT, 2))
    assert load_floor(tmp_path) == Floor(BUILT, 2)
    (tmp_path / "floor.json").write_bytes(b"torn")
    assert load_floor(tmp_path) == Floor(BUILT, 1)


def test_a_floor_from_before_there_were_epochs_stands_in_the_first(tmp_path: Path) -> None:
    (tmp_path / "floor.json").write_text('{"format":1,"floor":"2027-01-01T00:00:00Z"}')
    assert load_floor(tmp_path) == Floor(datetime(2027, 1, 1, tzinfo=UTC), 1)


def test_a_generation_is_committed_whole_and_the_last_one_goes(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    for number in (1, 2):
        staged = generations.stage()
        (staged / "timestamp.json").write_text(str(number))
        assert generations.commit(staged).name == f"gen-{number}"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current", "gen-2"]


def test_nothing_changed_is_nothing_written(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    staged = generations.stage()
    (staged / "timestamp.json").write_text("1")
    first = generations.commit(staged)
    assert generations.commit(generations.stage()) == first


def test_a_cut_before_the_pointer_leaves_the_old_generation(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    staged = generations.stage()
    (staged / "timestamp.json").write_text("1")
    first = generations.commit(staged)
    (generations.stage() / "timestamp.json").write_text("2")
    (tmp_path / STAGED).rename(tmp_path / "gen-7")
    assert generations.current() == first
    staged = generations.stage()
    assert (staged / "timestamp.json").read_text() == "1"
    (staged / "timestamp.json").write_text("3")
    assert generations.commit(staged).name == "gen-8"


def test_a_pointer_to_nothing_begins_anew(tmp_path: Path) -> None:
    (tmp_path / "current").write_text("gen-3")
    assert Generations(tmp_path).current() is None
    (tmp_path / "current").write_text("../../etc")
    assert Generations(tmp_path).current() is None
