"""What the agent keeps between two looks: the floor of time, and generations of trust metadata."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from agent.pull.floor import keep_floor, load_floor, raised, reference_time
from agent.pull.generations import STAGED, Generations
from device.clock import BUILT
from director.moment import Moment
from evidence.records import ClockState

TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive bounds


@given(wall=TIMES, floor=TIMES, state=st.sampled_from(ClockState))
def test_time_never_goes_below_the_floor_and_an_unknown_clock_does_not_count(wall: datetime, floor: datetime, state: ClockState) -> None:
    found = reference_time(Moment(wall, state, "boot", 1.0), floor)
    assert found >= floor
    assert found in (wall, floor)
    assert state is not ClockState.UNKNOWN or found == floor


@given(wall=TIMES, floor=TIMES, issued=TIMES, state=st.sampled_from(ClockState))
def test_the_floor_never_falls_and_never_runs_a_day_ahead_of_a_trusted_clock(
    wall: datetime, floor: datetime, issued: datetime, state: ClockState
) -> None:
    found = raised(floor, issued, Moment(wall, state, "boot", 1.0))
    assert found >= floor
    assert found == floor or found <= issued
    assert state is not ClockState.TRUSTED or found <= max(floor, wall + timedelta(hours=24))


def test_the_floor_survives_and_is_not_written_for_every_minute(tmp_path: Path) -> None:
    assert load_floor(tmp_path) == BUILT
    later = BUILT + timedelta(days=1)
    keep_floor(tmp_path, later)
    assert load_floor(tmp_path) == later
    before = (tmp_path / "floor.json").stat().st_mtime_ns
    keep_floor(tmp_path, later + timedelta(minutes=30))
    assert (tmp_path / "floor.json").stat().st_mtime_ns == before
    (tmp_path / "floor.json").write_bytes(b"torn")
    assert load_floor(tmp_path) == BUILT


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
