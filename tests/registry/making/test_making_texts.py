"""Text on its way in: UTF-8, its mark, line ends and Unicode NFC."""

import unicodedata

from tests.registry.making.officework import NOTICE, Office


def test_text_in_two_pieces_per_letter_is_put_together(office: Office) -> None:
    office.write("notices/hop-thon.vi.md", unicodedata.normalize("NFD", NOTICE))
    version = office.draft().bundle.notices[0].versions[0]
    assert (version.title, version.body) == ("Họp thôn", "Mời bà con họp lúc 19 giờ.")


def test_a_file_that_is_not_utf8_names_the_byte(office: Office) -> None:
    office.write("notices/hop-thon.vi.md", NOTICE.encode() + b"\xb8\xb5")
    assert f"byte {len(NOTICE.encode())}" in office.complaints()["notices/hop-thon.vi.md"]


def test_the_mark_and_line_ends_of_windows_are_no_fault(office: Office) -> None:
    office.write("notices/hop-thon.vi.md", b"\xef\xbb\xbf" + NOTICE.replace("\n", "\r\n").encode())
    assert office.draft().bundle.notices[0].versions[0].body == "Mời bà con họp lúc 19 giờ."
