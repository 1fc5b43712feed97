"""What one person may order, and what is refused: nothing without an end, nothing twice, no kind that is not on the list."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bundle.errors import Refused
from bundle.orders import (
    LONGEST,
    LONGEST_TUNNEL,
    MOST_LINES,
    LiveOrder,
    LogOrder,
    MuteOrder,
    Orders,
    RebootOrder,
    ReportOrder,
    ScreenshotOrder,
    ToneOrder,
    TunnelOrder,
    VolumeOrder,
    order_name,
)
from bundle.trust import Target
from bundle.trust.documents import needed_assets, needed_by_class, parse_document

CHANNEL = "vn.20.06001"
SINCE = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
SHARED = {
    "id": "lenh-1",
    "person": "Quàng Văn Dây",
    "since": SINCE.isoformat(),
    "expires": "2026-03-10T05:00:00+00:00",
    "reason": "tang lễ",
}
ORDERS = {
    "volume": {"kind": "volume", "volume": -12.0},
    "mute": {"kind": "mute"},
    "tone": {"kind": "tone", "seconds": 5.0},
    "live": {"kind": "live", "grant": "noi-truc-tiep", "secret": "ab" * 32},
    "screenshot": {"kind": "screenshot", "units": ["bang-1"]},
    "reboot": {"kind": "reboot", "units": ["bang-1", "loa-2"]},
    "log": {"kind": "log", "units": ["bang-1"], "program": "audio", "lines": MOST_LINES},
    "report": {"kind": "report", "areas": ["vn.20.06001.03"]},
    "tunnel": {"kind": "tunnel", "units": ["bang-1"]},
}
MODELS = {
    "volume": VolumeOrder,
    "mute": MuteOrder,
    "tone": ToneOrder,
    "live": LiveOrder,
    "screenshot": ScreenshotOrder,
    "reboot": RebootOrder,
    "log": LogOrder,
    "report": ReportOrder,
    "tunnel": TunnelOrder,
}


def parsed(*orders: dict[str, object]) -> Orders:
    raw = json.dumps({"format": 1, "channel": CHANNEL, "orders": orders}).encode()
    document = parse_document(raw, CHANNEL, Target.OPS)
    assert isinstance(document, Orders)
    return document


@pytest.mark.parametrize(("kind", "model"), MODELS.items())
def test_each_kind_on_the_list_is_read_as_what_it_is(kind: str, model: type) -> None:
    (order,) = parsed(SHARED | ORDERS[kind]).orders
    assert type(order) is model
    assert order.person == "Quàng Văn Dây"


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "format"},
        {},
        ORDERS["reboot"] | {"units": []},
        ORDERS["reboot"] | {"areas": [CHANNEL]},
        ORDERS["screenshot"] | {"units": []},
        ORDERS["log"] | {"units": []},
        ORDERS["tunnel"] | {"units": []},
        ORDERS["tunnel"] | {"expires": (SINCE + LONGEST_TUNNEL + timedelta(seconds=1)).isoformat()},
        ORDERS["log"] | {"program": "sshd"},
        ORDERS["log"] | {"lines": MOST_LINES + 1},
        ORDERS["log"] | {"lines": 0},
        ORDERS["volume"] | {"volume": 1.0},
        ORDERS["volume"] | {"volume": -30.5},
        ORDERS["tone"] | {"seconds": 30.5},
        ORDERS["tone"] | {"seconds": 0.0},
        ORDERS["live"] | {"secret": "biết"},
        ORDERS["mute"] | {"volume": -3.0},
        ORDERS["mute"] | {"expires": SINCE.isoformat()},
        ORDERS["mute"] | {"expires": (SINCE + LONGEST + timedelta(seconds=1)).isoformat()},
        ORDERS["mute"] | {"expires": "2026-03-10T05:00:00"},
        ORDERS["mute"] | {"reason": ""},
    ],
)
def test_what_is_not_on_the_list_or_has_no_near_end_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Refused):
        parsed(SHARED | wrong)


def test_a_kind_that_nobody_knows_refuses_the_whole_list() -> None:
    with pytest.raises(Refused, match="format-the-card"):
        parsed(SHARED | ORDERS["mute"], SHARED | {"id": "lenh-2", "kind": "format-the-card"})


def test_one_identifier_is_one_order() -> None:
    with pytest.raises(Refused, match="lenh-1"):
        parsed(SHARED | ORDERS["mute"], SHARED | ORDERS["tone"])


def test_an_order_given_again_at_another_hour_is_another_order_whatever_zone_it_is_written_in() -> None:
    first, same, other = (
        parsed(SHARED | ORDERS["tone"] | {"since": since}).orders[0]
        for since in ("2026-03-10T01:00:00+00:00", "2026-03-10T08:00:00+07:00", "2026-03-10T01:00:01+00:00")
    )
    assert order_name(CHANNEL, first) == order_name(CHANNEL, same) != order_name(CHANNEL, other)


def test_orders_need_no_blobs() -> None:
    orders = parsed(SHARED | ORDERS["mute"])
    assert needed_assets(orders) == needed_by_class(orders) == {}
