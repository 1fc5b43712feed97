"""The handover sheet: everything that was found is on it, the unit signed it, and no letter of it can be changed."""

import base64
import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from bundle.errors import Refused
from evidence.handover import opened
from evidence.signing import new_key, public_jwk, thumbprint
from provisioning.commands import provision
from provisioning.handover.sheet import grouped, make_sheet

pytestmark = pytest.mark.parametrize("measured", [True])


@pytest.fixture
def made(unit):
    unit.through(**{"horn-horn-2": "weak"})
    document = make_sheet(unit.paths)
    if keep := os.environ.get("BANGTIN_KEEP_SHEET"):
        Path(keep).write_bytes(document)
    return unit, document


def test_everything_that_was_found_stands_on_it_with_people_serials_photograph_and_key(made):
    unit, document = made
    text = document.decode()
    results = opened(document).results
    for each in results.checked:
        assert _escaped(each.subject[0]) in text
        assert _escaped(each.observed[0]) in text
        assert _escaped(each.wanted[0]) in text
    for name in ("Lò Thị Tin", "Vàng A Máy", "Lê Văn Mẫu"):
        assert name in text
    assert "loa này nhưng nhỏ hoặc rè" in text or "Đúng loa nhưng nhỏ hoặc rè" in text
    assert "CÒN" in text, "what is not right stands at its head"
    assert "THIẾT BỊ MÔ PHỎNG" in text
    assert grouped(thumbprint(public_jwk(unit.paths.key.read_bytes()))) in text
    assert grouped(opened(document).digest) in text
    assert base64.b64encode((unit.paths.photos / f"{results.photos[0]}.webp").read_bytes()).decode() in text
    assert not re.search(r'(src|href)="(?!data:)', text), "it needs nothing but itself"


def _escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;").replace("'", "&#39;")


def test_it_is_proven_offline_by_the_command_also_where_there_is_no_unit(made, tmp_path):
    unit, document = made
    (tmp_path / "sheet.html").write_bytes(document)

    def verify(*words):
        return CliRunner().invoke(provision, ["verify", str(tmp_path / "sheet.html"), *words])

    there = verify("--root", str(unit.paths.root))
    assert (there.exit_code, "thumbprint as known" in there.output) == (0, True)
    elsewhere = verify("--root", str(tmp_path / "office"))
    assert (elsewhere.exit_code, "✓" in elsewhere.output, "compare it" in elsewhere.output) == (1, False, True)
    stranger = verify("--root", str(tmp_path / "office"), "--thumbprint", thumbprint(public_jwk(new_key())))
    assert "another key" in str(stranger.exception)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("nhỏ hoặc rè", "kêu rất rõ"),
        ("Vàng A Máy", "Người Khác Mẫu"),
        ("Thôn Bản Mẫu", "Thôn Bản Khác"),
        ("</body>", "<p>thêm</p></body>"),
        ("data:image/webp;base64,UklGR", "data:image/webp;base64,UklGS"),
    ],
)
def test_a_changed_letter_is_not_verified(made, before, after):
    _, document = made
    changed = document.decode().replace(before, after, 1).encode()
    assert changed != document
    with pytest.raises(Refused) as refused:
        opened(changed)
    assert "changed after it was signed" in str(refused.value)


def test_a_sheet_signed_by_somebody_else_in_the_units_name_is_found_out_by_its_thumbprint(made):
    unit, _ = made
    mine = thumbprint(public_jwk(unit.paths.key.read_bytes()))
    unit.paths.key.write_bytes(new_key())
    forged = make_sheet(unit.paths)
    assert opened(forged).thumbprint != mine
    with pytest.raises(Refused):
        opened(forged, mine)


@pytest.mark.parametrize("what", [b"", b"<html></html>", b"\xff" * 100])
def test_what_is_no_sheet_is_refused_with_one_sentence(made, what):
    with pytest.raises(Refused) as refused:
        opened(what)
    assert refused.value.complaints[0].do


def test_cut_or_swapped_signatures_are_refused(made):
    _, document = made
    head, token, tail = re.split(rb'(?<=id="signature">)|(?=</script>)', document, maxsplit=2)
    for wrong in (b"", token[:-4], token.replace(b".", b"", 1), token[::-1]):
        with pytest.raises(Refused):
            opened(head + wrong + tail)


def test_before_any_confirmation_there_is_no_sheet(unit):
    done = CliRunner().invoke(provision, ["sheet", "--out", str(unit.paths.root / "a.html"), "--root", str(unit.paths.root)])
    assert isinstance(done.exception, Refused)
    assert "commission the site first" in str(done.exception)
