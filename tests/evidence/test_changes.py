"""Short reports: whatever gets lost or comes late, the registry holds exactly what the unit last told, or knows that it does not."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from device.journal import record_json
from evidence.changes import ALIVE, alive, merged, shortened
from evidence.health import Health, LinkKind, ScreenState
from evidence.records import ClockState, Stamp
from evidence.report import ProgramStatus, Report
from evidence.travelling import document

START = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
HOUR = 3600.0


def stamp(mono: float, boot: str = "boot-1") -> Stamp:
    return Stamp(wall=START + timedelta(seconds=mono), state=ClockState.TRUSTED, boot=boot, mono=mono)


def status(program: str, at: Stamp, **rest: object) -> ProgramStatus:
    return ProgramStatus.model_validate({"program": program, "at": at, "ready": True} | rest)


def whole(mono: float, n: int | None = None, boot: str = "boot-1", **rest: object) -> Report:
    at = stamp(mono, boot)
    said = {
        "unit": "bt-mau-01",
        "boot": boot,
        "n": int(mono) if n is None else n,
        "at": at,
        "versions": {"vn.20/bundle.json": 41},
        "programs": (status("display", stamp(mono - 3, boot), showing="cap-nuoc"), status("audio", stamp(mono - 1, boot))),
        "software": "0.1.0",
        "permit": 7,
        "health": Health(celsius=48, link=LinkKind.MOBILE, screen=ScreenState.PRESENT),
    }
    return Report.model_validate(said | rest)


def test_the_first_report_is_full_and_a_quiet_one_says_nothing_again():
    first, told = shortened(None, whole(100), HOUR)
    assert first == whole(100)
    short, _ = shortened(told, whole(1000), HOUR)
    assert (short.since, short.programs, short.software, short.health) == (100, (), None, None)
    assert (short.versions, short.permit) == (whole(100).versions, 7), "an archive and an answer need them without any other report"
    assert set(document(short)) == {"format", "unit", "boot", "n", "at", "versions", "permit", "since"}


def test_what_is_laid_over_the_full_one_is_as_if_it_had_come_whole():
    first, told = shortened(None, whole(100), HOUR)
    changed = whole(1000, health=Health(celsius=61, link=LinkKind.MOBILE, screen=ScreenState.LOST))
    short, _ = shortened(told, changed, HOUR)
    assert short.health == Health(celsius=61, screen=ScreenState.LOST)
    assert merged(first, short) == changed


def test_a_full_one_comes_each_hour_and_in_each_boot():
    _, told = shortened(None, whole(100), HOUR)
    assert shortened(told, whole(100 + HOUR), HOUR)[0].since == 100
    assert shortened(told, whole(101 + HOUR), HOUR)[0].since is None
    assert shortened(told, whole(50, boot="boot-2"), HOUR)[0].since is None


def test_what_is_no_longer_known_is_told_by_a_full_report():
    """Left out it would stand for what it was: a sensor that broke would look fine for ever."""
    _, told = shortened(None, whole(100), HOUR)
    blind = whole(1000, health=Health(link=LinkKind.MOBILE, screen=ScreenState.PRESENT))
    assert shortened(told, blind, HOUR)[0] == blind
    one_program = whole(1000, programs=whole(1000).programs[:1])
    assert shortened(told, one_program, HOUR)[0] == one_program


def test_a_program_that_died_is_news_and_stays_dead():
    first, told = shortened(None, whole(100), HOUR)
    dead = (status("display", stamp(97), showing="cap-nuoc"), status("audio", stamp(999)))
    short, told = shortened(told, whole(1000, programs=dead), HOUR)
    assert [each.program for each in short.programs] == ["display"]
    held = merged(first, short)
    later, _ = shortened(told, whole(1900, programs=(dead[0], status("audio", stamp(1899)))), HOUR)
    held = merged(held, later)
    assert [alive(each, held.at) for each in held.programs] == [False, True]


def test_a_program_that_was_left_out_does_not_look_dead():
    first, told = shortened(None, whole(100), HOUR)
    short, _ = shortened(told, whole(100 + 20 * ALIVE), HOUR)
    held = merged(first, short)
    assert all(alive(each, held.at) for each in held.programs)


def test_a_short_report_whose_full_one_is_not_here_owns_up_to_it():
    """A restored database: what it does not tell is not known, whatever was held before."""
    _, told = shortened(None, whole(5000), HOUR)
    short, told = shortened(told, whole(5900, health=Health(celsius=61, link=LinkKind.MOBILE, screen=ScreenState.PRESENT)), HOUR)
    for held in (None, whole(100), whole(4999, boot="boot-0")):
        lost = merged(held, short)
        assert (lost.since, lost.programs, lost.health) == (5000, (), Health(celsius=61))
        again = merged(lost, shortened(told, whole(6800), HOUR)[0])
        assert (again.since, again.health) == (5000, Health(celsius=48)), "it does not count as whole by and by"
        assert merged(lost, whole(9000)) == whole(9000)


def test_a_short_report_that_was_lost_takes_nothing_with_it():
    """Each carries all that changed since the full one, so none between is missed; also what has changed back again."""
    first, told = shortened(None, whole(100), HOUR)
    hot = Health(celsius=61, link=LinkKind.MOBILE, screen=ScreenState.PRESENT)
    lost, told = shortened(told, whole(1000, health=hot), HOUR)
    dark, told = shortened(told, whole(1900, health=hot.model_copy(update={"screen": ScreenState.LOST})), HOUR)
    assert merged(first, dark).health == hot.model_copy(update={"screen": ScreenState.LOST})
    back, _ = shortened(told, whole(2800), HOUR)
    assert merged(merged(merged(first, lost), dark), back) == merged(first, back) == whole(2800)


def test_a_full_report_between_by_stick_disturbs_nothing():
    """Letters are full and take numbers of their own; what is short may stand on one that is older."""
    first, told = shortened(None, whole(100), HOUR)
    letter = whole(500, health=Health(celsius=61, link=LinkKind.MOBILE, screen=ScreenState.PRESENT))
    now = whole(1000, health=Health(celsius=61, link=LinkKind.WIFI, screen=ScreenState.PRESENT))
    short, _ = shortened(told, now, HOUR)
    assert merged(merged(first, letter), short) == now


def test_a_unit_of_an_older_release_replaces_all_that_is_held():
    """It sends everything and knows no health: that of the newer release before is no word of now."""
    old = whole(2000, health=None)
    assert merged(whole(100), old) == old
    assert merged(whole(100), old).health is None


def test_a_full_report_has_no_field_that_an_older_registry_does_not_know():
    """The agent sends no health before the registry said that it knows it; then there is nothing new in the document."""
    assert {"since", "health"}.isdisjoint(document(whole(100, health=None)))
    assert b"since" not in record_json(document(whole(100, health=None)))


moments = st.integers(1, 400)
healths = st.builds(Health, celsius=st.integers(30, 80), sags=st.booleans(), link=st.sampled_from(LinkKind), free=st.integers(0, 10**9))
lags = st.sampled_from([0.5, 5.0, ALIVE, ALIVE + 1, 900.0])


@st.composite
def lives(draw):
    """Whole reports of one unit, in order, each with whether it arrives at all."""
    mono, boot, found = 1000.0, 1, []
    for _ in range(draw(st.integers(1, 12))):
        mono += draw(moments)
        seldom = draw(st.integers(0, 15))
        if seldom == 0:
            boot += 1
        at = stamp(mono, f"boot-{boot}")
        shows = draw(st.sampled_from(["a", "b"]))
        programs = [status("display", stamp(mono - draw(lags), at.boot), showing=shows)]
        if seldom != 1:
            programs.append(status("audio", stamp(mono - draw(lags), at.boot), ready=draw(st.booleans())))
        said = whole(
            mono,
            boot=at.boot,
            programs=tuple(programs),
            health=None if seldom == 2 else Health(celsius=50) if seldom == 3 else draw(healths),
        )
        found.append((said, draw(st.booleans())))
    return found


@given(lives())
@settings(max_examples=200)
def test_whatever_is_lost_the_registry_holds_what_was_told_last_or_says_that_it_does_not(life):
    held = told = None
    for said, arrives in life:
        sent, told = shortened(told, said, 600.0)
        if not arrives:
            continue
        held = merged(held, sent)
        assert (held.unit, held.boot, held.n, held.at) == (said.unit, said.boot, said.n, said.at)
        if held.since is not None:
            continue
        assert (held.health or Health()) == (told.standing.health or Health())
        assert [each.model_dump(exclude={"at"}) for each in held.programs] == [each.model_dump(exclude={"at"}) for each in said.programs]
        assert [alive(each, held.at) for each in held.programs] == [alive(each, said.at) for each in said.programs]


@given(lives())
@settings(max_examples=100)
def test_where_everything_arrives_nothing_is_ever_unknown(life):
    held = told = None
    for said, _ in life:
        sent, told = shortened(told, said, 600.0)
        held = merged(held, sent)
        assert held.since is None
        assert (held.health or Health()).known().keys() == (said.health or Health()).known().keys()
