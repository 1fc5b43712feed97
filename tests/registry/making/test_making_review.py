"""The page that an approver looks at before signing: what is said, by whom, what was mended, and where in the wave."""

import re
import xml.etree.ElementTree as ET

import pytest

from bundle.asset import blob_path
from tests.registry.making.officework import PROGRAMME, SESSION, SPOKEN, Office, wav
from tests.registry.making.utterances import hiss, overdriven, said

CLEAN = said()
MACHINE = SPOKEN.replace('audio = "chao.wav"\n', "")


def svgs(page: str) -> list[ET.Element]:
    return [ET.fromstring(found) for found in re.findall(r"<svg.*?</svg>", page, re.DOTALL)]


def bands(svg: ET.Element) -> list[tuple[float, float]]:
    """Where each band begins and ends, as a share of the width."""
    found = [(float(rect.get("x", "")), float(rect.get("width", ""))) for rect in svg.iter("{http://www.w3.org/2000/svg}rect")]
    return [(left / 960, (left + width) / 960) for left, width in found]


def test_the_page_tells_who_says_what_and_who_answers_for_it(office: Office) -> None:
    office.write("announcements/doc.vi.md", MACHINE.replace("bà con", "<b>bà con</b>, họp lúc 7h30"))
    draft = office.draft()
    page = (office.out / "review.html").read_text(encoding="utf-8")
    assert "7 giờ 30 phút" in page
    assert "<b>bà" not in page
    assert page.count("reviewed by: Vi Thị Dụ") == 2
    for announcement in draft.bundle.announcements:
        for version in announcement.versions:
            assert blob_path(version.clip.sha256) in page, "what will sound can be heard from the page"


def test_a_mended_recording_is_shown_with_the_place_marked_and_told_while_the_draft_is_made(office: Office) -> None:
    spoilt = CLEAN.copy()
    spoilt[240_000:240_004] += 0.5
    office.write("announcements/chao.wav", wav(spoilt))
    assert any("clicks" in line for line in office.told())
    page = (office.out / "review.html").read_text(encoding="utf-8")
    (svg,) = svgs(page)
    ((left, right),) = bands(svg)
    assert left == pytest.approx(240_000 / len(spoilt), abs=0.005)
    assert right - left < 0.01
    assert "clicks" in page


def test_a_refused_recording_is_shown_beside_the_earlier_draft_until_it_is_mended(office: Office) -> None:
    office.draft()
    before = (office.out / "review.html").read_bytes()
    office.write("announcements/chao.wav", wav(overdriven(CLEAN, 15)))
    assert "cut off" in office.complaints()["announcements/loi-chao.vi.md: audio"]
    page = (office.out / "refused.html").read_text(encoding="utf-8")
    assert "cut off" in page
    assert bands(svgs(page)[0])
    assert (office.out / "review.html").read_bytes() == before
    office.write("announcements/chao.wav", wav(CLEAN))
    office.draft()
    assert not (office.out / "refused.html").exists()


def test_a_commune_sets_what_its_recordings_must_keep_to(office: Office) -> None:
    office.write("announcements/chao.wav", wav(CLEAN + hiss(CLEAN, 10)))
    office.draft()
    office.write("programme.toml", PROGRAMME + SESSION + "[sound]\nleast = 20.0\n")
    assert "below speech" in office.complaints()["announcements/loi-chao.vi.md: audio"]
    office.write("programme.toml", PROGRAMME + SESSION + "[sound]\nleast = 3.0\nloudness = 4\n")
    told = office.complaints()
    assert "at least 6" in told["programme.toml: sound.least"]
    assert "unknown key" in told["programme.toml: sound.loudness"]


def test_an_emergency_names_who_heard_its_words(office: Office) -> None:
    alert = 'status = "Actual"\nevent = "Lũ"\nlevel = 3\n[text.vi]\nheadline = "Lũ"\nwhere = "Xã"\ninstruction = "Đi"\nspeech = "Lũ lên."\n'
    office.write("alerts/lu.toml", alert)
    assert "nobody has reviewed" in office.complaints()["alerts/lu.toml: text.vi.reviewer"]
    office.write("alerts/lu.toml", alert + 'reviewer = "Vi Thị Dụ"\n')
    (text,) = office.draft().alerts["lu"].versions
    assert (text.voice, text.reviewer) == ("espeak-ng vi", "Vi Thị Dụ")
    assert "Lũ lên." in (office.out / "review.html").read_text(encoding="utf-8")
