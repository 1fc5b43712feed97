"""What the items of a folder must keep among themselves: names, persons, places, days, emergencies."""

from datetime import datetime

import pytest

from tests.registry.making.officework import NOTICE, PROGRAMME, SESSION, SPOKEN, Office, babble, wav

ALERT = """status = "Exercise"
event = "Diễn tập"
level = 2
[text.vi]
headline = "Diễn tập: lũ"
where = "Toàn xã"
instruction = "Ở yên."
reviewer = "Vi Thị Dụ"
speech = "Đây là diễn tập. Bà con ở yên."
"""


def spoil(office: Office, old: str, new: str, name: str = "programme.toml", source: str = PROGRAMME + SESSION) -> dict[str, str]:
    assert old in source
    office.write(name, source.replace(old, new))
    return office.complaints()


def test_a_rule_that_ends_in_world_time_is_told_to_be_local(office: Office) -> None:
    told = spoil(office, "FREQ=DAILY", "FREQ=DAILY;UNTIL=20261231T000000Z")["programme.toml: session[1].rule"]
    assert "leave out the Z" in told
    assert "bỏ chữ Z" in told


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "every day", "FREQ=DAILY;BYDAY=XX"])
def test_a_rule_that_cannot_be_used_shows_a_good_one(office: Office, rule: str) -> None:
    assert "FREQ=WEEKLY;BYDAY" in spoil(office, "FREQ=DAILY", rule)["programme.toml: session[1].rule"]


def test_a_start_with_a_zone_is_told(office: Office) -> None:
    assert "time with a zone" in spoil(office, "T06:00:00", "T06:00:00Z")["programme.toml: session[1].start"]


def test_a_start_can_be_moved_and_only_that_of_a_known_session(office: Office) -> None:
    moved = office.draft(starts={"buoi-sang": datetime.fromisoformat("2026-12-01T05:30:00")}).bundle
    assert moved.sessions[0].schedule.start == datetime.fromisoformat("2026-12-01T05:30:00")
    assert "did you mean “buoi-sang”" in office.complaints(starts={"buoi-sag": datetime.fromisoformat("2026-12-01")})["--start buoi-sag"]


def test_a_session_names_only_what_is_there(office: Office) -> None:
    assert "did you mean “loi-chao”" in spoil(office, '["loi-chao"]', '["loi-chaop"]')["programme.toml: session[1].order"]


def test_a_session_too_short_for_its_items_is_told(office: Office) -> None:
    office.write("announcements/chao.wav", wav(babble(8)))
    assert "over its maximum" in spoil(office, "order", "maximum = 7\norder")["programme.toml: session “buoi-sang”"]


def test_a_name_stands_once_in_a_folder(office: Office) -> None:
    office.write("notices/loi-chao.vi.md", NOTICE)
    assert "already taken" in office.complaints()["announcements/loi-chao.vi.md"]


@pytest.mark.parametrize("approver", ["Lò Văn Mẫu", "lò văn  mẫu"])
def test_nobody_approves_what_they_wrote(office: Office, approver: str) -> None:
    assert "same person" in spoil(office, "Vi Thị Dụ", approver)["programme.toml: approver"]


def test_one_item_approved_by_its_author_needs_an_exception_on_record(office: Office) -> None:
    alone = 'approver = "Lò Văn Mẫu"\ntitle'
    assert "same person" in spoil(office, "title", alone, "notices/hop-thon.vi.md", NOTICE)["notices/hop-thon.vi.md"]
    office.write("notices/hop-thon.vi.md", NOTICE.replace("title", 'exception = "bão, lãnh đạo vắng"\n' + alone))
    assert office.draft().bundle.notices[0].provenance.exception == "bão, lãnh đạo vắng"


def test_an_area_of_another_commune_is_told(office: Office) -> None:
    foreign = spoil(office, "title", 'areas = ["vn.20.060011"]\ntitle', "notices/hop-thon.vi.md", NOTICE)
    assert "not part of channel" in foreign["notices/hop-thon.vi.md: areas"]


def test_validity_that_ends_before_it_begins_is_told(office: Office) -> None:
    days = "valid_from = 2026-12-02\nvalid_until = 2026-12-01\ntitle"
    told = spoil(office, "title", days, "notices/hop-thon.vi.md", NOTICE)
    assert "ends before it begins" in told["notices/hop-thon.vi.md: valid_until"]


def test_a_day_counts_from_its_beginning_to_its_end_in_viet_nam(office: Office) -> None:
    office.write("notices/hop-thon.vi.md", NOTICE.replace("title", "valid_from = 2026-12-01\nvalid_until = 2026-12-01\ntitle"))
    notice = office.draft().bundle.notices[0]
    assert notice.valid_from == datetime.fromisoformat("2026-12-01T00:00:00+07:00")
    assert notice.valid_until == datetime.fromisoformat("2026-12-01T23:59:59+07:00")


