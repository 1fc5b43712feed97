"""What a CAP message becomes: its identity to the letter, its level by rank, its places by declared codes, never wider than the channel."""

from datetime import UTC, datetime, timedelta

import pytest

from bundle.alert import MessageType, RiskLevel, Status
from bundle.errors import Refused
from bundle.trust.persons import person_of
from registry.alerts.approving import names
from registry.alerts.cap import read_cap
from registry.alerts.codes import Certainty, Severity, Urgency
from tests.registry.alerts.cap.messages import AREA, CHANNEL, NOW, SENDER, SENT, SOURCES, alert, at, info, read, sources

PLACE = "<area><areaDesc>Nơi ấy</areaDesc>{}</area>"


def place(**codes: str) -> str:
    return PLACE.format("".join(f"<geocode><valueName>{kind}</valueName><value>{code}</value></geocode>" for kind, code in codes.items()))


def test_its_identity_is_kept_and_one_instant_in_two_zones_is_one_identity():
    here, there = read(alert()), read(alert(sent="2026-11-12T00:30:00-00:00"))
    assert here.alert.identity() == there.alert.identity() == (SENDER, "lu-7", "2026-11-12T00:30:00+00:00")
    assert here.alert.sent == datetime(2026, 11, 12, 0, 30, tzinfo=UTC)


def test_an_update_names_what_it_replaces_and_a_cancel_what_it_ends():
    names = f"{SENDER},lu-5,{at(hours=-2)}\n {SENDER},lu-6,{at(hours=-1)}"
    update = read(alert(msgType="Update", references=names)).alert
    assert update.message_type is MessageType.UPDATE
    assert [each.identity().identifier for each in update.references] == ["lu-5", "lu-6"]
    cancel = read(alert(" ", msgType="Cancel", references=names)).alert
    assert cancel.message_type is MessageType.CANCEL
    assert cancel.references == update.references
    assert (cancel.versions, cancel.areas) == ((), ())


def test_a_cancel_stops_also_when_its_places_or_its_end_are_nothing_to_us():
    raw = alert(info(area=AREA.replace("T1", "T9"), more=f"<expires>{at(minutes=-1)}</expires>"), msgType="Cancel", sent=at(hours=-2))
    with pytest.raises(Refused, match="references"):
        read(raw)
    raw = raw.replace(b"<scope>", f"<references>{SENDER},lu-6,{at(hours=-3)}</references><scope>".encode())
    assert read(raw).alert.message_type is MessageType.CANCEL


def test_a_cancel_without_words_says_those_of_its_source():
    said = '[source.ended.vi]\nheadline = "Hết cảnh báo"\ninstruction = "Bà con trở lại bình thường."\nwhere = "Xã An Phú"\n'
    cancel = read(alert(" ", msgType="Cancel", references=f"{SENDER},lu-6,{at(hours=-1)}"), text=SOURCES + said).alert
    assert [text.headline for text in cancel.versions] == ["Hết cảnh báo"]


# obplayer compared severity as letters, so that Extreme was less urgent than Severe.
@pytest.mark.parametrize(
    ("severity", "level"), [("Extreme", 4), ("Severe", 3), ("Moderate", 2), ("Minor", 1), ("Unknown", 1)], ids=lambda each: str(each)
)
def test_severity_counts_by_rank_so_that_extreme_is_never_less_than_severe(severity, level):
    assert read(alert(info(severity=severity))).alert.level == level


def test_the_code_words_have_the_rank_that_cap_gives_them_and_not_that_of_their_letters():
    assert sorted(Severity, key=lambda each: each.rank, reverse=True) == list(Severity)
    assert Severity.EXTREME.rank > Severity.SEVERE.rank > Severity.MODERATE.rank > Severity.MINOR.rank > Severity.UNKNOWN.rank == 0
    assert Urgency.IMMEDIATE.rank > Urgency.PAST.rank > Urgency.UNKNOWN.rank
    assert Certainty.OBSERVED.rank > Certainty.UNLIKELY.rank > Certainty.UNKNOWN.rank


def test_an_extreme_danger_that_is_unlikely_or_far_off_keeps_the_level_of_a_severe_one_only_if_that_rule_holds():
    assert read(alert(info(severity="Extreme", certainty="Possible"))).alert.level == 3
    assert read(alert(info(severity="Extreme", certainty="Unlikely"))).alert.level == 2
    assert read(alert(info(severity="Extreme", urgency="Future"))).alert.level == 3


def test_a_level_that_the_source_tells_itself_wins_over_severity():
    told = "<parameter><valueName>cap-do-rui-ro</valueName><value>{}</value></parameter>"
    assert read(alert(info(severity="Minor", more=told.format("cấp 5")))).alert.level is RiskLevel.PURPLE
    assert read(alert(info(severity="Extreme", more=told.format("cấp 2")))).alert.level is RiskLevel.LIGHT_YELLOW
    unknown = read(alert(info(severity="Extreme", more=told.format("cấp 9"))))
    assert (unknown.alert.level, len(unknown.remarks)) == (4, 1)


# obplayer let one kind of geocode match every area.
def test_only_a_declared_kind_of_code_matches_a_place():
    assert read(alert(info(area=place(thon="T1")))).alert.areas == ("vn.20.06001.01",)
    with pytest.raises(Refused, match="no place of this channel"):
        read(alert(info(area=place(UGC="T1"))))


