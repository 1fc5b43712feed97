"""Which release is taken, and which packages go: whatever is offered, never backwards, never twice, never what is still needed."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bundle.software import Build, cohort, rank
from caretaker.software.choosing import Take, choose, obeyed
from caretaker.software.leftovers import leftovers
from device.packages import Debian
from device.upgrades import Good, History
from evidence.permit import Permit, sealed_permit
from evidence.signing import new_key, public_jwk
from tests.examples import share
from tests.simulators.content import CHANNEL, package_of, release_of

NOW = datetime(2027, 5, 3, 1, 0, tzinfo=UTC)
NUMBERS = st.sampled_from(["1.2.9", "1.3.0", "1.3.1", "1.4.0", "1.10.0"])
MACHINES = st.sampled_from([("amd64", "bookworm"), ("arm64", "bookworm"), ("amd64", "trixie")])
REGISTRY, STRANGER = new_key(), new_key()


@st.composite
def releases(draw):
    number, machines = draw(NUMBERS), draw(st.sets(MACHINES, min_size=1))
    package = package_of(number.encode(), f"bangtin-{number}", number)
    builds = tuple(Build(architecture=architecture, suite=suite, packages=(package,)) for architecture, suite in sorted(machines))
    return release_of(NOW, channel=draw(st.sampled_from(["vn", CHANNEL])), number=number, builds=builds)


@st.composite
def permits(draw):
    until = NOW + timedelta(days=draw(st.integers(0, 9)))
    return Permit(channel=CHANNEL, release=draw(NUMBERS), percent=draw(st.integers(0, 100)), n=draw(st.integers(0, 9)), until=until)


@st.composite
def histories(draw):
    good = draw(st.none() | NUMBERS.map(lambda number: Good(channel=CHANNEL, release=number, software=number)))
    history = History(good=good, permits={CHANNEL: draw(st.integers(0, 9))})
    for number in draw(st.sets(NUMBERS, max_size=2)):
        history = history.with_failed(number, "lỗi / bad")
    return history


@given(
    st.lists(releases(), max_size=4), st.lists(permits(), max_size=3), histories(), MACHINES, NUMBERS, st.integers(0, 60), st.integers(0, 9)
)
def test_what_is_taken_is_meant_for_this_machine_new_permitted_and_due(offered, given_, history, machine, running, unit, days):
    debian, at, name = Debian(*machine, {}, {}), NOW + timedelta(days=days), f"loa-{unit}"
    held = {permit.channel: permit for permit in given_}
    choice = choose(offered, held, history, debian, running, name, at)
    if isinstance(choice, Take):
        release = choice.release
        assert (choice.build.architecture, choice.build.suite) == machine
        assert not history.settled(release.number)
        assert rank(release.software) >= rank(running)
        assert all(rank(other.number) <= rank(release.number) for other in offered if debian.build(other))
        permit = held[release.channel]
        assert permit.release == release.number
        assert cohort(name, release.number) < permit.percent
        assert at < permit.until
        assert at >= release.opens(release.stage_of(name))
    else:
        assert " / " in choice.why, "in both languages"


@share(0.5)
@given(st.lists(st.tuples(permits(), st.booleans()), max_size=4), st.integers(0, 9))
def test_of_all_tokens_the_newest_of_the_registry_counts_and_none_older_than_was_seen(signed, seen):
    tokens = [sealed_permit(permit, REGISTRY if honest else STRANGER) for permit, honest in signed]
    found = obeyed(tokens, public_jwk(REGISTRY), History(permits={CHANNEL: seen}))
    honest = [permit.n for permit, ours in signed if ours and permit.n >= seen]
    assert found.get(CHANNEL, None) is None if not honest else found[CHANNEL].n == max(honest)


def test_of_two_permits_with_one_number_the_first_counts():
    first, second = (Permit(channel=CHANNEL, release="1.4.0", percent=percent, n=5, until=NOW + timedelta(days=1)) for percent in (0, 100))
    tokens = [sealed_permit(permit, REGISTRY) for permit in (first, second)]
    assert obeyed(tokens, public_jwk(REGISTRY), History(permits={}))[CHANNEL].percent == 0


NAMES = st.sampled_from(["1.2.9", "1.3.0", "1.4.0", "1.10.0"])
WHEELS = st.sampled_from(["bangtin-wheels-a", "bangtin-wheels-b", "bangtin-wheels-c"])


@given(st.dictionaries(NAMES, WHEELS), st.sets(WHEELS), st.sets(NAMES))
def test_no_version_that_is_kept_and_no_library_that_it_needs_is_purged(versions, libraries, kept):
    needs = {f"bangtin-{number}": frozenset((wheels,)) for number, wheels in versions.items()}
    needs |= {wheels: frozenset() for wheels in libraries | set(versions.values())}
    gone = leftovers(Debian("amd64", "bookworm", {}, needs), kept)
    assert set(gone).isdisjoint({f"bangtin-{number}" for number in kept})
    assert set(gone).isdisjoint({wheels for number, wheels in versions.items() if number in kept})
    left = set(needs) - set(gone)
    assert all(any(name in needs[f"bangtin-{number}"] for number in kept if number in versions) for name in left if "wheels" in name)
    order = [name for name in gone if "wheels" in name]
    assert list(gone[len(gone) - len(order) :]) == order, "libraries last: dpkg would refuse to take them from under a version"