def test_an_emergency_does_not_hide_among_notices(office: Office) -> None:
    assert (
        "alerts/" in spoil(office, "title", 'class = "emergency"\ntitle', "notices/hop-thon.vi.md", NOTICE)["notices/hop-thon.vi.md: class"]
    )


def test_an_empty_notice_is_told(office: Office) -> None:
    assert "says nothing" in spoil(office, "Mời bà con họp lúc 19 giờ.", "", "notices/hop-thon.vi.md", NOTICE)["notices/hop-thon.vi.md"]


def test_a_speaker_is_named_only_with_a_recording(office: Office) -> None:
    told = spoil(office, 'audio = "chao.wav"', 'voice = "Vi Thị Dụ"', "announcements/loi-chao.vi.md", SPOKEN)
    assert "without a recording" in told["announcements/loi-chao.vi.md: voice"]


@pytest.mark.parametrize("field", ["speech", "headline"])
def test_an_exercise_says_so_in_its_first_words(office: Office, field: str) -> None:
    old = {"speech": "Đây là diễn tập. Bà", "headline": "Diễn tập: lũ"}[field]
    told = spoil(office, old, "Lũ về! Bà", "alerts/dien-tap.toml", ALERT)
    assert "must say so in its first words" in told[f"alerts/dien-tap.toml: text.vi.{field}"]


def test_an_emergency_may_be_recorded_instead_of_read(office: Office) -> None:
    office.write("alerts/chao.wav", wav(babble(1)))
    office.write("alerts/lu.toml", ALERT.replace('speech = "Đây là diễn tập. Bà con ở yên."', 'audio = "chao.wav"'))
    alert = office.draft().alerts["lu"]
    assert alert.versions[0].clip is not None
    assert alert.expires is not None


def test_an_emergency_without_words_is_told(office: Office) -> None:
    told = spoil(office, 'speech = "Đây là diễn tập. Bà con ở yên."', "", "alerts/lu.toml", ALERT)
    assert "no words to speak" in told["alerts/lu.toml: text.vi.speech"]


def test_too_many_items_are_told_and_do_not_crash(office: Office) -> None:
    ticker = '\n[[ticker]]\nid = "t{n}"\ntext = {{ vi = "Tin" }}\n'
    office.write("programme.toml", PROGRAMME + SESSION + "".join(ticker.format(n=n) for n in range(101)))
    assert "at most 100" in office.complaints()["bundle.json.tickers"]


GRANT = """
[[live_grant]]
id = "noi-truc-tiep"
title = "Xã nói chuyện"
person = "Quàng Văn Dây"
url = "https://so.example/live"
minutes = 10
zones = ["cho"]
"""


def test_leave_to_speak_live_is_written_like_every_other_item(office: Office) -> None:
    office.write("programme.toml", PROGRAMME + SESSION + GRANT)
    (grant,) = office.draft().bundle.live_grants
    assert (grant.person, grant.minutes, grant.zones) == ("Quàng Văn Dây", 10.0, ("cho",))
    assert grant.provenance.approver == "Vi Thị Dụ"
    assert "programme.toml: live_grant[1].minutes" in spoil(office, "minutes = 10", "minutes = 90", source=PROGRAMME + SESSION + GRANT)


REBROADCAST = """local_bulletin = ["loi-chao"]
[[rebroadcast]]
id = "dai-tinh"
title = "Thời sự đài tỉnh"
url = "https://tinh.example/live"
duration = 600
fallback = ["loi-chao"]
gain = -3.0
"""


def with_rebroadcast(old: str = "", new: str = "") -> str:
    """The programme with a rebroadcast before its tables."""
    head, _, tables = (PROGRAMME + SESSION).partition("[[session]]")
    return f"{head}{REBROADCAST.replace(old, new)}[[session]]{tables}"


def test_a_rebroadcast_has_a_fallback_and_the_commune_a_local_bulletin(office: Office) -> None:
    office.write("programme.toml", with_rebroadcast())
    bundle = office.draft().bundle
    assert bundle.local_bulletin == ("loi-chao",)
    assert (bundle.rebroadcasts[0].fallback, bundle.rebroadcasts[0].gain) == (("loi-chao",), -3.0)


def test_a_local_bulletin_names_only_what_is_there(office: Office) -> None:
    office.write("programme.toml", with_rebroadcast('local_bulletin = ["loi-chao"]', 'local_bulletin = ["chao"]'))
    assert "no announcement" in office.complaints()["programme.toml: local_bulletin"]


def test_subwave_1328_a_fallback_that_could_never_be_begun_is_told(office: Office) -> None:
    office.write("announcements/chao.wav", wav(babble(8)))
    office.write("programme.toml", with_rebroadcast("duration = 600", "duration = 5"))
    assert "longer than the rebroadcast" in office.complaints()["programme.toml: rebroadcast “dai-tinh”"]