def test_a_wider_code_beside_a_narrow_one_does_not_widen_the_alert():
    assert read(alert(info(area=place(xa="06001", thon="T2")))).alert.areas == ("vn.20.06001.02",)


def test_a_place_wider_than_the_channel_becomes_the_channel_and_one_beside_it_nothing():
    text = SOURCES.replace("T9 =", 'TINH = "vn.20", NUOC = "vn", T9 =')
    for code in ("TINH", "NUOC"):
        assert read(alert(info(area=place(thon=code))), text=text).alert.areas == (CHANNEL,)
    assert read(alert(info(area=place(xa="06001")))).alert.areas == (CHANNEL,)
    with pytest.raises(Refused, match="no place of this channel"):
        read(alert(info(area=place(xa="0600"))))


def test_a_source_is_never_heard_about_places_that_are_not_its_own():
    text = SOURCES.replace('areas = ["vn.20"]', 'areas = ["vn.20.06001.02", "vn.21"]')
    assert read(alert(info(area=place(xa="06001"))), text=text).alert.areas == ("vn.20.06001.02",)
    with pytest.raises(Refused, match="no place of this channel"):
        read(alert(info(area=place(thon="T1"))), text=text)


def test_under_the_whole_country_the_same_message_keeps_its_own_places():
    found = read_cap(alert(info(area=place(thon="T9") + place(thon="T1"))), sources(), "vn", NOW).alert.areas
    assert found == ("vn.20.06009.01", "vn.20.06001.01")


# obplayer kept for ever what named no end.
def test_without_an_end_it_holds_as_long_as_its_source_says():
    assert read(alert()).alert.expires == datetime.fromisoformat(SENT) + timedelta(hours=6)


def test_what_people_should_do_comes_from_the_source_where_the_message_does_not_say_it():
    said = read(alert(info(instruction="", more="<responseType>Shelter</responseType>"))).alert
    assert said.versions[0].instruction == "Ở trong nhà kiên cố, đóng chặt cửa."


@pytest.mark.parametrize(("status", "word"), [("Exercise", ("Diễn tập: ", "Exercise: ")), ("Test", ("Thử nghiệm: ", "Test: "))])
def test_what_is_not_real_says_so_in_the_first_words_of_every_language(status, word):
    english = info(language="en", headline="Flood", description="Rising.", instruction="Go up.")
    made = read(alert(info(), english, status=status)).alert
    assert made.status is Status(status)
    assert [text.headline for text in made.versions] == [f"{word[0]}Lũ đang lên trên sông An", f"{word[1]}Flood"]
    again = read(alert(info(headline="DIỄN TẬP: lũ"), status="Exercise")).alert
    assert again.versions[0].headline == "DIỄN TẬP: lũ", "who says it already need not say it twice"


def test_the_versions_stand_in_the_order_of_the_source_whatever_the_order_of_the_infos():
    english = info(language="EN-us", headline="Flood", description="Rising.", instruction="Go up.")
    assert [text.language for text in read(alert(english, info())).alert.versions] == ["vi", "en"]


def test_its_event_is_said_in_vietnamese_whatever_info_comes_first():
    english = info(language="en", event="Flood", headline="Flood", description="Rising.", instruction="Go up.")
    assert read(alert(english, info())).alert.event == "Lũ"


def test_a_language_counts_whatever_its_region_and_once():
    british = info(language="en-GB", headline="Flood", description="Rising.", instruction="Go up.")
    american = info(language="en-US", headline="High water", description="It rises.", instruction="Move up.")
    text = SOURCES.replace('en = "en"', '"en-AU" = "en"')
    made = read(alert(info(), british, american), text=text)
    assert [text.headline for text in made.alert.versions] == ["Lũ đang lên trên sông An", "Flood"]
    assert [each.where for each in made.remarks] == ["info[3] (dòng / line 5)"]


def test_the_name_of_the_sender_at_the_end_of_a_headline_is_left_to_the_foot_of_the_page():
    named = info(headline="Lũ lên nhanh, Trạm Mẫu", more="<senderName>Trạm Mẫu</senderName>")
    assert read(alert(named)).alert.versions[0].headline == "Lũ lên nhanh"


def test_nobody_here_has_approved_it_and_it_says_so():
    told = read(alert(info(more="<senderName>Trạm Mẫu</senderName>"))).alert.provenance
    assert (told.author, told.issuing_body) == ("Đài Khí tượng tỉnh Mẫu (Trạm Mẫu)", "Đài Khí tượng tỉnh Mẫu")
    assert "nobody here has approved" in (told.exception or "")


@pytest.mark.parametrize("name", ["Lò Thị Mây", "x; Lò Thị Mây; y", "một trong / one of: Lò Thị Mây", "Lò Thị Mây" + " x" * 200])
def test_whatever_name_a_message_gives_itself_it_is_no_officer_here(name):
    told = read(alert(info(more=f"<senderName>{name}</senderName>"))).alert.provenance
    assert person_of(told.author) != person_of("Lò Thị Mây")
    assert not names(told.approver, "Lò Thị Mây")
