"""What a board can show: every character against the declared fonts, every cluster as it is shaped, each fault with its place."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.errors import Refused
from bundle.fonts import DECLARED
from registry.making.letters import fonts
from registry.making.letters.proof import proof
from registry.making.letters.shaping import flaws
from registry.making.letters.spots import spelt
from tests.registry.making.officework import NOTICE, PROGRAMME, SESSION, Office

KHMER = "សូមទូរសព្ទលេខ\u200b 0200 000 114 ឬទៅកាន់សាលាឃុំ ខ្ញុំ ក្រុម ស្ត្រី ត្រៀមខ្លួន។"
CORRECT = [
    "Ủy ban nhân dân xã thông báo: ngoằn ngoèo, thuở, 25.000 ₫, 30 °C, 1/2 ½ m², số 12/CT-UBND, 7 giờ – 11 giờ",
    KHMER,
    "Txhaj tshuaj tiv thaiv, xwm txheej ceev",
    "Pi noọng bản hây, slíp hả bươn chiêng, đảy nèn",
    "Čiăng ñu mñai ƀuôn, ơ̆ ŏ ĭ ŭ ê̆",
    "ꨆꨟꨓ ꪁꪫꪱꪣ 𖬀𖬶 ລາວ ไทย العربية",
    "⚠ 😀 👨\u200d👩\u200d👧 🇻🇳 1️⃣ ☎ ★ ✔ → “…” • ° ² € ™ ①",
    "Zoë Müller, façade, São Tomé, Dvořák",
]


@pytest.mark.parametrize("text", CORRECT)
def test_what_the_declared_fonts_have_passes_composed_and_decomposed(text: str) -> None:
    assert list(proof(text)) == []
    assert list(proof(unicodedata.normalize("NFD", text))) == []


def test_a_character_that_no_font_has_is_named_counted_and_placed(office: Office) -> None:
    office.write("notices/hop-thon.vi.md", NOTICE + "\nChữ 漢 và 漢,\n𠀀.\n")
    told = office.complaints()["notices/hop-thon.vi.md: nội dung / body"]
    assert "“漢” U+6F22 CJK UNIFIED IDEOGRAPH-6F22, 2 lần / times, dòng:cột / line:column 6:5, 6:10" in told
    assert "U+20000" in told
    assert "7:1" in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a\x0bb", "U+000B"),
        ("gọi \u202e411\u202c ngay", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("gọi &#x202E;411", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("biểu tượng \ue04a", "phông cũ"),
        ("mã \u0378", "U+0378"),
        ("a\u2028b", "Enter"),
        ("m\ufffdt chữ", "bản gốc"),
        ("ｈọp", "“ｈ” → “h”"),
        ("𝗛\u0323p", "U+0323"),
        ("mới 🫩", "U+1FAE9"),
        ("កុំ្", "U+17D2"),
    ],
)
def test_each_kind_of_fault_says_which_character_and_what_to_do(text: str, told: str) -> None:
    assert any(told in f"{what} {do}" for what, do in proof(text)), list(proof(text))


@pytest.mark.parametrize("broken", ["្រក", "ក្", "ក្ ខ", "ិក", "េក", "ៈក", "ꨩꨆ"])
def test_clusters_that_a_board_would_draw_with_a_dotted_circle_are_refused_with_their_place(broken: str) -> None:
    ((what, do),) = proof(f"{KHMER}\n{broken} ")
    assert "◌" in what
    assert "line:column 2:" in what
    assert "phụ âm" in do


def test_a_dotted_circle_that_was_written_is_no_fault() -> None:
    assert list(proof("◌")) == []


def test_a_long_list_of_foreign_letters_is_cut_and_says_so() -> None:
    ((what, _),) = proof("".join(map(chr, range(0x4E00, 0x4E20))))
    assert "và 24 ký tự khác / and 24 more" in what


def test_fonts_beyond_the_declared_ones_do_not_count() -> None:
    """This machine has more: what only another font draws would be a box on the units."""
    assert [index for index, _ in flaws("ab\u12a0")] == [2], "Noto Sans Ethiopic is installed with the others, and no unit declares it"


def test_a_machine_without_the_declared_fonts_blames_itself_and_not_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "DECLARED", (*DECLARED, "Noto Sans Nowhere"))
    fonts.declared_layout.cache_clear()
    try:
        with pytest.raises(Refused, match="Noto Sans Nowhere"):
            fonts.declared_layout()
    finally:
        fonts.declared_layout.cache_clear()


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=60))
def test_any_text_is_told_without_a_crash_and_every_index_lies_in_it(text: str) -> None:
    assert all(0 <= index < len(text) for index, _ in flaws(text))
    list(proof(text))
    drawn = spelt(text)
    assert len(drawn.text) == len(drawn.origin)


def test_faults_of_many_files_are_told_at_once_and_the_earlier_draft_stays(office: Office) -> None:
    """Words turned round in a title, no glyph in a table of the Khmer version, a private character in a ticker, TCVN3 beside them."""
    earlier = office.draft().folder / "bundle.json"
    before = earlier.read_bytes()
    office.write("notices/hop-thon.vi.md", NOTICE.replace("Họp thôn", "Họp \u202ethôn"))
    table = "| ថ្ងៃ | ភូមិ |\n|---|---|\n| 23/11 | ភូមិ漢 |\n"
    office.write("notices/hop-thon.km.md", f'+++\ntitle = "ប្រជុំភូមិ"\n+++\n{KHMER}\n\n{table}')
    ticker = '\n[[ticker]]\nid = "t"\n[ticker.text]\nvi = "Gọi \\uE0FF 0200 000 114"\n'
    office.write("programme.toml", PROGRAMME + SESSION + ticker)
    office.write("notices/nua.vi.md", NOTICE + "Kinh mêi bµ con vÒ häp th«n")
    told = office.complaints()
    assert "TCVN3 (ABC)" in told["notices/nua.vi.md: nội dung / body"]
    assert "U+202E RIGHT-TO-LEFT OVERRIDE, 1 lần / times, dòng:cột / line:column 2:14" in told["notices/hop-thon.vi.md: title"]
    assert (
        "“漢” U+6F22 CJK UNIFIED IDEOGRAPH-6F22, 1 lần / times, dòng:cột / line:column 8:15"
        in told["notices/hop-thon.km.md: nội dung / body"]
    )
    assert "U+E0FF" in told["programme.toml: ticker[1].text.vi"]
    assert len(told) == 4
    assert earlier.read_bytes() == before
