"""Languages that the content lacks: by language, only what means this unit, and one sentence however many items there are."""

import json

from bundle.manifest import Bundle
from bundle.parse import parse
from director.gaps import on_board, sentence, strange_classes, strange_zones, unheard, unread
from tests.director import village as v

VILLAGE = ("km", "vi")


def world(*cells):
    return v.programme(*cells, languages=VILLAGE)


def test_the_board_wants_every_language_and_the_voice_the_first():
    content = v.bundle(
        notices=[v.notice("mot"), v.notice("hai", ("vi", "hmn")), v.notice("ba", VILLAGE)],
        announcements=[v.announcement("loi"), v.announcement("du", languages=VILLAGE)],
    )
    assert list(unread(world(content))) == [("km", "mot"), ("km", "hai")]
    assert list(unheard(world(content))) == [("km", "loi")]
    vietnamese_first = v.programme(content, languages=("vi", "km"))
    assert list(unread(vietnamese_first)) == [("km", "mot"), ("km", "hai")]
    assert list(unheard(vietnamese_first)) == []


def test_an_alert_that_was_recorded_in_another_language_only_is_a_gap():
    lu = v.alert("lu", languages=("vi", "km"), recorded=("vi",))
    assert list(unheard(world(v.cell(alerts=[lu])))) == [("km", "lu")]
    assert list(unheard(world(v.cell(alerts=[v.alert("lu", languages=VILLAGE, recorded=VILLAGE)])))) == []
    elsewhere = v.alert("lu", areas=("vn.20.06001.noi-khac",))
    assert list(unheard(world(v.cell(alerts=[elsewhere])))) == []


def test_what_means_others_or_was_withdrawn_is_no_gap_here():
    content = v.bundle(notices=[v.notice("rut"), v.notice("xa", areas=("vn.20.06001.noi-khac",))])
    assert list(unread(world(v.cell(content=content, withdrawn=[v.withdrawal("rut")])))) == []


def test_one_sentence_names_some_and_counts_the_others():
    assert sentence([]) == ""
    told = sentence([("km", f"tin-{n}") for n in range(60)] + [("hmn", "tin-1")])
    assert told == (
        "thiếu bản tiếng km / no km version: tin-0, tin-1, tin-2, tin-3, tin-4, tin-5 +54; thiếu bản tiếng hmn / no hmn version: tin-1"
    )


def test_an_unknown_class_is_treated_as_routine_and_reported_by_the_program_whose_item_it_is():
    """Bulletin classes: an unknown class never costs a village its whole bundle, and is never raised."""
    text = json.loads(v.bundle(notices=[v.notice("mot"), v.notice("hai")], announcements=[v.announcement("loi")]).model_dump_json())
    text["notices"][0]["bulletin_class"] = text["announcements"][0]["bulletin_class"] = "sieu-khan"
    content = parse(Bundle, json.dumps(text).encode(), "bundle.json")
    assert [item.bulletin_class for item in (*content.notices, *content.announcements)] == [v.BulletinClass.ROUTINE] * 3
    assert json.loads(content.model_dump_json())["notices"][0]["bulletin_class"] == "sieu-khan", "as it was signed"
    assert strange_classes(world(content), on_board).endswith("mot (sieu-khan)")
    assert strange_classes(world(content), lambda item: not on_board(item)).endswith("loi (sieu-khan)")
    assert strange_classes(world(v.bundle(notices=[v.notice("mot")])), on_board) == ""


def zones_told(*sessions, zones=("cho", "truong"), channel=v.COMMUNE, **parts):
    content = v.bundle(channel, announcements=[v.announcement("loi")], sessions=sessions, **parts)
    return strange_zones(v.programme(content, zones=zones))


def test_a_session_for_zones_of_which_none_is_here_is_told_with_those_that_are():
    sang = v.session("sang", "06:00", ["loi"], zones=("cho-cu", "dinh"), areas=(v.PLACE,))
    told = zones_told(sang, live_grants=[v.grant(zones=("dinh",), units=("loa-1",))])
    assert told.endswith("names no zone that is here: sang (cho-cu, dinh), noi-truc-tiep (dinh); ở đây có / here are: cho, truong")


def test_what_sounds_here_or_means_others_or_is_withdrawn_is_no_strange_zone():
    sang, here = v.session("sang", "06:00", ["loi"], zones=("dinh",), areas=(v.PLACE,)), {"areas": (v.PLACE,)}
    assert zones_told(v.session("sang", "06:00", ["loi"], zones=("dinh", "cho"), **here), v.session("trua", "11:00", ["loi"], **here)) == ""
    assert zones_told(sang.model_copy(update={"areas": ()})) == "", "the commune's, for whoever has that zone"
    assert zones_told(sang, zones=()) == "", "a board without loudspeakers"
    assert zones_told(sang.model_copy(update={"areas": ("vn.20.06001.noi-khac",)})) == ""
    assert zones_told(sang.model_copy(update={"areas": (), "units": ("loa-khac",)})) == ""
    assert zones_told(sang, channel="vn.20") == "", "an offer that nobody took sounds nowhere"
    content = v.bundle(announcements=[v.announcement("loi")], sessions=[sang])
    withdrawn = v.cell(content=content, withdrawn=[v.withdrawal("sang")])
    assert strange_zones(v.programme(withdrawn, zones=("cho",))) == ""
