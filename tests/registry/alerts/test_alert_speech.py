"""What an alert says: phrases that units hold, then its own words, and when it was sent."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from bundle.alert import Airings, Status
from bundle.asset import blob_path
from bundle.base import BulletinClass
from bundle.errors import Refused
from bundle.items import Phrase, Spoken
from registry.alerts.speech import dated, issued_at, phrase_clips, spoken, with_phrases
from registry.making.blobs import Blobs
from registry.making.spoken import Speaker
from registry.making.voice import EspeakVoice
from tests.simulators.content import PROVENANCE, clip_of, flood_alert, small_bundle

NOW = datetime(2026, 11, 12, 0, 30, tzinfo=UTC)


@dataclass
class Listening:
    """The machine's own voice, with what it was asked to say."""

    heard: list[str] = field(default_factory=list)
    voice: EspeakVoice = field(default_factory=EspeakVoice)

    def name(self, language: str) -> str | None:
        return self.voice.name(language)

    def say(self, text: str, language: str, where: str) -> bytes:
        self.heard.append(text)
        return self.voice.say(text, language, where)


def phrase(name, body, kind=BulletinClass.EMERGENCY, languages=("vi",)):
    said = [
        Spoken(language=each, title=name, body=body, clip=clip_of(f"{name}-{each}".encode()), voice="ghi âm", reviewer="Lò Thị Mây")
        for each in languages
    ]
    return Phrase(id=name, bulletin_class=kind, versions=tuple(said), provenance=PROVENANCE)


BUNDLE = small_bundle(NOW).model_copy(
    update={
        "phrases": (
            phrase("lu", "Khẩn cấp! Nước lên nhanh.", languages=("vi", "hmn")),
            phrase("dien-tap", "Diễn tập. Đây không phải thật."),
            phrase("thu-loa", "Thử loa.", BulletinClass.ROUTINE),
        )
    }
)


def flood(**changes):
    (alert,) = flood_alert(NOW).alerts
    return alert.model_copy(update=changes)


def said(alert, tmp_path, words=None):
    voice = Listening()
    made, silent = spoken(alert, Speaker(tmp_path, voice, Blobs(tmp_path)), "Trần Văn Mưa", words)
    return made, silent, voice.heard


def test_a_stored_phrase_is_the_very_clip_that_units_hold_in_each_of_its_languages():
    assert phrase_clips(BUNDLE, "lu") == {"vi": clip_of(b"lu-vi"), "hmn": clip_of(b"lu-hmn")}
    made, lacking = with_phrases(flood(), BUNDLE, ["lu"])
    assert [text.phrases for text in made.versions] == [(clip_of(b"lu-vi"),)]
    assert lacking == ()


def test_a_phrase_for_other_times_is_none_for_an_emergency_and_a_lacking_one_is_told():
    with pytest.raises(Refused, match="no such emergency phrase"):
        phrase_clips(BUNDLE, "thu-loa")
    made, lacking = with_phrases(flood(), BUNDLE, ["thu-loa", "lu", "bao"])
    assert [len(text.phrases) for text in made.versions] == [1]
    assert len(lacking) == 2
    assert len(with_phrases(flood(), None, ["lu"])[1]) == 1, "a channel that has released no bundle yet"


def test_an_exercise_takes_only_phrases_that_say_so_first():
    exercise = flood(status=Status.EXERCISE)
    assert with_phrases(exercise, BUNDLE, ["lu", "dien-tap"])[0].versions[0].phrases == (clip_of(b"dien-tap-vi"),)


def test_it_says_what_happens_where_and_what_to_do_and_when_it_was_sent(tmp_path):
    made, silent, heard = said(flood(), tmp_path)
    assert heard == ["Lũ đang lên.\nXã Bản Mẫu.\nLên nhà văn hóa ngay.", "Tin phát lúc 7 giờ 30, ngày 12 tháng 11."]
    assert silent == ()
    text = made.versions[0]
    assert text.clip is not None
    assert text.issued is not None
    assert (text.voice, text.reviewer) == ("espeak-ng vi", "Trần Văn Mưa")
    assert all((tmp_path / blob_path(clip.sha256)).is_file() for clip in text.clips)


@pytest.mark.parametrize(("phrases", "counts"), [((), (1, 3)), (("lu",), (2, 3))])
def test_what_begins_with_phrases_sounds_twice_so_that_its_own_words_are_heard_that_come_late(tmp_path, phrases, counts):
    for count, least in zip((1, 3), counts, strict=True):
        begun, _ = with_phrases(flood(airings=Airings(count=count)), BUNDLE, phrases)
        assert begun.airings.count == count, "phrases lie on the units"
        made, _, _ = said(begun, tmp_path)
        assert made.airings.count == least


def test_phrases_put_before_words_that_are_spoken_already_make_it_sound_twice(tmp_path):
    made, _, _ = said(flood(airings=Airings(count=1)), tmp_path)
    assert with_phrases(made, BUNDLE, ["lu"])[0].airings.count == 2


def test_what_is_not_real_is_spoken_so_whoever_wrote_the_words(tmp_path):
    for words in (None, {"vi": "Nước lên, chạy ngay!"}):
        _, _, heard = said(flood(status=Status.EXERCISE), tmp_path, words)
        assert heard[0].startswith("Diễn tập: "), heard


def test_signs_of_markdown_are_not_read_aloud(tmp_path):
    (text,) = flood().versions
    _, _, heard = said(flood(versions=(text.model_copy(update={"instruction": "- Nước \\< 5 m\n- \\*Đi\\* ngay"}),)), tmp_path)
    assert heard[0].endswith("Nước nhỏ hơn 5 mét.\nĐi ngay.")


def test_a_language_without_a_voice_stays_text_and_is_told(tmp_path):
    (text,) = flood().versions
    made, silent, _ = said(flood(versions=(text, text.model_copy(update={"language": "km"}))), tmp_path)
    assert made.versions[1].clip is None
    assert [each.where for each in silent] == ["alert: km"]


def test_the_hour_is_that_of_the_village():
    assert issued_at(datetime(2026, 11, 11, 17, 5, tzinfo=UTC), "vi") == "Tin phát lúc 0 giờ 5, ngày 12 tháng 11."
    assert issued_at(NOW, "km") is None


def test_stored_phrases_get_the_hour_of_their_alert_beside_them_and_nothing_else(tmp_path):
    (text,) = flood().versions
    texts = (
        text.model_copy(update={"phrases": (clip_of(b"lu-vi"),)}),
        text.model_copy(update={"language": "km", "phrases": (clip_of(b"lu-km"),)}),
    )
    voice = Listening()
    made, silent = dated(flood(versions=texts), Speaker(tmp_path, voice, Blobs(tmp_path)), "Trần Văn Mưa")
    assert voice.heard == ["Tin phát lúc 7 giờ 30, ngày 12 tháng 11."]
    assert [version.issued is not None for version in made.versions] == [True, False]
    assert [version.clip for version in made.versions] == [None, None]
    assert silent == ()


def test_what_does_not_sound_needs_no_hour(tmp_path):
    voice = Listening()
    assert dated(flood(), Speaker(tmp_path, voice, Blobs(tmp_path)), "Trần Văn Mưa")[0] == flood()
    assert voice.heard == []
