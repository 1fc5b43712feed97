"""A zone that nothing else names is told to the officer while it can be corrected; it is never refused, for only units know their zones."""

from datetime import time

from bundle.policy import Ceiling
from director.programme import Cell
from registry.making.zones import strange_zones
from tests.director import village as v
from tests.registry.making.officework import PROGRAMME, SESSION, Office

SPOKEN = v.announcement("ngan", 60.0)


def told(*cells: Cell, grants=(), **zones: tuple[str, ...]) -> list[str]:
    sessions = [v.session(name, "06:00", ["ngan"], zones=named) for name, named in zones.items()]
    return list(strange_zones(v.bundle(announcements=[SPOKEN], sessions=sessions, live_grants=grants), cells))


def ceiling(zone: str) -> Cell:
    return v.cell(channel="vn.20", policy=v.policy(ceilings=(Ceiling(start=time(5), end=time(6), zones=(zone,)),)))


def earlier(zone: str) -> Cell:
    return v.cell(content=v.bundle(announcements=[SPOKEN], sessions=[v.session("cu", "06:00", ["ngan"], zones=(zone,))]))


def test_a_misspelt_zone_is_told_once_with_the_spelling_of_a_rule_or_of_what_is_in_force() -> None:
    for known in (ceiling("truong-hoc"), earlier("truong-hoc")):
        (found,) = told(known, sang=("truong-hcoc", "truong-hoc", "truong-hcoc"))
        assert found.startswith("⚠ programme.toml: session “sang”.zones: cụm “truong-hcoc” không thấy ở đâu khác / the zone “truong-hcoc”")
        assert "→ có phải “truong-hoc”? / did you mean “truong-hoc”?" in found


def test_a_zone_that_a_rule_or_an_earlier_programme_or_another_item_names_is_not_told() -> None:
    assert told(ceiling("cho"), sang=("cho",)) == []
    assert told(earlier("cho"), sang=("cho",)) == []
    assert told(sang=("cho",), trua=("cho",), toi=()) == []
    assert told(grants=[v.grant(zones=("cho",))], sang=("cho",)) == []


def test_a_misspelt_zone_of_a_grant_is_told_by_the_spelling_of_the_sessions() -> None:
    (found,) = told(grants=[v.grant(zones=("dinh-lang-",))], sang=("dinh-lang",), trua=("dinh-lang",))
    assert "live_grant “noi-truc-tiep”" in found
    assert "did you mean “dinh-lang”" in found


def test_the_first_zone_of_all_is_told_as_one_to_compare() -> None:
    (found,) = told(sang=("cho",))
    assert found.endswith("→ so với / compare with: zone, unit.toml")


def test_an_officer_reads_it_and_the_draft_is_made(office: Office) -> None:
    office.write("programme.toml", PROGRAMME + SESSION + 'zones = ["cho-ban-mua"]\n')
    assert not [line for line in office.told(in_force=lambda _: (earlier("cho-ban-mua"),)) if "⚠" in line]
    (found,) = [line for line in office.told(in_force=lambda _: (earlier("cho-ban-mau"),)) if "⚠" in line]
    assert "did you mean “cho-ban-mau”" in found
    assert (office.out / "bundle.json").exists()
