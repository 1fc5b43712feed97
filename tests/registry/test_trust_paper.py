"""A key on paper: what is printed can be typed again, and a slip of the finger is found in its line."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from bundle.errors import Refused
from registry.trust.commands import COMMANDS
from registry.trust.keys import load_key, make_key
from registry.trust.paper import SIGNS, PaperKey, page, read_back, written

SECRET = "bốn từ khó đoán"
KEY = PaperKey("alerts-approver", "Trần Văn Mưa", bytes(range(158)))
names = st.text("abcxyz-0189 ằễưđ", min_size=1, max_size=40).map(lambda text: " ".join(text.split()) or "x")


@given(st.builds(PaperKey, names, names, st.binary(min_size=1, max_size=400)))
def test_what_is_printed_is_read_back(key: PaperKey) -> None:
    assert read_back(written(key)) == key


def test_case_spaces_and_lookalikes_do_not_matter() -> None:
    head, name, person, *rows = written(KEY).splitlines()
    typed = [f"{label}   {blocks}".lower() for label, blocks in (row.split(maxsplit=1) for row in rows)]
    typed = [row[:5] + row[5:].replace("0", "o").replace("1", "l") for row in typed]
    assert read_back("\n\n".join([head.lower(), name.replace("KEY", "key"), person.replace("PERSON", " Person"), *typed])) == KEY


@given(st.data())
def test_one_wrong_sign_is_found_in_its_line(data: st.DataObject) -> None:
    lines = written(KEY).splitlines()
    number = data.draw(st.integers(3, len(lines) - 2))
    places = [place for place in range(3, len(lines[number])) if lines[number][place] != " "]
    place = data.draw(st.sampled_from(places))
    sign = data.draw(st.sampled_from([each for each in SIGNS if each != lines[number][place]]))
    lines[number] = lines[number][:place] + sign + lines[number][place + 1 :]
    with pytest.raises(Refused) as refused:
        read_back("\n".join(lines))
    # Two check signs let one mistake in a thousand through to the eight signs of the whole page.
    assert refused.value.complaints[0].where in (f"dòng {number - 2:02d} (line {number - 2:02d})", "END")


def test_every_mistyped_line_is_named_at_once() -> None:
    lines = written(KEY).splitlines()
    lines[4], lines[7] = lines[4] + "00", lines[7].replace(lines[7][3], "U", 1)
    with pytest.raises(Refused) as refused:
        read_back("\n".join(lines))
    assert [complaint.where[5:7] for complaint in refused.value.complaints] == ["02", "05"]


@pytest.mark.parametrize("lost", [0, 1, 2, 3, 8, -2, -1])
def test_a_lost_line_is_missed(lost: int) -> None:
    lines = written(KEY).splitlines()
    del lines[lost]
    with pytest.raises(Refused):
        read_back("\n".join(lines))


@pytest.mark.parametrize("text", ["", "\n", "BANGTIN-KEY 1", "xin chào", "BANGTIN-KEY 1\nKEY a\nPERSON b\nEND"])
def test_what_is_no_page_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        read_back(text)


def test_two_lines_in_the_wrong_order_are_found() -> None:
    lines = written(KEY).splitlines()
    lines[4], lines[5] = lines[5], lines[4]
    with pytest.raises(Refused, match="expected"):
        read_back("\n".join(lines))


def test_the_page_is_one_sheet_and_shows_every_line() -> None:
    drawn = ElementTree.fromstring(page(KEY, "ab" * 32, "2027-05-03"))
    assert (drawn.get("width"), drawn.get("height")) == ("210mm", "297mm")
    shown = [element.text for element in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert [line for line in written(KEY).splitlines() if line not in shown] == []
    assert max(float(element.get("y", "0")) for element in drawn.iter("{http://www.w3.org/2000/svg}text")) < 290


def publish(name: str, *words: object) -> Result:
    command = next(command for command in COMMANDS if command.name == name)
    return CliRunner().invoke(command, [str(word) for word in words])


def secret(folder: Path, text: str = SECRET, name: str = "passphrase") -> Path:
    path = folder / name
    path.touch(0o600)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("passphrase", [SECRET, None])
def test_a_lost_key_comes_back_from_its_paper(tmp_path: Path, passphrase: str | None) -> None:
    lost = make_key(tmp_path, "approver", "Trần Văn Mưa", passphrase)
    words = ("--passphrase-file", secret(tmp_path))
    printed = publish("backup", tmp_path / "approver.json", "--out", tmp_path / "page.svg", *words)
    assert printed.exit_code == 0, printed.output
    assert "PRIVATE" not in (tmp_path / "page.svg").read_text()
    (tmp_path / "approver.json").unlink()
    (tmp_path / "typed.txt").write_text(printed.output[: printed.output.index("In ")])
    restored = publish("restore", tmp_path / "typed.txt", "--out", tmp_path, *words)
    assert restored.exit_code == 0, restored.output
    assert load_key(tmp_path / "approver.json", lambda _: [SECRET]).keyid == lost.keyid


def test_a_paper_opens_only_with_its_passphrase(tmp_path: Path) -> None:
    make_key(tmp_path, "approver", "Trần Văn Mưa", SECRET)
    good, bad = secret(tmp_path), secret(tmp_path, "một câu khác hẳn", "bad")
    assert (
        "wrong passphrase" in publish("backup", tmp_path / "approver.json", "--out", tmp_path / "page.svg", "--passphrase-file", bad).output
    )
    assert not (tmp_path / "page.svg").exists()
    printed = publish("backup", tmp_path / "approver.json", "--out", tmp_path / "page.svg", "--passphrase-file", good)
    (tmp_path / "typed.txt").write_text(printed.output[: printed.output.index("In ")])
    refused = publish("restore", tmp_path / "typed.txt", "--out", tmp_path / "new", "--passphrase-file", bad)
    assert (refused.exit_code, "wrong passphrase" in refused.output) == (2, True)
    assert not (tmp_path / "new").exists()
