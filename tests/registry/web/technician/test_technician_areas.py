"""Areas as data: a table with every complaint at once, places at any depth, the nearest first, names without marks."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.errors import Refused
from registry.areas.places import Area, Place, Point, bare, distance, named, nearest, places, read_areas
from tests.registry.web.technician.office import AREAS

SAMPLE = Path(__file__).parents[4] / "content" / "areas" / "tinh-mau.csv"
KNOWN = {area.code: area for area in read_areas(AREAS, "areas.csv")}


def test_the_sample_table_is_read_as_it_stands():
    found = {area.code: area for area in read_areas(SAMPLE.read_text(encoding="utf-8"), SAMPLE.name)}
    assert found["vn.20.06001.03"].languages == ("vi", "hmn")
    assert len(places(found)) == 8


def test_a_place_is_what_has_nothing_below_it_however_many_levels_there_are():
    flat = {area.code: area for area in read_areas("code,name,languages,lat,lon\na,Tỉnh,,,\na.1,Xã,,,\na.1.2.3,Thôn,,,\nb,Đảo,,,\n", "x")}
    assert [place.area.code for place in places(flat)] == ["a.1.2.3", "b"]
    assert [place.area.code for place in places(flat, "a")] == ["a.1.2.3"]
    assert places(flat, "a")[0].above == ("Tỉnh", "Xã")


def test_everything_that_is_wrong_with_a_table_is_said_at_once_with_its_line():
    text = "code,name,languages,lat,lon\nVN,Tên,vi,,\nvn.1,,vi,,\nvn.2,Thôn,tiếng,95,x\nvn.3,A,vi,,\nvn.3,B,vi,,\nvn.4,Thôn, Hai,vi,1,2\n"
    with pytest.raises(Refused) as told:
        read_areas(text, "bang.csv")
    assert {complaint.where for complaint in told.value.complaints} == {f"bang.csv:{line}" for line in (2, 3, 4, 6, 7)}
    assert len(told.value.complaints) >= 7


def test_a_table_with_another_heading_is_refused_with_the_right_one():
    with pytest.raises(Refused, match="code,name,languages,lat,lon"):
        read_areas("ma,ten\nvn,Việt Nam\n", "bang.csv")


def test_the_nearest_place_is_first_and_one_without_coordinates_last():
    nowhere = Place(Area(code="vn.20.06001.09", name="Thôn Chưa Đo"), ())
    found = nearest([nowhere, *places(KNOWN)], Point(22.1670, 106.1990))
    assert [place.area.name for place in found] == ["Bản Khuổi Sao", "Thôn Bến Đò", "Ấp Sóc Tả", "Thôn Chưa Đo"]
    assert found[0].distance == pytest.approx(0.023, abs=0.002)
    assert found[-1].distance is None


def test_a_name_is_found_without_its_marks_and_with_the_commune():
    assert [place.area.name for place in named(places(KNOWN), "khuoi SAO")] == ["Bản Khuổi Sao"]
    assert [place.area.name for place in named(places(KNOWN), "ben do an phu")] == ["Thôn Bến Đò"]
    assert named(places(KNOWN), "không có") == []


spots = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(spots, spots)
def test_a_distance_is_the_same_both_ways_and_never_more_than_half_round_the_earth(here, there):
    def far(one, other):
        return distance(Area(code="a", name="A", latitude=one[0], longitude=one[1]), Point(*other))

    assert far(here, there) == pytest.approx(far(there, here), abs=1e-6)
    assert 0 <= far(here, there) <= 20_016
    assert far(here, here) == pytest.approx(0, abs=1e-3)


@given(st.text())
def test_a_bare_name_stays_bare(text):
    assert bare(bare(text)) == bare(text)
