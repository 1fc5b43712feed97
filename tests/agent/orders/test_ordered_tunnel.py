"""A support tunnel by order: where the unit's own settings name one, until its end or until it is taken back, and answered once."""

import socket
import threading
from pathlib import Path

import pytest

from agent.orders.tunnel import PATIENCE
from bundle.orders import OrderKind
from caretaker.tunnel import Tunnel, own_key
from device.boottime import boottime
from device.durable import replace
from device.settings import load_settings
from device.tunnel import read_tunnel, read_wanted
from director.moment import Moment
from evidence.records import ClockState, Obedience
from tests.agent.orders.ordered_unit import OrderedUnit
from tests.audio.conftest import until
from tests.simulators.sshd import Sshd, free_port

SUPPORT = """
[support]
host = "127.0.0.1"
port = {port}
user = "{user}"
host_key = "{host_key}"
reaches = {reaches}
"""


def allow(unit: OrderedUnit, text: str) -> None:
    replace(unit.paths.unit_toml, unit.paths.unit_toml.read_bytes() + text.encode())
    unit.start()


@pytest.fixture
def unit(tmp_path: Path) -> OrderedUnit:
    return OrderedUnit(tmp_path)


@pytest.fixture
def allowed(unit: OrderedUnit) -> OrderedUnit:
    """A unit whose tunnel leads to nobody."""
    allow(unit, SUPPORT.format(port=free_port(), user="tunnel", host_key="ssh-ed25519 AAAA", reaches=22))
    return unit


async def test_a_unit_whose_settings_name_none_refuses(unit: OrderedUnit) -> None:
    unit.order(OrderKind.TUNNEL, unit.unit)
    await unit.later()
    assert [(told.outcome, "off here" in told.reason) for told in unit.answers] == [(Obedience.REFUSED, True)]
    assert not unit.paths.tunnel_wanted.exists()


async def test_it_opens_to_whom_the_settings_name_and_the_answer_says_where_and_by_which_key(unit: OrderedUnit, tmp_path: Path) -> None:
    sshd = Sshd(tmp_path / "sshd")
    allow(unit, SUPPORT.format(port=sshd.port, user=sshd.user, host_key=sshd.host_key, reaches=22))
    sshd.authorize(own_key(unit.paths.tunnel_key))
    moment = unit.clock.moment
    unit.clock.moment = Moment(moment.wall, moment.state, moment.boot, boottime())
    name = unit.order(OrderKind.TUNNEL, unit.unit)
    await unit.later(0)
    wanted, support = read_wanted(unit.paths), load_settings(unit.paths.unit_toml).support
    assert wanted is not None
    assert support is not None
    with sshd.running():
        tunnel = threading.Thread(target=Tunnel(unit.paths, support, wanted).run)
        tunnel.start()
        state = until(lambda: (state := read_tunnel(unit.paths, name)) and state.open and state, "the tunnel")
        await unit.later()
        [told] = unit.answers
        assert (told.outcome, f"port {state.port} " in told.reason) == (Obedience.DONE, True)
        assert told.reason.endswith(own_key(unit.paths.tunnel_key))
        socket.create_connection(("127.0.0.1", state.port), 5).close()
        unit.publish([])
        await unit.later()
        tunnel.join(20)
        assert not tunnel.is_alive(), "it was taken back"


async def test_it_is_wanted_until_the_end_of_its_order_by_the_clock_that_nobody_can_set(allowed: OrderedUnit) -> None:
    allowed.order(OrderKind.TUNNEL, allowed.unit, begins=-10, minutes=40)
    await allowed.later(0)
    wanted = read_wanted(allowed.paths)
    assert wanted is not None
    assert wanted.until - allowed.clock.now().mono == pytest.approx(1800, abs=1)
    await allowed.later(1801)
    assert not allowed.paths.tunnel_wanted.exists()


async def test_one_that_does_not_come_up_is_given_up_with_what_stands_in_the_way(allowed: OrderedUnit) -> None:
    allowed.order(OrderKind.TUNNEL, allowed.unit)
    await allowed.later()
    await allowed.later(PATIENCE + 1)
    assert [(told.outcome, "did not come up" in told.reason) for told in allowed.answers] == [(Obedience.FAILED, True)]
    assert not allowed.paths.tunnel_wanted.exists()


async def test_a_second_one_is_refused_while_one_is_open(allowed: OrderedUnit) -> None:
    first = allowed.order(OrderKind.TUNNEL, allowed.unit)
    await allowed.later()
    allowed.order(OrderKind.TUNNEL, allowed.unit)
    await allowed.later()
    assert [(told.outcome, first in told.reason) for told in allowed.answers] == [(Obedience.REFUSED, True)]


async def test_none_opens_by_a_clock_that_nobody_can_believe(allowed: OrderedUnit) -> None:
    allowed.order(OrderKind.TUNNEL, allowed.unit)
    good = allowed.clock.moment
    allowed.clock.moment = Moment(good.wall, ClockState.UNKNOWN, good.boot, good.mono)
    await allowed.later()
    assert not allowed.paths.tunnel_wanted.exists()
    allowed.clock.moment = good
    await allowed.later()
    assert allowed.paths.tunnel_wanted.exists()
