"""Words as they are read aloud: figures, dates, units, abbreviations, and nothing that is no word."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.making.lexicon import Lexicon, house_lexicon
from registry.making.words import MARKS, speakable, unknown_abbreviations
from tests.registry.making.officework import SPOKEN, Office

HOUSE = house_lexicon()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("UBND xã họp.", "Ủy ban nhân dân xã họp."),
        ("HĐND và MTTQ", "Hội đồng nhân dân và Mặt trận Tổ quốc."),
        ("Lúc 7:30, 8h và 19h05", "Lúc 7 giờ 30 phút, 8 giờ và 19 giờ 5 phút."),
        ("Từ 7h30-9h, rồi 13g30 – 15h", "Từ 7 giờ 30 phút đến 9 giờ, rồi 13 giờ 30 phút đến 15 giờ."),
        ("ngày 5/12/2026", "ngày 5 tháng 12 năm 2026."),
        ("Mưa 150-200 mm, gió cấp 10-11, giật 120km/h.", "Mưa 150 đến 200 mi li mét, gió cấp 10 đến 11, giật 120 ki lô mét một giờ."),
        ("Hỗ trợ 1.500.000 đồng/hộ, lãi 6,5%/năm.", "Hỗ trợ 1500000 đồng một hộ, lãi 6 phẩy 5 phần trăm một năm."),
        ("Xả 1.200 m³/s, ngập 3.5 ha, -2°C", "Xả 1200 mét khối một giây, ngập 3 phẩy 5 héc ta, âm 2 độ C."),
        ("giá 12.000đ/kg, thửa 2 m2, 12,05 kg", "giá 12000 đồng một ki lô gam, thửa 2 mét vuông, 12 phẩy 0 5 ki lô gam."),
        ("5 kg/người/ngày, 20.000 VNĐ", "5 ki lô gam một người một ngày, 20000 đồng."),
        ("Khóa XV, quý III, cấp độ II, lần thứ IX", "Khóa 15, quý 3, cấp độ 2, lần thứ 9."),
        ("Quyết định số 12/2026/QĐ-UBND.", "Quyết định số 12 năm 2026 của Ủy ban nhân dân."),
        ("Số 45/TB-TYT và 78/NĐ-CP", "Số 45 thông báo của Trạm Y tế và 78 nghị định của Chính phủ."),
        ("Theo BQLN và LED", "Theo B Q L N và LED."),
        ("Xem https://anphu.example/a?b=1.", "Xem."),
        ("Vào gop-y.anphu.vn/bang-tin, nhé", "Vào, nhé."),
        ("Gửi thư a.b@anphu.vn!", "Gửi thư!"),
        ("[Bấm đây](https://x.example) nhé", "Bấm đây nhé."),
        ("**Gọi** 114 hoặc 0200 000 101.", "Gọi 1 1 4 hoặc, 0 2 0 0 0 0 0 1 0 1."),
        ("Gọi 0912.345.678 hoặc 115", "Gọi, 0 9 1 2 3 4 5 6 7 8, hoặc 1 1 5."),
        ("# Tin\n\n- một\n- hai!\n+ ba", "Tin.\nmột.\nhai!\nba."),
        ("15. Bản Lầu\n20) Bản Xen", "15. Bản Lầu.\n20, Bản Xen."),
        ("| a | b |\n|---|---|\n| c | d |", "a b.\nc d."),
        ("Nước (lũ) – “xiết” & sâu; và/hoặc đục…", "Nước, lũ, xiết và sâu; và, hoặc đục."),
    ],
)
def test_text_is_read_aloud_as_a_person_would(written: str, read: str) -> None:
    assert speakable(written, "vi", HOUSE) == read


PIECES = [*"0123456789.,:;/-–%°h²³dđmkgXVI ()[]*_|+=<>&\n", "UBND", "km/h", "QĐ-", "ngày ", "gọi ", "khóa ", "114", "à"]
FIGURES = st.lists(st.one_of(st.sampled_from(PIECES), st.characters()), max_size=40).map("".join)


def is_word_or_mark(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM" or unicodedata.category(char) == "Nd" or char in MARKS + " \n"


@given(FIGURES, st.sampled_from(["vi", "km"]))
@example("0'đ", "vi")
@example("3 (.) 5, 12'/'2026", "vi")
def test_nothing_but_words_digits_and_sentence_marks_is_left_and_a_second_pass_changes_nothing(text: str, language: str) -> None:
    said = speakable(text, language, HOUSE)
    assert [char for char in said if not is_word_or_mark(char)] == []
    assert speakable(said, language, HOUSE) == said


@given(st.text(max_size=200))
def test_no_address_is_read_aloud(text: str) -> None:
    assert "a.example" not in speakable(f"{text} https://a.example/x {text}", "vi", HOUSE)


def test_another_language_keeps_its_figures_and_letters() -> None:
    assert speakable("ទូរសព្ទ 114។ **ភ្លាម**", "km", HOUSE) == "ទូរសព្ទ 114។ ភ្លាម."


def test_abbreviations_that_nobody_explained_are_told(office: Office) -> None:
    assert unknown_abbreviations("UBND, BQLN và LED; khóa XV, 12/QĐ-UBND", "vi", HOUSE) == ["BQLN", "LED"]
    office.write("announcements/doc.vi.md", SPOKEN.replace('audio = "chao.wav"\n', "").replace("bà con", "bà con BQLN"))
    assert any("BQLN" in line and "words.toml" in line for line in office.told())


def test_a_commune_adds_its_own_words_and_its_own_win(office: Office) -> None:
    office.write("words.toml", '[abbreviations]\n"BQLN" = "Ban Quản lý nước"\n"HTX" = "hợp tác xã Lúa Xanh"\n')
    office.write("announcements/doc.vi.md", SPOKEN.replace('audio = "chao.wav"\n', "").replace("bà con", "HTX, BQLN, UBND"))
    assert any("hợp tác xã Lúa Xanh, Ban Quản lý nước, Ủy ban nhân dân" in line for line in office.told())


@pytest.mark.parametrize(
    ("line", "place", "reason"),
    [
        ('[abreviations]\n"A" = "b"', "words.toml: abreviations", "did you mean “abbreviations”"),
        ('[abbreviations]\n"BQL" = "xem https://x"', "words.toml: abbreviations.BQL", "not in the right form"),
        ("[abbreviations]\nĐB = 3", "words.toml", "not readable as TOML"),
    ],
)
def test_words_that_cannot_be_read_are_told(office: Office, line: str, place: str, reason: str) -> None:
    office.write("words.toml", line)
    assert reason in office.complaints()[place]


def test_the_words_of_the_house_are_words() -> None:
    for table in (HOUSE.abbreviations, HOUSE.documents, HOUSE.units, HOUSE.signs):
        for words in table.values():
            assert speakable(words, "vi", HOUSE) == f"{words}."
    assert Lexicon().with_words_of(HOUSE) == HOUSE
