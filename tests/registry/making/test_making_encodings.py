"""Old Vietnamese encodings and text read in a wrong one: all of it is recognised, and nothing that is correct."""

import subprocess
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.making.letters.legacy import recognise
from registry.making.letters.mojibake import repaired
from registry.making.letters.syllables import is_syllable
from registry.making.letters.tables import CP1258, ENCODINGS, TCVN3, VISCII, VNI
from tests.registry.making.officework import NOTICE, PROGRAMME, SESSION, Office
from tests.registry.making.tongues import OTHERS, VIETNAMESE

HOUSE = Path(__file__).parents[3]
WORDS = sorted({word for word in VIETNAMESE.lower().replace(",", " ").split() if not word.isascii() and is_syllable(word)})
KNOWN = {
    "Céng hßa x· héi chñ nghÜa ViÖt Nam": ("TCVN3 (ABC)", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
    "§éc lËp - Tù do - H¹nh phóc": ("TCVN3 (ABC)", "Độc lập - Tự do - Hạnh phúc"),
    "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam": ("VNI Windows", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
    "UÛy ban nhaân daân xaõ, Ñoäc laäp, Töï do": ("VNI Windows", "Ủy ban nhân dân xã, Độc lập, Tự do"),
    "Uûy ban nhaân daân xaõ": ("VNI Windows", "Ủy ban nhân dân xã"),
    "Häp th«n": ("TCVN3 (ABC)", "Họp thôn"),
}


def seen(text: str, encoding: str) -> str:
    """*text* in *encoding*, as it looks to a program that takes it for Western European; toned capitals of TCVN3 are small letters."""
    signs = {letter: sign for sign, letter in ENCODINGS[encoding].items()}
    return "".join(signs.get(char, signs.get(char.lower(), char)) for char in text)


@pytest.mark.parametrize(("table", "name"), [(TCVN3, "TCVN5712-1"), (VISCII, "VISCII")], ids=["tcvn3", "viscii"])
def test_the_tables_agree_with_those_of_the_c_library(table: dict[str, str], name: str) -> None:
    raw = "".join(table).encode("latin-1")
    told = subprocess.run(["iconv", "-f", name, "-t", "UTF-8"], input=raw, capture_output=True, check=True).stdout.decode()
    assert list(told) == list(table.values())


def test_the_table_of_code_page_1258_agrees_with_that_of_python() -> None:
    small = {sign: letter for sign, letter in CP1258.items() if letter.islower()}
    assert {sign: unicodedata.normalize("NFC", sign.encode("cp1252").decode("cp1258")) for sign in small} == small


def test_every_letter_of_vietnamese_stands_in_vni_once() -> None:
    tones = ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
    letters = {unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in tones} | {"đ"}
    assert letters - set(VNI.values()) <= set("aeiouyíì"), "what is missing is written as in Windows-1252"
    assert len({sign for sign, letter in VNI.items() if letter.islower()}) == len({each for each in VNI.values() if each.islower()})


@pytest.mark.parametrize("text", KNOWN)
def test_well_known_phrases_are_read(text: str) -> None:
    found = recognise(text)
    assert found
    assert (found.encoding, found.says) == KNOWN[text]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("line", VIETNAMESE.splitlines(), ids=lambda line: line[:12])
def test_every_vietnamese_sentence_in_an_old_encoding_is_recognised(line: str, encoding: str) -> None:
    first = "Unicode đúng ở dòng đầu.\n"
    found = recognise(f"{first}{seen(line, encoding)}\n")
    assert found
    assert (found.at, found.encoding) == (len(first), encoding)


@given(st.lists(st.sampled_from(WORDS), min_size=4, max_size=12, unique=True), st.sampled_from(["TCVN3 (ABC)", "VNI Windows"]))
def test_any_few_words_in_tcvn3_or_vni_are_recognised_and_read_back(words: list[str], encoding: str) -> None:
    written = seen(" ".join(words), encoding)
    changed = [word for word in written.split() if not is_syllable(word)]
    found = recognise(written)
    # Some words look alike in both, such as "là" or "thì"; two that do not are enough.
    assert found or len(set(changed)) < 2
    assert not found or found.encoding != encoding or found.says == " ".join(words)


@pytest.mark.parametrize("line", [*VIETNAMESE.splitlines(), *OTHERS.splitlines()], ids=lambda line: line[:12])
def test_no_correct_sentence_of_any_language_is_taken_for_an_old_encoding(line: str) -> None:
    for text in (line, line.upper(), unicodedata.normalize("NFD", line), " ".join(reversed(line.split()))):
        assert recognise(text) is None
        assert repaired(text) is None


def test_no_single_word_is_enough() -> None:
    assert [word for word in (VIETNAMESE + OTHERS).split() if recognise(word)] == []


@given(st.lists(st.sampled_from((VIETNAMESE + OTHERS).split()), min_size=1, max_size=12))
def test_no_mixture_of_correct_words_is_taken_for_an_old_encoding(words: list[str]) -> None:
    assert repaired(" ".join(words)) is None
    found = recognise(" ".join(words))
    # Two words of a western language may be two syllables of TCVN3 by chance; a third word of any kind ends the doubt.
    assert found is None or len({word for word in words if not word.isascii()}) <= 2, found


def test_no_line_of_our_own_pages_and_contents_is_taken_for_an_old_encoding() -> None:
    files = [*HOUSE.glob("docs/**/*.md"), *HOUSE.glob("content/**/*.md"), *HOUSE.glob("content/**/*.toml"), HOUSE / "README.md"]
    lines = [line for path in files for line in path.read_text(encoding="utf-8").splitlines() if not line.isascii()]
    assert len(lines) > 300
    assert [line for line in lines if recognise(line) or repaired(line)] == []


@pytest.mark.parametrize("codec", ["cp1252", "latin-1", "cp1258"])
@pytest.mark.parametrize("line", [VIETNAMESE.splitlines()[n] for n in (0, 1, 2, 5)], ids=lambda line: line[:12])
def test_utf8_that_was_read_in_a_wrong_encoding_is_read_back(line: str, codec: str) -> None:
    raw = line.encode()
    if codec == "cp1258":
        # Windows leaves undefined bytes as they are, and combining marks do not join what they follow here.
        wrong = "".join(bytes([byte]).decode("cp1258", "ignore") or chr(byte) for byte in raw if byte != 0xCC)
    else:
        wrong = "".join(bytes([byte]).decode(codec, "ignore") or chr(byte) for byte in raw)
    assert repaired(wrong) == line


def test_an_officer_is_told_the_line_what_it_says_and_how_to_convert(office: Office) -> None:
    """Text from an old Word document: in a body, in a title, in a ticker; all at once, and the earlier draft stays."""
    earlier = office.draft().folder / "bundle.json"
    before = earlier.read_bytes()
    office.write("notices/hop-thon.vi.md", NOTICE + "\n" + seen("Kính mời toàn thể bà con về dự họp thôn đông đủ.", "TCVN3 (ABC)"))
    office.write("notices/nua.vi.md", NOTICE.replace("Họp thôn", seen("Thông báo về việc họp thôn", "VNI Windows")))
    wrong = "Xin chào bà con đến dự".encode().decode("latin-1")
    office.write(
        "programme.toml", PROGRAMME + SESSION + f'\n[[ticker]]\nid = "t"\ntext = {{ vi = "{seen("Nước lũ lên rất nhanh", "VISCII")}" }}\n'
    )
    office.write("announcements/loi-chao.vi.md", '+++\ntitle = "Lời chào"\nreviewer = "Vi Thị Dụ"\naudio = "chao.wav"\n+++\n' + wrong)
    told = office.complaints()
    body = told["notices/hop-thon.vi.md: nội dung / body"]
    assert "dòng / line 6" in body
    assert "“Kính mời toàn thể bà con về dự …”" in body
    assert "UniKey" in body
    assert "TCVN3 (ABC)" in body
    assert "VNI Windows" in told["notices/nua.vi.md: title"]
    assert "“Thông báo về việc họp thôn”" in told["notices/nua.vi.md: title"]
    assert f"dòng / line {(PROGRAMME + SESSION).count(chr(10)) + 4}: " in told["programme.toml: ticker[1].text.vi"]
    assert "VISCII" in told["programme.toml: ticker[1].text.vi"]
    assert "“Xin chào bà con đến dự”" in told["announcements/loi-chao.vi.md: nội dung / body"]
    assert earlier.read_bytes() == before


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (seen("Mời bà con về họp thôn", "TCVN3 (ABC)").encode("latin-1"), "TCVN3 (ABC): “Mời bà con về họp thôn”"),
        ("Mời bà con".encode("utf-16"), "UTF-16"),
        (b"\xb8\xb5", "byte 0"),
    ],
)
def test_a_file_that_is_not_utf8_is_told_what_it_probably_is(office: Office, data: bytes, told: str) -> None:
    office.write("notices/hop-thon.vi.md", data)
    assert told in office.complaints()["notices/hop-thon.vi.md"]


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("karRbkasGasnñ GñkTaMgGs;Kña RtUvTukRTBüsm,tþi", True),
        ("Thông báo họp thôn", True),
        ("ប្រជុំភូមិ នៅ An Phú ម៉ោង 19", False),
        ("0200 000 114", False),
    ],
)
def test_a_khmer_version_in_other_letters_is_an_old_font_or_another_language(office: Office, text: str, refused: bool) -> None:
    office.write("programme.toml", PROGRAMME + SESSION + f'\n[[ticker]]\nid = "t"\ntext = {{ vi = "Tin", km = "{text}" }}\n')
    if refused:
        assert "Limon" in office.complaints()["programme.toml: ticker[1].text.km"]
    else:
        assert office.draft().bundle.tickers
