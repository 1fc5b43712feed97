"""The sentence that explains a decision: as short as what there is to tell."""

from director.explain import explain
from director.happened import NOTHING
from director.sound import direct_sound
from tests.director import village as v


def test_what_was_skipped_many_times_for_one_reason_is_told_once():
    content = v.bundle(
        announcements=[v.announcement("tin"), v.announcement("loi-chao")],
        sessions=[v.session("sang", "06:00", ["loi-chao", "tin"]), v.session("trua", "11:00", ["tin"])],
    )
    programme, moment = v.programme(content), v.moment("12:00")
    told = explain(direct_sound(programme, moment, NOTHING), programme, moment)
    assert told.count("bỏ qua tin 2 lần (không kịp giờ / not begun within its window)") == 1
    assert told.count("bỏ qua loi-chao (") == 1
