"""Shapes are drawn to scale beside the places; whatever their names are, they stay names."""

import xml.etree.ElementTree as Tree

from hypothesis import given
from hypothesis import strategies as st

from registry.alerts.cap.drawing import HEIGHT, WIDTH, Mark, drawing
from registry.alerts.cap.message import CapArea, Circle, Point

SVG = "{http://www.w3.org/2000/svg}"
SQUARE = tuple(Point(*corner) for corner in ((22.0, 106.0), (22.0, 106.1), (22.1, 106.1), (22.1, 106.0), (22.0, 106.0)))
degrees = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))


def drawn(areas, marks=()):
    return Tree.fromstring(drawing(areas, marks))


def test_nothing_is_drawn_without_a_shape():
    assert drawing([CapArea(description="Xã")], [Mark("A", Point(22, 106), True)]) == ""


def test_a_kilometre_is_as_long_to_the_north_as_to_the_east_and_north_is_up():
    corners = [tuple(map(float, pair.split(","))) for pair in _polygon(drawn([CapArea(description="", polygons=(SQUARE,))])).split()]
    (left, bottom), (right, _), (_, top), *_ = corners
    assert top < bottom
    # At 22° north a degree of longitude is 0.927 of one of latitude.
    assert abs((right - left) / (bottom - top) - 0.9270) < 0.005


def test_a_circle_has_its_radius_in_the_kilometres_of_the_bar():
    tree = drawn([CapArea(description="", polygons=(SQUARE,), circles=(Circle(centre=Point(22.05, 106.05), radius=2.0),))])
    circle = next(each for each in tree.iter(f"{SVG}circle"))
    bar = next(each for each in tree.iter(f"{SVG}path")).get("d")
    length = float(bar.split("H")[1].split("V")[0]) - 14
    kilometres = float(
        next(each.text for each in tree.iter(f"{SVG}text") if each.text.endswith("km")).removesuffix(" km").replace(",", ".")
    )
    assert abs(float(circle.get("r")) / 2.0 - length / kilometres) < 0.1


def test_who_is_reached_is_told_by_more_than_a_colour():
    marks = [Mark("Bến Đò", Point(22.02, 106.02), True), Mark("Đồng Lúa", Point(22.08, 106.08), False)]
    tree = drawn([CapArea(description="", polygons=(SQUARE,))], marks)
    weights = {each.text: each.get("font-weight") for each in tree.iter(f"{SVG}text")}
    assert (weights["Bến Đò"], weights["Đồng Lúa"]) == ("bold", None)
    assert "1/2" in tree.find(f"{SVG}title").text


def test_a_name_is_never_markup():
    marks = [Mark("<script>alert(1)</script>&", Point(22.05, 106.05), True)]
    assert "<script>" not in drawing([CapArea(description="", polygons=(SQUARE,))], marks)


@given(st.lists(degrees, min_size=3, max_size=6), st.lists(degrees, max_size=5), st.floats(0, 20000))
def test_whatever_the_shapes_are_the_drawing_is_well_formed_and_holds_the_reached_places(corners, places, radius):
    area = CapArea(description="", polygons=((*corners, corners[0]),), circles=(Circle(centre=corners[0], radius=radius),))
    tree = drawn([area], [Mark(f"Nơi {n}", place, True) for n, place in enumerate(places)])
    for pair in _polygon(tree).split():
        x, y = map(float, pair.split(","))
        assert -1 <= x <= WIDTH + 1
        assert -1 <= y <= HEIGHT + 1


def _polygon(tree):
    return next(each for each in tree.iter(f"{SVG}polygon")).get("points")
