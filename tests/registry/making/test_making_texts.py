"""Text on its way in: encodings, and characters without a glyph."""

import unicodedata

import pytest

from registry.making.texts import looks_legacy
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
