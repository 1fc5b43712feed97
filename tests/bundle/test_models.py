"""What a published document may say, and each thing that is refused."""

from datetime import UTC, datetime, time, timedelta, timezone
from unicodedata import normalize

import pytest
from pydantic import ValidationError

from bundle.alert import Alert, Identity, Reference, alert_assets
from bundle.asset import Clip, MediaType, Picture, blob_path
from bundle.base import BulletinClass, Model
from bundle.errors import Complaint, Refused, refuse
from bundle.items import Provenance, Wording
from bundle.manifest import Bundle, assets, assets_by_class, items
from bundle.policy import Policy, QuietHours
from tests.director import village as v


def refused(make, *words):
    with pytest.raises(ValidationError) as problem:
        make()
    assert all(word in str(problem.value) for word in words), str(problem.value)


def test_models_are_frozen_strict_and_know_every_field():
    notice = v.notice("tin")
    refused(lambda: setattr(notice, "id", "khac"), "frozen")
    refused(lambda: v.notice("tin", mau="xanh"), "mau", "not permitted")
    refused(lambda: v.notice("tin", essential="yes"), "boolean")
    assert issubclass(type(notice), Model)


@pytest.mark.parametrize("name", ["../thoat", "a/b", "A", "", "-a", "tin khẩn", "a" * 65, "a.b"])
def test_a_name_cannot_escape_a_folder_or_a_key(name):
    refused(lambda: v.notice(name), "id")


@pytest.mark.parametrize(("title", "word"), [(normalize("NFD", "Lịch tiêm"), "NFC"), ("a\x00b", "control"), ("a\x1b[31m", "control")])
def test_text_is_nfc_and_without_control_characters(title, word):
    refused(lambda: Wording(language="vi", title=title), word)
    refused(lambda: Wording(language="vi", title="Tin", body=title), word)


def test_dates_that_would_overflow_are_refused():
    for year in (1, 9999):
        refused(lambda year=year: v.notice("tin", valid_until=datetime(year, 12, 31, tzinfo=UTC)), "1970")


def test_validity_begins_before_it_ends():
    refused(lambda: v.notice("tin", valid_from=v.at("06:00"), valid_until=v.at("06:00")), "before it begins")


def test_author_and_approver_are_two_persons_or_the_exception_is_on_record():
    people = {"author": "Lò Thị Mây", "approver": "Lò Thị Mây", "issuing_body": "UBND xã"}
    refused(lambda: Provenance(**people), "same person")
    assert Provenance(**people, exception="Trưởng thôn, bão số 3").exception


@pytest.mark.parametrize("make", [v.notice, v.ticker, v.announcement, v.phrase], ids=lambda make: make.__name__)
def test_each_item_has_vietnamese_and_each_language_once(make):
    refused(lambda: make("tin", languages=("km",)), "Vietnamese version is missing")
    refused(lambda: make("tin", languages=("vi", "vi")), "twice")


def test_a_clip_is_sound_and_a_picture_is_a_picture():
    sound, picture = v.clip("x").model_dump(), v.sponsor("nha", 0.5).picture.model_dump()
    refused(lambda: Clip(**{**sound, "media": MediaType.PNG}), "media")
    refused(lambda: Picture(**{**picture, "media": MediaType.VIDEO}), "media")
    assert blob_path(sound["sha256"]) == f"blobs/sha256/{sound['sha256'][:2]}/{sound['sha256']}"


def test_a_bundle_tells_all_names_that_do_not_hold_together():
    def make():
        return v.bundle(
            notices=[v.notice("tin"), v.notice("tin")],
            announcements=[v.announcement("loi")],
            rebroadcasts=[v.rebroadcast("dai", ["dai", "khong-co"])],
            sessions=[v.session("sang", "06:00", ["loi", "dai", "tin"])],
        )

    refused(make, "'tin' stands 2 times", "falls back to 'khong-co'", "falls back to 'dai'", "names 'tin', which is not there")


