"""A signed order opens the page of the unit that it names, once, through restarts and power cuts; no other order does."""

from datetime import timedelta

import pytest

from bundle.orders import OrderKind, Orders, ServiceOrder
from bundle.trust import Target
from device.clock import make_clock
from device.settings import load_settings
from device.unit import read_unit
from evidence.records import PageReason
from provisioning.page.reasons import Reason, Reasons
from tests.audio.conftest import Bench
from tests.audio.village import Village
from tests.simulators.content import CHANNEL


@pytest.fixture
def village(tmp_path):
    """An enrolled unit with a verified shelf; no program runs."""
    return Village(Bench(tmp_path / "unit", runs_here=False), tmp_path / "publisher")


def order(village, *units, name="mo-trang", ends=4.0):
    begins = village.now() - timedelta(minutes=1)
    fields = {"id": name, "person": village.publisher.keys["ops"].person, "reason": "sửa bảng", "units": units}
    made = ServiceOrder(kind=OrderKind.SERVICE, since=begins, expires=begins + timedelta(hours=ends), **fields)
    village.publisher.release_orders(CHANNEL, Orders(format=1, channel=CHANNEL, orders=(made,)), at=village.now())
    village.put(Target.OPS)


def reasons(village):
    settings = load_settings(village.paths.unit_toml)
    return Reasons(village.paths, make_clock(settings, village.paths), settings)


def name(village):
    return read_unit(village.paths).unit


def test_the_unit_that_it_names_opens_once_whatever_happens_afterwards(village):
    order(village, name(village))
    asked = reasons(village)
    found = asked.look(waits=False)
    assert found is not None
    assert (found.why, found.order.startswith(f"{CHANNEL}/mo-trang@")) == (PageReason.ORDER, True)
    asked.obey(found)
    assert asked.look(waits=False) is None
    assert reasons(village).look(waits=False) is None, "after a restart"
    order(village, name(village), name="mo-lan-nua")
    assert reasons(village).look(waits=False) is not None, "another order is another reason"


def test_an_order_for_another_unit_and_one_that_is_over_open_nothing(village):
    order(village, "loa-khac")
    assert reasons(village).look(waits=False) is None
    order(village, name(village), ends=1 / 120)
    assert reasons(village).look(waits=False) is None


def test_it_is_seen_without_a_restart_as_soon_as_it_is_shelved(village):
    asked = reasons(village)
    assert asked.look(waits=False) is None
    order(village, name(village))
    assert asked.look(waits=False) is not None


def test_what_nobody_signed_opens_nothing(village):
    order(village, name(village))
    [pack] = village.paths.shelf.glob("*/ops*.pack")
    pack.write_bytes(pack.read_bytes().replace(b"mo-trang", b"mo-trong"))
    assert reasons(village).look(waits=False) is None


def test_a_shelf_that_cannot_be_read_opens_nothing_and_keeps_the_other_reasons(village):
    village.paths.unit_json.write_bytes(b"{}")
    village.paths.unit_json.with_name("unit.json.previous").unlink(missing_ok=True)
    assert reasons(village).look(waits=True) == Reason(PageReason.FIRST_BOOT)
