"""Asking a technician: every answer is read once, in one place, whoever showed the question."""

import base64
import io
import json
from contextlib import suppress

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image

from bundle.errors import Refused
from device.errors import TechnicianDeclined
from provisioning.questions import Blank, Choice, Form, Line, Number, Photo, YesNo
from provisioning.technicians import Scripted, Terminal

HEARD = YesNo("heard", ("Có nghe không?", "Did you hear it?"))
FAR = Number("far", ("Đọc được từ bao xa?", "From how far?"), "m", 1, 100)
WHAT = Choice("what", ("Thấy gì?", "What do you see?"), (("all", ("đủ", "all of it")), ("cut", ("bị cắt", "it is cut"))))
WHO = Line("who", ("Tên?", "Your name?"), "Lê Văn Mẫu")
DUTIES = Form("duties", ("Ai phụ trách?", "Who?"), (Blank("repair", ("sửa chữa", "repair")), Blank("content", ("nội dung", "content"))))
SITE = Photo("site", ("Chụp ảnh", "Take a photo"), 600)


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        (HEARD, "yes", True),
        (HEARD, " Có ", True),
        (HEARD, "k", False),
        (FAR, "12,5", 12.5),
        (FAR, "30 m", 30.0),
        (WHAT, "cut", "cut"),
        (WHAT, "1", "all"),
        (WHO, "  Trần   Thị Mẫu ", "Trần Thị Mẫu"),
        (WHO, "", "Lê Văn Mẫu"),
        (DUTIES, '{"repair": " Vũ Mẫu ", "content": ""}', {"repair": "Vũ Mẫu"}),
    ],
)
def test_an_answer_is_read_as_a_person_gives_it(question, text, answer):
    assert question.read(text) == answer


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (HEARD, "maybe"),
        (FAR, "0"),
        (FAR, "nan"),
        (FAR, "far"),
        (WHAT, "3"),
        (WHAT, "0"),
        (WHO, "x" * 101),
        (DUTIES, "Vũ Mẫu"),
        (DUTIES, '{"other": "x"}'),
        (DUTIES, json.dumps({"repair": "x" * 101})),
        (SITE, "not base64!"),
        (SITE, base64.b64encode(b"\x89PNG").decode()),
        (SITE, base64.b64encode(b"RIFF0000WEBP" + bytes(600)).decode()),
    ],
)
def test_what_is_no_answer_is_refused_with_what_would_be_one(question, text):
    with pytest.raises(Refused) as refused:
        question.read(text)
    (complaint,) = refused.value.complaints
    assert complaint.where == question.words[0]
    assert "what is expected" in complaint.do


@given(some.text(max_size=300))
def test_whatever_is_typed_is_an_answer_or_refused(text):
    for question in (HEARD, FAR, WHAT, WHO, DUTIES, SITE):
        with suppress(Refused):
            question.read(text)


def test_a_script_answers_by_name_and_in_turn_and_counts():
    technician = Scripted({"heard": ["no", "yes"], "who": lambda question: question.usual})
    assert [technician.ask(HEARD), technician.ask(HEARD), technician.ask(WHO)] == [False, True, "Lê Văn Mẫu"]
    for silent in (HEARD, FAR):
        with pytest.raises(TechnicianDeclined):
            technician.ask(silent)
    assert technician.asked == ["heard", "heard", "who", "heard", "far"]


def typed(question, keys):
    """What a terminal makes of *keys*, and what it printed."""
    found = []
    with CliRunner().isolation(input=keys) as (output, _, _):
        try:
            found.append(Terminal().ask(question))
        except TechnicianDeclined:
            found.append(None)
    return found[0], output.getvalue().decode()


def test_a_terminal_asks_again_until_the_answer_can_be_taken():
    answer, printed = typed(FAR, "xa\n25\n")
    assert answer == 25
    assert "what is expected" in printed


@pytest.mark.parametrize("question", [HEARD, FAR, WHAT, DUTIES, SITE])
def test_enter_alone_leaves_a_question_open(question):
    assert typed(question, "\n\n")[0] is None


def test_a_form_is_typed_line_by_line():
    assert typed(DUTIES, "Vũ Mẫu\nLò Thị Mẫu\n")[0] == {"repair": "Vũ Mẫu", "content": "Lò Thị Mẫu"}


def test_a_picture_that_cannot_be_read_is_asked_for_again(tmp_path):
    Image.new("RGB", (64, 48), "red").save(tmp_path / "site.jpg")
    (tmp_path / "notes.txt").write_text("no picture")
    answer, printed = typed(SITE, f"{tmp_path}/nothing\n{tmp_path}/notes.txt\n{tmp_path}/site.jpg\n")
    assert Image.open(io.BytesIO(answer)).size == (64, 48)
    assert printed.count("cannot be read") == 2
