"""What Markdown would do to a text behind its writer's back is refused when a draft is made, with its line."""

import pytest

from bundle.errors import Refused
from registry.making.letters.spots import Within
from registry.making.markup import check_markup
from tests.registry.making.officework import NOTICE, Office


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("**Lưu ý:**mang theo sổ", "cả dấu sao, “**Lưu ý:**”"),
        ("**Lưu ý: **mang theo sổ", "cả dấu sao, “**Lưu ý: **”"),
        ("Kích thước 5*3*2 mét", "bảng hiện “532”"),
        ("Xem [tại đây](https://suoitrong.example/lich).", "không hiện “https://suoitrong.example/lich”"),
        ("[0200 000 101](tel:0200000102)", "không hiện “tel:0200000102”"),
        ('[suoitrong.example](https://suoitrong.example "trước 19h")', "không hiện “trước 19h”"),
        ("![Bản đồ](ban-do.png)", "không hiện “ban-do.png”"),
    ],
)
def test_what_would_be_lost_or_bare_is_refused_with_its_line(line: str, told: str) -> None:
    body = f"Kính mời.\n\nLời *đầu*\n{line}"
    with pytest.raises(Refused) as refused:
        check_markup(body, "x", Within(f"+++\n+++\n{body}", 8))
    (complaint,) = refused.value.complaints
    assert complaint.what.startswith("dòng / line 6: ")
    assert told in complaint.what


def test_words_beside_a_fence_are_refused() -> None:
    with pytest.raises(Refused, match="line 1: chữ sau ``` không hiện: “LƯU Ý”"):
        check_markup("```LƯU Ý\nmang theo sổ\n```", "x", Within("```"))


@pytest.mark.parametrize(
    "body",
    [
        "**Lưu ý:** mang theo *sổ*, **5** kg",
        "5 * 3 * 2 = 30; 5\\*3\\*2; `5*3*2`",
        "\\*\\*Lưu ý:\\*\\*mang theo",
        "CCCD 0200***101, ****",
        "[suoitrong.example/lịch](https://suoitrong.example/lịch/), <https://suoitrong.example/a>",
        "[0200 000 101](tel:0200000101)",
        "[Điện thoại]: 0200000101",
        "```\n5*3*2\n```",
    ],
)
def test_what_is_shown_as_it_was_meant_passes(body: str) -> None:
    check_markup(body, "x", Within(body))


def test_the_officer_reads_all_of_it_at_once_and_of_an_emergency_too(office: Office) -> None:
    office.write("notices/hop-thon.vi.md", f"{NOTICE}\n**Lưu ý:**mang theo [sổ](https://suoitrong.example).\n")
    text = '[text.vi]\nheadline = "Lũ"\nwhere = "Xã Mẫu"\ninstruction = """\nRời nhà.\nXem [bản đồ](https://suoitrong.example)."""\n'
    office.write("alerts/lu.toml", f'status = "Actual"\nevent = "Lũ"\nlevel = 4\n{text}')
    with pytest.raises(Refused) as refused:
        office.draft()
    placed = [complaint for complaint in refused.value.complaints if complaint.what.startswith("dòng")]
    assert [(complaint.where, complaint.what[:13]) for complaint in placed] == [
        ("alerts/lu.toml: text.vi.instruction", "dòng / line 9"),
        ("notices/hop-thon.vi.md: nội dung / body", "dòng / line 6"),
        ("notices/hop-thon.vi.md: nội dung / body", "dòng / line 6"),
    ]
