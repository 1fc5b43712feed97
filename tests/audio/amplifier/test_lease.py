"""The lease rules hold for every sequence of requests, not only for the ones we thought of."""

from hypothesis import given
from hypothesis import strategies as st

from audio.amplifier.lease import LEASE, Cause, Lease, Limits, Verdict, deadline, leave, release, renew, stop, tick

LIMITS = Limits(maximum_on=20.0, minimum_off=10.0)

steps = st.lists(
    st.tuples(
        st.floats(0.0, 3.0),
        st.sampled_from(["renew", "emergency", "release", "leave", "tick"]),
        st.integers(1, 6),
    ),
    max_size=80,
)
limits = st.builds(Limits, st.floats(0.5, 6.0), st.floats(0.0, 5.0), st.booleans())


def walk(given_limits, given_steps):
    """Every (time, action, activation, before, after) of a history, with a tick at each deadline as the program does."""
    lease, now = Lease(), 0.0
    for pause, action, activation in given_steps:
        free = now + 0.1 * (activation % 3)
        until = now + pause
        while (due := deadline(lease, given_limits)) is not None and due <= until:
            before, now = lease, max(now, due)
            lease = tick(lease, given_limits, now)
            yield now, "tick", 0, before, lease
        before, now = lease, until
        match action:
            case "renew" | "emergency":
                lease, _ = renew(lease, given_limits, now, activation, action == "emergency", free)
            case "release":
                lease = release(lease, given_limits, now, activation)
            case "leave":
                lease = leave(lease, given_limits, now, activation)
            case _:
                lease = tick(lease, given_limits, now)
        yield now, action, activation, before, lease


@given(limits, steps)
def test_never_on_beyond_the_maximum(given_limits, given_steps):
    began = None
    for now, _, _, before, after in walk(given_limits, given_steps):
        fresh = after.active and (not before.active or before.activation != after.activation)
        began = (after.began if fresh else began) if after.active else None
        if began is not None:
            assert now < began + given_limits.maximum_on


@given(limits, steps)
def test_without_a_renewal_it_is_inactive_within_the_lease(given_limits, given_steps):
    renewed = {}
    for now, action, activation, _, after in walk(given_limits, given_steps):
        if action in ("renew", "emergency"):
            renewed[activation] = now
        if after.active:
            assert now < renewed[after.activation] + LEASE


@given(limits, steps)
def test_an_old_activation_never_ends_or_extends_a_newer_one(given_limits, given_steps):
    for now, action, activation, before, after in walk(given_limits, given_steps):
        if action != "tick" and before.activation is not None and activation < before.activation:
            assert after == tick(before, given_limits, now)


@given(limits, steps)
def test_an_ended_activation_never_comes_back(given_limits, given_steps):
    ended = 0
    for _, _, _, _, after in walk(given_limits, given_steps):
        assert after.activation is None or after.activation > ended
        assert after.ended >= ended
        ended = after.ended


@given(limits, steps)
def test_it_stays_off_for_the_minimum_unless_an_emergency_may_skip_it(given_limits, given_steps):
    fell = None
    for now, action, _, before, after in walk(given_limits, given_steps):
        if before.active and not after.active:
            fell = now
        if after.active and not before.active and fell is not None and not given_limits.emergency_skips and before.activation is None:
            assert now >= fell + given_limits.minimum_off or action == "emergency"


def test_eas_station_old_watchdog_timer_does_not_end_a_newer_activation():
    first, _ = renew(Lease(), LIMITS, 0.0, 1)
    second, verdict = renew(first, LIMITS, 0.5, 2, emergency=True)
    assert verdict is Verdict.HELD
    after = tick(second, LIMITS, 1.2)  # the first one's lease would have lapsed at 1.0
    assert after.active
    assert after.activation == 2
    assert release(after, LIMITS, 1.3, 1) == after


def test_renewals_do_not_carry_it_over_the_maximum_on_time():
    lease, now = Lease(), 0.0
    while now < 30.0:
        lease, verdict = renew(lease, LIMITS, now, 1)
        now += 0.25
    assert not lease.active
    assert verdict is Verdict.OVERRUN
    assert lease.cause is Cause.OVERRUN


def test_minimum_off_is_kept_and_an_emergency_may_skip_it():
    lease, _ = renew(Lease(), LIMITS, 0.0, 1)
    lease = release(lease, LIMITS, 1.0 - 0.5, 1)
    assert renew(lease, LIMITS, 5.0, 2)[1] is Verdict.RESTING
    assert renew(lease, LIMITS, 5.0, 2, emergency=True)[1] is Verdict.HELD
    forbidding = Limits(20.0, 10.0, emergency_skips=False)
    assert renew(lease, forbidding, 5.0, 2, emergency=True)[1] is Verdict.RESTING
    assert renew(lease, LIMITS, 10.5, 2)[1] is Verdict.HELD


def test_a_line_starts_when_the_supply_is_free():
    lease, verdict = renew(Lease(), LIMITS, 0.0, 1, free=0.1)
    assert (lease.active, verdict, deadline(lease, LIMITS)) == (False, Verdict.WAITING, 0.1)
    assert tick(lease, LIMITS, 0.1).active


def test_stopping_the_program_ends_what_runs():
    lease, _ = renew(Lease(), LIMITS, 0.0, 1)
    assert stop(lease, LIMITS, 0.2).cause is Cause.STOPPED
    assert not stop(lease, LIMITS, 0.2).active
