"""What sponsors had of a board adds up: never more time than the board showed anything, and only what was really presented."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from evidence.records import ClockState, Outcome, Shown, Stamp
from evidence.sponsored import sponsored

START = datetime(2026, 11, 21, tzinfo=UTC)


def receipt(began: float, seconds: float, sponsor: str | None, frames: int = 5, outcome: Outcome = Outcome.COMPLETE) -> Shown:
    def stamp(mono: float) -> Stamp:
        return Stamp(wall=START + timedelta(seconds=mono), state=ClockState.TRUSTED, boot="b", mono=mono)

    return Shown(
        n=0,
        at=stamp(began + seconds),
        item="tin-1",
        channel="vn.20",
        version=1,
        language="vi",
        began=stamp(began),
        pages=1,
        of=1,
        frames=frames,
        outcome=outcome,
        sponsor=sponsor,
        sponsor_area=0.14 if sponsor else 0.0,
    )


receipts = st.builds(
    receipt,
    st.floats(0, 1e6),
    st.floats(0, 600),
    st.sampled_from([None, "lua-xanh", "ca-phe"]),
    st.integers(0, 9),
    st.sampled_from([Outcome.STARTED, Outcome.COMPLETE, Outcome.INTERRUPTED]),
)


@given(st.lists(receipts, max_size=30))
def test_shares_of_time_add_up_to_no_more_than_the_whole(lines: list[Shown]) -> None:
    found = sponsored(lines)
    assert sum(found.share(mark) for mark in found.marks) <= 1.0 + 1e-9
    free = sponsored([line for line in lines if line.sponsor is None])
    assert abs(sum(mark.seconds for mark in found.marks.values()) + free.seconds - found.seconds) < 1e-3


def test_a_mark_is_paid_for_what_was_presented() -> None:
    lines = [
        receipt(0, 30, None),
        receipt(30, 10, "lua-xanh"),
        receipt(40, 20, "lua-xanh", outcome=Outcome.INTERRUPTED),
        receipt(60, 20, "lua-xanh", frames=0),
        receipt(80, 40, "ca-phe", outcome=Outcome.STARTED),
    ]
    found = sponsored(lines)
    assert found.seconds == 60
    assert (found.share("lua-xanh"), found.marks["lua-xanh"].times, found.marks["lua-xanh"].area) == (0.5, 2, 0.14)
    assert "ca-phe" not in found.marks
