"""The invented commune's folder builds as it stands, and holds one of everything that a board and a loudspeaker must cope with."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from bundle.alert import Status
from bundle.asset import blob_path
from bundle.base import BulletinClass
from bundle.manifest import assets
from bundle.schedule import occurrences
from registry.making.draft import Draft, make_draft
from registry.making.policy import make_policy
from registry.making.sound.recording import decode
from registry.making.waves import RATE

FOLDER = Path(__file__).parents[2] / "content" / "xa-an-phu"
MADE = datetime(2026, 11, 21, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Draft, Path]:
    out = tmp_path_factory.mktemp("draft")
    return make_draft(FOLDER, out, MADE, 1, lambda _: None), out


def test_the_board_gets_at_least_eight_vietnamese_notices_and_other_languages(made):
    notices = made[0].bundle.notices
    languages = [version.language for notice in notices for version in notice.versions]
    assert languages.count("vi") >= 8
    assert {"km", "hmn"} <= set(languages)


def test_one_notice_is_long_one_has_a_table_one_a_picture_one_a_document(made):
    notices = made[0].bundle.notices
    bodies = [version.body for notice in notices for version in notice.versions if version.language == "vi"]
    assert max(len(body.split()) for body in bodies) >= 600
    assert any("|---" in body.replace(" ", "") for body in bodies)
    assert any(len(notice.pictures) == 1 for notice in notices)
    assert any(len(notice.pictures) >= 2 for notice in notices)


def test_titles_fit_a_board_and_every_telephone_is_a_made_up_one(made):
    for notice in made[0].bundle.notices:
        for version in notice.versions:
            assert len(version.title) <= 60, version.title
    for path in FOLDER.rglob("*.md"):
        text = path.read_text(encoding="utf-8")
        assert "0200 000" in text or "điện thoại 0" not in text, path


def test_every_area_that_is_named_is_the_commune_or_one_of_its_villages(made):
    draft, policy = made[0], make_policy(FOLDER / "policy.toml")
    villages = set(re.findall(r"^\| (vn[.0-9]+) \|", (FOLDER / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert len(villages) == 5
    named = [area for caps in policy.caps_by_area for area in caps.areas]
    assert named, "the sample shows how a quarter gets fewer minutes"
    parts = (*draft.bundle.notices, *draft.bundle.sessions, *draft.alerts.values())
    assert {*named, *(area for part in parts for area in part.areas)} <= {policy.channel, *villages}


def test_a_session_of_three_announcements_and_one_real_emergency(made):
    draft = made[0]
    spoken = {announcement.id for announcement in draft.bundle.announcements}
    planned, on_site = draft.bundle.sessions
    assert len(planned.order) == 3
    assert set(planned.order) <= spoken
    assert (planned.on_site, on_site.on_site) == (False, True)
    assert occurrences(on_site.schedule, MADE, MADE + timedelta(days=366)) == (), "nothing but a person on site starts it"
    assert [alert.status for alert in draft.alerts.values()].count(Status.ACTUAL) == 1


def test_the_units_hold_words_for_every_danger_of_the_place_an_all_clear_and_a_test(made):
    phrases = {phrase.id: phrase.bulletin_class for phrase in made[0].bundle.phrases}
    assert {name for name, bulletin_class in phrases.items() if bulletin_class is BulletinClass.EMERGENCY} == {
        "lu-len-nhanh",
        "bao-vao-gan",
        "chay-rung",
        "xa-lu-ho-chua",
        "noi-so-tan",
    }
    assert (phrases["da-an-toan"], phrases["thu-loa"]) == (BulletinClass.PRIORITY, BulletinClass.ROUTINE)
    assert {version.clip.sha256 for phrase in made[0].bundle.phrases for version in phrase.versions} <= assets(made[0].bundle).keys()


def test_every_clip_begins_with_speech_and_is_as_loud_as_a_horn_wants(made):
    draft, out = made
    recorded = (*draft.bundle.announcements, *draft.bundle.phrases)
    clips = [version.clip for item in recorded for version in item.versions]
    clips += [text.clip for alert in draft.alerts.values() for text in alert.versions if text.clip]
    assert len(clips) >= 4
    for clip in clips:
        samples = decode((out / blob_path(clip.sha256)).read_bytes(), "a.opus", "x")
        assert abs(clip.duration - len(samples) / RATE) < 0.05
        assert np.max(np.abs(samples[: RATE // 10])) > 0.01, "the first word is not cut, nor does silence stand before it"
        assert -17 <= clip.loudness <= -15
        assert clip.true_peak <= -1