def test_a_bundle_names_all_its_items_and_blobs():
    picture = v.sponsor("x", 0.5).picture
    content = v.bundle(
        notices=[v.notice("tin", pictures=(picture,))],
        tickers=[v.ticker("chu")],
        announcements=[v.announcement("loi", languages=("vi", "hmn"))],
        phrases=[v.phrase("so-tan", languages=("vi", "km"))],
        rebroadcasts=[v.rebroadcast("dai", ["loi"])],
        sessions=[v.session("sang", "06:00", ["loi", "dai"])],
        sponsors=[v.sponsor("nha", 0.5)],
    )
    assert [item.id for item in items(content)] == ["tin", "chu", "loi", "so-tan", "dai", "sang", "nha"]
    assert len(assets(content)) == 6
    assert Bundle.model_validate_json(content.model_dump_json()) == content


def test_what_an_emergency_phrase_says_is_fetched_before_the_day_s_programme():
    content = v.bundle(
        announcements=[v.announcement("loi")], phrases=[v.phrase("lu", bulletin_class=BulletinClass.EMERGENCY), v.phrase("mat-nuoc")]
    )
    lu, mat_nuoc = (phrase.versions[0].clip.sha256 for phrase in content.phrases)
    by_class = assets_by_class(content)
    assert set(by_class[BulletinClass.EMERGENCY]) == {lu}
    assert mat_nuoc in by_class[BulletinClass.ROUTINE]


def test_nothing_plans_a_phrase_it_waits_for_somebody_who_starts_it():
    refused(lambda: v.bundle(phrases=[v.phrase("lu")], sessions=[v.session("sang", "06:00", ["lu"])]), "names 'lu', which is not there")
    refused(lambda: v.bundle(phrases=[v.phrase("lu")], notices=[v.notice("lu")]), "'lu' stands 2 times")


def test_an_alert_has_vietnamese_unless_it_cancels_and_a_cancel_names_something():
    refused(lambda: v.alert("lu", languages=("km",)), "Vietnamese version is missing")
    refused(lambda: v.cancel("huy", []), "names the alerts")
    refused(lambda: v.alert("lu", sent="08:00", expires=v.at("08:00")), "expires before it was sent")
    assert v.cancel("huy", [v.reference("lu")], languages=()).versions == ()


def test_one_instant_in_two_time_zones_is_one_identity():
    """A Cancel must reach its alert however its sender writes the hour."""
    local = datetime(2026, 3, 10, 7, tzinfo=timezone(timedelta(hours=7)))
    here, there = (Reference(sender="s", identifier="i", sent=when) for when in (local, local.astimezone(UTC)))
    assert here.identity() == there.identity() == Identity("s", "i", "2026-03-10T00:00:00+00:00")
    assert str(here.identity()) == "s,i,2026-03-10T00:00:00+00:00"


def test_levels_are_compared_by_rank_and_read_from_numbers():
    text = v.alert("lu", level=5).model_dump_json()
    assert '"level":5' in text
    assert Alert.model_validate_json(text).level > v.alert("gio", level=4).level
    assert len(alert_assets(v.cell(alerts=[v.alert("lu", languages=("vi", "hmn"), recorded=("hmn",))]).alerts)) == 1


def test_quiet_hours_are_local_times():
    refused(lambda: QuietHours(start=time(21, tzinfo=UTC), end=time(5)), "without a zone")
    assert Policy(format=1, channel="vn").quiet_hours[0].start == time(21, 30)


def test_a_refusal_says_where_what_and_what_to_do():
    problem = refuse("a.json.title", "quá dài", "viết ngắn lại")
    assert str(problem) == "a.json.title: quá dài → viết ngắn lại"
    assert str(Refused(Complaint("a", "b"), Complaint("c", "d"))) == "a: b; c: d"
    with pytest.raises(ValueError, match="at least one"):
        Refused()


def test_there_is_no_advertising_in_sound_no_session_can_name_a_sponsors_mark():
    mark = v.sponsor("nha", 0.5)
    assert not {"clip", "versions", "music"} & set(type(mark).model_fields), "a mark has nothing that could sound"
    refused(lambda: v.bundle(sponsors=[mark], sessions=[v.session("sang", "06:00", ["nha"])]), "not there")
