"""Text on its way in and on its way to the voice: encodings, characters without a glyph, and words as they are read aloud."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.errors import Refused
from registry.making.texts import check_letters, looks_legacy
from registry.making.voice import speakable
from tests.registry.making.officework import NOTICE, PROGRAMME, SESSION, Office

VIETNAMESE = "Ủy ban nhân dân xã thông báo: khoẻ mạnh, hoà thuận, quý, ngoằn ngoèo, thuở, giếng, Đắk Lắk, «xin chào», «bà con», «mời họp»."


def tcvn3(text: str) -> str:
    """*text* as a TCVN3 document looks when it is opened as Latin-1 (the small letters that are needed here)."""
    table = dict(zip("âêôơưđăáàảãạấầếềệộốồ", "©ª«¬\xad®¨¸µ¶·¹ÊÇÕÒÖéèå", strict=True))
    return "".join(table.get(char, char) for char in text)


def test_text_in_two_pieces_per_letter_is_put_together(office: Office) -> None:
    office.write("notices/hop-thon.vi.md", unicodedata.normalize("NFD", NOTICE))
    version = office.draft().bundle.notices[0].versions[0]
    assert (version.title, version.body) == ("Họp thôn", "Mời bà con họp lúc 19 giờ.")


@pytest.mark.parametrize(
    "text", [tcvn3("thông báo của ban nhân dân"), "Uûy ban nhaân daân xaõ An Phuù", "Thoâng baùo veà vieäc hoïp thoân"]
)
def test_old_encodings_are_recognised_and_refused_with_advice(office: Office, text: str) -> None:
    office.write("notices/hop-thon.vi.md", NOTICE + text)
    office.write("notices/nua.vi.md", NOTICE.replace("Họp thôn", text))
    told = office.complaints()
    assert "UniKey" in told["notices/hop-thon.vi.md: nội dung / body"]
    assert "TCVN3" in told["notices/nua.vi.md: title"]


def test_good_vietnamese_and_other_languages_are_not_taken_for_old_encodings(office: Office) -> None:
    assert not looks_legacy(VIETNAMESE)
    ede = "Čiăng ñu mñai ƀuôn, aâ eâ oâ"
    office.write("programme.toml", PROGRAMME + SESSION + f'\n[[ticker]]\nid = "t"\n[ticker.text]\nvi = "Tin"\nrad = "{ede}"\n')
    assert office.draft().bundle.tickers


def test_a_file_that_is_not_utf8_names_the_byte(office: Office) -> None:
    office.write("notices/hop-thon.vi.md", NOTICE.encode() + b"\xb8\xb5")
    assert f"byte {len(NOTICE.encode())}" in office.complaints()["notices/hop-thon.vi.md"]


def test_the_mark_and_line_ends_of_windows_are_no_fault(office: Office) -> None:
    office.write("notices/hop-thon.vi.md", b"\xef\xbb\xbf" + NOTICE.replace("\n", "\r\n").encode())
    assert office.draft().bundle.notices[0].versions[0].body == "Mời bà con họp lúc 19 giờ."


def test_characters_that_no_font_has_are_named_exactly(office: Office) -> None:
    office.write("notices/hop-thon.vi.md", NOTICE + "漢 và \U00020000, \x0b")
    office.write("programme.toml", PROGRAMME.replace("Trụ sở", "Trụ sở \\uE000") + SESSION)
    told = office.complaints()
    body = told["notices/hop-thon.vi.md: nội dung / body"]
    assert "U+E000" in told["programme.toml: contact"]
    with pytest.raises(Refused, match=r"U\+000B") as refused:
        check_letters("漢 và \U00020000, \x0b", "vi", "x")
    assert "U+6F22" in str(refused.value)
    assert "U+20000" in str(refused.value)
    assert "U+" in body


@pytest.mark.parametrize("text", [VIETNAMESE, "សូមទូរសព្ទ\u200bលេខ", "Txhaj tshuaj tiv thaiv", "ꨆꨟꨓ", "⚠ 😀 → “…” • ° ²"])
def test_what_the_units_fonts_have_passes(text: str) -> None:
    check_letters(text, "vi", "x")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("UBND xã họp.", "Ủy ban nhân dân xã họp."),
        ("HĐND và MTTQ", "Hội đồng nhân dân và Mặt trận Tổ quốc"),
        ("Lúc 7:30, 8h và 19h05", "Lúc 7 giờ 30 phút, 8 giờ và 19 giờ 5 phút"),
        ("ngày 5/12/2026", "ngày 5 tháng 12 năm 2026"),
        ("Số 27/2026/QĐ", "Số 27/2026/QĐ"),
        ("Xem https://anphu.example/a?b=1.", "Xem."),
        ("Vào gop-y.anphu.vn/bang-tin, nhé", "Vào, nhé"),
        ("Gửi thư a.b@anphu.vn!", "Gửi thư!"),
        ("[Bấm đây](https://x.example) nhé", "Bấm đây nhé"),
        ("**Gọi** 114 hoặc 0200 000 101.", "Gọi 1 1 4 hoặc, 0 2 0 0 0 0 0 1 0 1,."),
        ("# Tin\n\n- một\n- hai!\n- ba", "Tin.\nmột.\nhai!\nba"),
        ("| a | b |\n|---|---|\n| c | d |", "a b.\nc d"),
    ],
)
def test_text_is_read_aloud_as_a_person_would(written: str, read: str) -> None:
    assert speakable(written) == read


@given(st.text(max_size=200))
def test_nothing_read_aloud_is_an_address_or_a_mark(text: str) -> None:
    spoken = speakable(f"{text} https://a.example/x {text}")
    assert "://a.example" not in spoken
    assert not set("*_`|") & set(spoken)
