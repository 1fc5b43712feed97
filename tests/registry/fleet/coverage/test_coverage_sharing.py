"""A dear matrix is computed once and shared for a while; a cheap one is always fresh, and each area has its own."""

from datetime import timedelta

import pytest

from registry.fleet.coverage.sharing import CHEAP, Covered
from registry.web.config import STORAGE
from tests.registry.fleet.coverage.conftest import notice
from tests.simulators.content import CHANNEL


class Watch:
    """A clock by which each look takes so many seconds."""

    def __init__(self, each):
        self.at, self.each = 0.0, each

    def __call__(self):
        self.at += self.each
        return self.at


async def villages(covered, within=("vn",)):
    return len((await covered.matrix(within)).villages)


@pytest.mark.parametrize(("seconds", "after"), [(CHEAP / 2, [1, 2, 2]), (10.0, [1, 1, 2])])
async def test_what_was_dear_is_shared_for_four_times_as_long_as_it_took(office, seconds, after):
    await office.release(notice())
    await office.village(1)
    await office.look()
    watch = Watch(seconds)
    covered = Covered(office.registry.app[STORAGE], office.clock, watch)
    found = [await villages(covered)]
    await office.village(2)
    await office.look()
    found.append(await villages(covered))
    watch.at += 40
    found.append(await villages(covered))
    assert found == after


async def test_each_area_and_each_essential_has_its_own(office):
    await office.release(notice(), notice("khac"))
    await office.village(1)
    await office.look()
    covered = Covered(office.registry.app[STORAGE], lambda: office.clock() + timedelta(), Watch(10.0))
    assert (await villages(covered), await villages(covered, (f"{CHANNEL}.09",))) == (1, 0)
    assert len((await covered.matrix(("vn",), (CHANNEL, "khac"))).columns) == 1
    assert len((await covered.matrix(("vn",))).columns) == 2
