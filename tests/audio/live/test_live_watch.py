"""What counts as received: silence, gaps, grace, return; by driven time alone."""

from hypothesis import given
from hypothesis import strategies as st

from audio.live.watch import Watch
from bundle.policy import RebroadcastRules
from evidence.records import SourceState

RULES = RebroadcastRules()
LOUD, QUIET, BLOCK = -20.0, -70.0, 0.1


class Played:
    """A watch and its clock; each call lets some seconds pass and tells when the state changed."""

    def __init__(self, rules=RULES, state=None):
        self.now = 1000.0
        self.watch = Watch(rules, self.now, state)
        self.changes = []

    def play(self, seconds, level=LOUD):
        return self._pass(seconds, lambda: self.watch.hear(self.now, BLOCK, level))

    def miss(self, seconds, why=SourceState.STALLED):
        return self._pass(seconds, lambda: self.watch.miss(self.now, BLOCK, why))

    def _pass(self, seconds, do):
        for _ in range(round(seconds / BLOCK)):
            before = self.watch.state
            self.now += BLOCK
            do()
            if self.watch.state is not before:
                self.changes.append((round(self.now - 1000.0, 1), self.watch.state))
        return self

    @property
    def states(self):
        return [state for _, state in self.changes]


def test_silence_is_borne_for_its_time_and_the_grace():
    played = Played().play(20).play(30, QUIET)
    assert played.changes[0] == (0.1, SourceState.GOOD)
    at, state = played.changes[1]
    assert state is SourceState.SILENT
    # A twentieth of the ten seconds may still have been loud when the other nineteen were not.
    assert 20 + 9.4 + 10 <= at <= 20 + 10 + 10.2


def test_a_stall_is_borne_for_the_grace():
    at, state = Played().play(20).miss(30).changes[1]
    assert state is SourceState.STALLED
    assert 29.9 <= at <= 30.1


def test_what_was_never_reached_is_known_after_the_grace():
    ((at, state),) = Played().miss(12, SourceState.UNREACHABLE).changes
    assert state is SourceState.UNREACHABLE
    assert 9.9 <= at <= 10.1


def test_a_pause_in_speech_is_no_silence():
    played = Played()
    for _ in range(20):
        played.play(1.5).play(8.0, QUIET)
    assert played.states == [SourceState.GOOD]


def test_tripbot_993_a_source_that_plays_without_a_sound_is_never_good():
    assert Played().play(60, QUIET).states == [SourceState.SILENT]


def test_clicks_on_a_dead_line_are_no_programme():
    played = Played().play(20)
    for _ in range(12):
        played.play(4.8, QUIET).play(0.1)
    assert played.states == [SourceState.GOOD, SourceState.SILENT]


def test_squeezeplay_30_a_transient_good_read_does_not_clear_the_fault():
    played = Played().play(20).miss(15)
    for _ in range(10):
        played.play(14.5).miss(0.5)
    assert played.states == [SourceState.GOOD, SourceState.STALLED]


def test_a_source_is_back_after_sustained_good_sound():
    at, state = Played().play(20).miss(15).play(20).changes[-1]
    assert state is SourceState.GOOD
    assert 49.9 <= at <= 50.2


def test_a_source_that_stutters_is_lost_although_each_gap_is_shorter_than_the_grace():
    played = Played().play(20)
    for _ in range(5):
        played.miss(4).play(6)
    assert played.states == [SourceState.GOOD, SourceState.STALLED]


def test_a_short_gap_within_good_sound_is_forgotten():
    played = Played().play(20).miss(4).play(40).miss(9).play(40)
    assert played.states == [SourceState.GOOD]


def test_a_source_lost_before_a_restart_is_not_good_again_at_once():
    ((at, state),) = Played(state=SourceState.SILENT).play(20).changes
    assert state is SourceState.GOOD
    assert at >= 15.0 - BLOCK


def test_a_source_over_its_budget_stays_lost():
    played = Played().play(5)
    played.watch.spent()
    assert played.play(60).watch.state is SourceState.OVER_BUDGET


PIECES = st.lists(st.tuples(st.sampled_from(["loud", "quiet", "missing"]), st.floats(0.1, 20.0)), max_size=12)


@given(PIECES, st.sampled_from([0.0, 2.0, 10.0]), st.sampled_from([1.0, 15.0]))
def test_it_is_never_lost_within_the_grace_and_never_back_before_its_time(pieces, grace, return_after):
    played = Played(RebroadcastRules(grace=grace, return_after=return_after))
    whole = since = 0.0
    for kind, seconds in pieces:
        for _ in range(round(seconds / BLOCK)):
            before = played.watch.state
            if kind == "missing":
                played.miss(BLOCK)
            else:
                played.play(BLOCK, LOUD if kind == "loud" else QUIET)
            whole = 0.0 if kind == "missing" else whole + BLOCK
            since += BLOCK
            now = played.watch.state
            if now is before:
                continue
            if now is SourceState.GOOD:
                assert before is None or whole >= return_after - 1e-6, "back before sustained good sound"
            else:
                assert kind != "loud"
                assert since >= grace - 1e-6, "lost within the grace"
            since = 0.0 if now is not SourceState.GOOD or before is not None else since
