"""A layout that would break a rule of the board cannot be written."""

import json

import pytest
from pydantic import ValidationError

from bundle.layout import Edge, Layout, Shape, Span, Zone, ZoneKind


def sponsored(**zone):
    return Layout.model_validate_json(json.dumps({"name": "cho", "zones": [{"kind": "sponsor", "edge": "bottom", **zone}]}))


def banner(least, part):
    return Layout(name="bang-ngang", aspect=Span(least=least), zones=(Zone(kind=ZoneKind.SPONSOR, edge=Edge.RIGHT, part=part),))


def test_a_sponsor_stands_at_the_bottom_or_the_right_of_a_banner_with_at_most_a_fifth_of_the_board():
    assert sponsored(part=0.2).zones[0].part == 0.2
    assert banner(3.0, part=0.2).zones[0].edge is Edge.RIGHT
    with pytest.raises(ValidationError, match=r"bảng ngang dài.*banner only"):
        banner(2.9, part=0.1)
    with pytest.raises(ValidationError, match="sponsor"):
        banner(3.0, part=0.21)
    for wrong in (
        {"part": 0.21},
        {"lines": 3},
        {"part": 0.1, "edge": "top"},
        {"part": 0.1, "edge": "right"},
        {"part": 0.1, "edge": "left"},
    ):
        with pytest.raises(ValidationError, match="sponsor"):
            sponsored(**wrong)


def test_a_sponsor_inside_another_zone_is_refused():
    with pytest.raises(ValidationError, match="sponsor"):
        Layout(
            name="cho",
            zones=(
                Zone(kind=ZoneKind.FOOT, edge=Edge.BOTTOM, lines=2),
                Zone(kind=ZoneKind.SPONSOR, edge=Edge.BOTTOM, part=0.1, inside=ZoneKind.FOOT),
            ),
        )


def test_a_zone_has_one_size_and_stands_inside_what_was_listed_before():
    for sizes in ({}, {"lines": 2, "part": 0.2}):
        with pytest.raises(ValidationError, match="exactly one of lines and part"):
            Zone(kind=ZoneKind.FOOT, edge=Edge.BOTTOM, **sizes)
    with pytest.raises(ValidationError, match="listed before"):
        Layout(name="nguoc", zones=(Zone(kind=ZoneKind.QR, edge=Edge.RIGHT, lines=4, inside=ZoneKind.FOOT),))


def test_a_layout_knows_the_boards_it_is_meant_for():
    layout = Layout(name="rong", aspect=Span(least=1.0, most=2.0), lines=Span(least=4))
    assert layout.fits(Shape(1.0, 4.0))
    assert layout.fits(Shape(1.9, 400.0))
    assert not layout.fits(Shape(2.0, 4.0))
    assert not layout.fits(Shape(1.5, 3.9))


@pytest.mark.parametrize("lines", [{}, {"least": 1.0}, {"most": 40.0}])
def test_words_run_only_through_boards_on_which_they_could_not_stand(lines):
    with pytest.raises(ValidationError, match=r"bảng thấp.*low boards"):
        Layout(name="chay", lines=Span(**lines), running=True)
    assert Layout(name="chay", lines=Span(most=3.0), running=True).running
