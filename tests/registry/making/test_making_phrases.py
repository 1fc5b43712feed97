"""Words kept ready on the units, sessions that may be started there, and music: an officer writes them like any item."""

import pytest

from bundle.base import BulletinClass
from bundle.manifest import assets
from tests.registry.making.officework import PROGRAMME, SESSION, SPOKEN, Office, babble, wav

PHRASE = SPOKEN.replace('title = "Lời chào"', 'title = "Lũ lên"\nclass = "emergency"')


def test_a_phrase_travels_with_the_bundle_with_its_class_reviewer_and_recording(office: Office) -> None:
    office.write("phrases/lu-len.vi.md", PHRASE)
    office.write("phrases/chao.wav", wav(babble(1.2)))
    bundle = office.draft().bundle
    (phrase,) = bundle.phrases
    (version,) = phrase.versions
    assert (phrase.id, phrase.bulletin_class, version.reviewer) == ("lu-len", BulletinClass.EMERGENCY, "Vi Thị Dụ")
    assert version.clip.sha256 in assets(bundle)


def test_a_phrase_is_recorded_in_one_language_and_read_by_the_machine_in_another(office: Office) -> None:
    office.write("phrases/lu-len.vi.md", PHRASE.replace('audio = "chao.wav"\n', ""))
    office.write("phrases/lu-len.tyz.md", SPOKEN.replace("+++\ntitle", '+++\nvoice = "Nông Thị Mẫu"\ntitle', 1))
    office.write("phrases/chao.wav", wav(babble(1.2)))
    (phrase,) = office.draft().bundle.phrases
    assert {version.language: version.voice for version in phrase.versions} == {"vi": "espeak-ng vi", "tyz": "Nông Thị Mẫu"}


def test_a_phrase_is_no_part_of_a_session_and_shares_no_name(office: Office) -> None:
    office.write("phrases/loi-chao.vi.md", PHRASE)
    office.write("phrases/lu-len.vi.md", PHRASE)
    office.write("programme.toml", PROGRAMME + SESSION.replace('["loi-chao"]', '["loi-chao", "lu-len"]'))
    told = office.complaints()
    assert "there is no announcement “lu-len”" in told["programme.toml: session[1].order"]
    assert "already taken" in told["phrases/loi-chao.vi.md"]


def test_a_session_names_its_zones_and_may_be_started_on_site(office: Office) -> None:
    office.write("programme.toml", PROGRAMME + SESSION + 'zones = ["cho", "truong"]\non_site = true\n')
    (session,) = office.draft().bundle.sessions
    assert (session.zones, session.on_site) == (("cho", "truong"), True)


def test_music_is_said_to_be_music_and_is_a_recording(office: Office) -> None:
    office.write("announcements/loi-chao.vi.md", SPOKEN.replace("title", "music = true\ntitle"))
    assert office.draft().bundle.announcements[0].music
    office.write("announcements/loi-chao.vi.md", SPOKEN.replace("title", "music = true\ntitle").replace('audio = "chao.wav"\n', ""))
    assert "music without a recording" in office.complaints()["announcements/loi-chao.vi.md: music"]


@pytest.mark.parametrize("field", ["music = true", 'zones = ["cho"]', "on_site = true"])
def test_a_phrase_has_no_field_of_announcements_or_sessions(office: Office, field: str) -> None:
    office.write("phrases/lu-len.vi.md", PHRASE.replace("title", f"{field}\ntitle"))
    assert "unknown key" in office.complaints()[f"phrases/lu-len.vi.md: {field.split()[0]}"]
