"""The plan, for any tasks and any history: nothing settled comes again, nothing comes before its need, and what is all done is nothing."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as some

from provisioning.commissioning.planning import Task, plan

NAMES = "abcdef"


@dataclass(frozen=True)
class Done:
    n: int
    basis: str
    settled: bool


def task(name, needs=(), basis="1"):
    return Task(name, (name, name), basis, tuple(needs))


@some.composite
def worlds(draw):
    """Tasks of which each needs some of those before it, in any order, and what was done of them."""
    tasks = [
        task(name, draw(some.sets(some.sampled_from(NAMES[:place]))) if place else (), draw(some.sampled_from("12")))
        for place, name in enumerate(NAMES)
    ]
    numbers = draw(some.permutations(range(1, len(NAMES) + 1)))
    done = {
        name: Done(number, draw(some.sampled_from("12")), draw(some.booleans()))
        for name, number in zip(NAMES, numbers, strict=True)
        if draw(some.booleans())
    }
    return draw(some.permutations(tasks)), done


def carried_out(tasks, done):
    """*done* after every task that is left was done well, in the order of the plan."""
    after = dict(done)
    for each in plan(tasks, done):
        after[each.id] = Done(max((other.n for other in after.values()), default=0) + 1, each.basis, True)
    return after


@given(worlds())
def test_nothing_is_left_after_all_that_was_left_was_done(world):
    tasks, done = world
    assert plan(tasks, carried_out(tasks, done)) == ()


@given(worlds())
def test_each_task_comes_once_and_after_those_that_it_needs(world):
    tasks, done = world
    names = [each.id for each in plan(tasks, done)]
    assert len(names) == len(set(names))
    for each in plan(tasks, done):
        assert all(names.index(need) < names.index(each.id) for need in each.needs if need in names)


@given(worlds())
def test_what_is_left_out_is_settled_on_its_present_basis_and_newer_than_all_that_it_needs(world):
    tasks, done = world
    names = {each.id for each in plan(tasks, done)}
    for each in tasks:
        if each.id not in names:
            result = done[each.id]
            assert result.settled
            assert result.basis == each.basis
            assert all(need not in names and (need not in done or done[need].n < result.n) for need in each.needs)


def test_what_rests_on_something_that_was_done_again_is_done_again():
    tasks = (task("a"), task("b", "a"), task("c", "b"), task("d"))
    all_done = carried_out(tasks, {})
    again = {**all_done, "a": Done(9, "1", True)}
    assert [each.id for each in plan(tasks, again)] == ["b", "c"]


def test_tasks_that_need_each_other_are_our_own_mistake():
    with pytest.raises(ValueError, match="a → b → a"):
        plan((task("a", "b"), task("b", "a")), {})
