"""Words of Khmer are divided when the draft is made, by ICU's dictionary; what a writer divided, and every other script, stays."""

import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.making import icu
from registry.making.breaks import with_breaks
from tests.registry.making.officework import PROGRAMME, SESSION, Office, babble, wav

KHMER = "អញ្ជើញបងប្អូនទាំងអស់ចូលរួមប្រជុំភូមិនៅម៉ោង ៧ យប់។"
WORDS = ["អញ្ជើញ", "បងប្អូន", "ទាំងអស់", "ចូលរួម", "ប្រជុំ", "ភូមិ", "នៅ", "ម៉ោង ៧ យប់។"]
BY_HAND = "ស្រុកត្រពាំង\u200bឫស្សី"


def divided(text: str) -> str:
    return with_breaks(text, "x")


def test_khmer_is_divided_between_words_and_nowhere_else() -> None:
    assert divided(KHMER) == "\u200b".join(WORDS)


@pytest.mark.parametrize("text", ["ขอเชิญชาวบ้านประชุม", "ເຊີນຊາວບ້ານປະຊຸມ"])
def test_thai_and_lao_are_divided_too(text: str) -> None:
    assert divided(text).count("\u200b") >= 2


@pytest.mark.parametrize(
    "text", ["Mời bà con họp lúc 19 giờ.", "Nyob zoo cov kwv tij", "ꨆꨟꨓ ꨆꨟꨓ", "👨‍👩‍👧 | a | b |", BY_HAND, "ក", "១២៣៤៥៦", ""]
)
def test_other_scripts_and_what_its_writer_divided_stay_as_they_are(text: str) -> None:
    assert divided(text) == text


@pytest.mark.parametrize("text", ["គ្រួសារនីមួយៗត្រូវធ្វើ", "ประชุมบ่อยๆทุกบ้าน", "ປະຊຸມເລື້ອຍໆທຸກບ້ານ"])
def test_the_sign_that_repeats_a_word_stays_with_it(text: str) -> None:
    found = divided(text)
    assert "\u200b" in found
    assert not any(f"\u200b{sign}" in found for sign in "ៗๆໆ")


def test_a_name_joined_by_hand_is_not_divided_inside() -> None:
    assert "ភូមិ\u2060នៅ" in divided("ចូលរួមប្រជុំភូមិ\u2060នៅម៉ោង")


@given(st.text(st.sampled_from("កខគងញតនបមយរលវសហអ្ាិីុូេែោៅំះ៉់៍។៧ \u200b\u200c\u200d\u2060ab*|\n[](")))
def test_nothing_but_breaks_is_added_only_between_letters_and_twice_is_once(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    found = divided(text)
    assert found.replace("\u200b", "") == text.replace("\u200b", "")
    assert found.count("\u200b") >= text.count("\u200b")
    assert divided(found) == found
    assert unicodedata.is_normalized("NFC", found)


def test_titles_bodies_tickers_and_emergencies_are_divided_and_a_url_is_not(office: Office) -> None:
    office.write("notices/hop-thon.km.md", f'+++\ntitle = "{KHMER}"\n+++\n**{KHMER}** {KHMER}\n')
    office.write("notices/hop-thon.vi.md", '+++\ntitle = "Họp thôn"\nlink = "https://xa.example/ភូមិនៅម៉ោង"\n+++\nMời bà con họp.\n')
    office.write("programme.toml", PROGRAMME + SESSION + f'\n[[ticker]]\nid = "t"\n[ticker.text]\nvi = "Tin"\nkm = "{KHMER}"\n')
    texts = (
        f'[text.{each}]\nheadline = "{words}"\nwhere = "{words}"\ninstruction = "{words}"\n{speech}'
        for each, words, speech in (("vi", "Lũ lên", 'speech = "Lũ lên."\nreviewer = "Vi Thị Dụ"\n'), ("km", KHMER, ""))
    )
    office.write("alerts/lu.toml", 'status = "Actual"\nevent = "Lũ"\nlevel = 4\n' + "".join(texts))
    draft = office.draft()
    want = "\u200b".join(WORDS)
    (notice,), (ticker,), alert = draft.bundle.notices, draft.bundle.tickers, draft.alerts["lu"]
    assert (notice.versions[1].title, notice.versions[1].body) == (want, f"**{want}** {want}")
    assert notice.link == "https://xa.example/ភូមិនៅម៉ោង"
    assert ticker.versions[1].title == want
    assert [alert.versions[1].headline, alert.versions[1].where, alert.versions[1].instruction] == [want] * 3


class Khmer:
    """A voice that keeps what it was told to say."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def name(self, language: str) -> str | None:
        return "giọng thử"

    def say(self, text: str, language: str, where: str) -> bytes:
        self.told.append(text)
        return wav(babble(2.0))


def test_a_voice_gets_the_words_without_breaks_and_the_caption_gets_them_with(office: Office) -> None:
    office.write("announcements/loi-chao.km.md", f'+++\ntitle = "Lời"\nreviewer = "Sơn Thị Dụ"\n+++\n{KHMER} {BY_HAND}\n')
    voice = Khmer()
    (announcement,) = office.draft(voice=voice).bundle.announcements
    assert announcement.versions[1].body == "\u200b".join(WORDS) + f" {BY_HAND}"
    assert voice.told
    assert not any("\u200b" in text for text in voice.told)


@pytest.fixture
def without_icu(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    icu.dictionary.cache_clear()
    monkeypatch.setattr(icu, "find_library", lambda _: None)
    yield
    icu.dictionary.cache_clear()


@pytest.mark.usefixtures("without_icu")
def test_without_a_dictionary_khmer_is_refused_with_advice_unless_its_writer_divided_it(office: Office) -> None:
    office.write("notices/hop-thon.vi.md", '+++\ntitle = "Họp thôn"\n+++\nMời bà con họp.\n')
    office.write("notices/hop-thon.km.md", f'+++\ntitle = "{KHMER}"\n+++\n{KHMER}\n')
    (told,) = office.complaints().values()
    assert "libicu" in told
    assert "U+200B" in told
    office.write("notices/hop-thon.km.md", f'+++\ntitle = "{BY_HAND}"\n+++\n{BY_HAND}\n')
    assert office.draft().bundle.notices
