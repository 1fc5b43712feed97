"""A withdrawn announcement stays withdrawn, whatever happens to shelf and power, until a corrected version comes."""

from datetime import timedelta

import pytest

from bundle.policy import Kill, StopList, Withdrawal
from bundle.trust import Target
from tests.audio.test_desk import Village
from tests.simulators.content import CHANNEL


@pytest.fixture
def village(tmp_path):
    made = Village(tmp_path)
    made.publish(1, ["vi"])
    made.clock.advance(20.0)
    yield made
    made.ledger.close()


def stop(village, **what):
    village.publisher.release_stop(CHANNEL, StopList(format=1, channel=CHANNEL, **what), at=village.clock.now().wall)
    village.put(Target.STOP)


def withdraw(village, *items, version=1):
    stop(village, withdrawn=tuple(Withdrawal(item=item, version=version, reason="sai giờ") for item in items))


def said(village, stopped_on_site=False):
    """What is to be said now, as the program's next look finds it; what that rests on is then on the card."""
    queue = village.desk.queue(village.clock.advance(0.02), stopped_on_site)
    village.desk.settle(village.clock.now())
    return [utterance.item for utterance in queue]


def unshelve(village, target):
    (village.paths.shelf / CHANNEL / f"{target}.pack").unlink()


def test_it_leaves_the_queue_at_the_next_look_and_the_others_stay(village):
    assert said(village) == ["bai-0", "bai-1", "bai-2"]
    withdraw(village, "bai-1")
    assert said(village) == ["bai-0", "bai-2"]


def test_it_acts_from_memory_before_the_card_has_it_and_stays_after_a_reboot_lost_that(village):
    withdraw(village, "bai-1")
    fast = village.paths.fast / CHANNEL / f"{Target.STOP}.pack"
    fast.parent.mkdir(parents=True)
    (village.paths.shelf / CHANNEL / f"{Target.STOP}.pack").rename(fast)
    assert said(village) == ["bai-0", "bai-2"]
    fast.unlink()
    village.restart()
    assert said(village) == ["bai-0", "bai-2"]


def test_it_stays_withdrawn_over_a_restart_also_when_the_stop_list_has_left_the_shelf(village):
    withdraw(village, "bai-1")
    said(village)
    village.restart()
    assert said(village) == ["bai-0", "bai-2"]
    unshelve(village, Target.STOP)
    village.restart()
    assert said(village) == ["bai-0", "bai-2"], "the worker keeps its own copy: whoever writes the shelf cannot undo a stop"


def test_the_same_bundle_shelved_again_brings_nothing_back(village):
    withdraw(village, "bai-1")
    said(village)
    unshelve(village, Target.BUNDLE)
    said(village)
    village.publisher.renew(CHANNEL, village.clock.now().wall + timedelta(minutes=1))
    village.put(Target.BUNDLE)
    assert said(village) == ["bai-0", "bai-2"]
    village.restart()
    assert said(village) == ["bai-0", "bai-2"]


def test_a_corrected_item_in_a_higher_version_sounds_again(village):
    withdraw(village, "bai-1")
    assert "bai-1" not in said(village)
    village.publish(2, ["vi"])
    village.clock.advance(20.0)
    assert "bai-1" in said(village)


def test_an_older_stop_list_does_not_bring_it_back(village):
    stop(village)
    earlier = (village.paths.shelf / CHANNEL / f"{Target.STOP}.pack").read_bytes()
    withdraw(village, "bai-1")
    assert said(village) == ["bai-0", "bai-2"]
    (village.paths.shelf / CHANNEL / f"{Target.STOP}.pack").write_bytes(earlier)
    assert said(village) == ["bai-0", "bai-2"]
    village.restart()
    assert said(village) == ["bai-0", "bai-2"]


def test_a_kill_holds_over_power_cuts_without_its_file_and_clears_when_lifted(village):
    stop(village, kills=(Kill(since=village.clock.now().wall.replace(microsecond=0), reason="bị chiếm quyền"),))
    assert said(village) == []
    unshelve(village, Target.STOP)
    village.restart()
    assert said(village) == []
    stop(village)
    village.publish(2, ["vi"])
    village.clock.advance(20.0)
    assert said(village) == ["bai-0", "bai-1", "bai-2"]


def test_the_switch_empties_the_queue_at_the_next_look(village):
    assert said(village) == ["bai-0", "bai-1", "bai-2"]
    assert said(village, stopped_on_site=True) == []
    village.publish(2, ["vi"])
    village.clock.advance(20.0)
    assert said(village, stopped_on_site=True) == [], "new content does not wake a unit that was stopped on site"
    assert said(village) == ["bai-0", "bai-1", "bai-2"]
