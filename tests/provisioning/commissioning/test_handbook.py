"""The technician's handbook says of the horns what a commissioning does, and has the same tasks in both languages."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[3] / "docs"
BOTH = ("technician.vi.md", "technician.en.md")
LAST = {"technician.vi.md": "Câu cuối", "technician.en.md": "The last question"}
TONES = {"technician.vi.md": ("âm thử", "không có ai đứng sát loa"), "technician.en.md": ("test tones", "nobody stands close to a horn")}


def handbook(name):
    return (DOCS / name).read_text(encoding="utf-8")


def test_before_the_last_question_tones_sound_and_only_once_somebody_said_that_nobody_is_close(unit):
    heard = {}

    def when(question, reply):
        def told(_question):
            heard.setdefault(question, tuple(unit.sounded))
            return reply

        return told

    unit.through(**{"may-sound": when("may-sound", "yes"), "confirm": when("confirm", "yes")})
    assert heard == {"may-sound": (), "confirm": ("horn-1", "horn-2", None)}


@pytest.mark.parametrize("name", BOTH)
def test_whoever_reads_of_the_last_question_reads_of_those_tones(name):
    (line,) = [line for line in handbook(name).splitlines() if LAST[name] in line]
    assert all(words in line for words in TONES[name])
    (before,) = re.findall(r"(?m)^3\. .*\(.*6\).*$", handbook(name).partition("\n## 3. ")[2].partition("\n## 4. ")[0])
    assert all(words in before for words in TONES[name])


@pytest.mark.parametrize("name", BOTH)
def test_every_task_of_the_table_leads_to_its_page(name):
    text = handbook(name)
    table = re.findall(r"(?m)^\| \[([^]]+)\]\(#([^)]+)\)", text)
    heads = re.findall(r"(?m)^## (.+)$", text)
    assert [words for words, _ in table] == heads
    assert [anchor for _, anchor in table] == [re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads]


def test_both_languages_have_the_same_tasks():
    vietnamese, english = (re.findall(r"(?m)^## (\d+)\. ", handbook(name)) for name in BOTH)
    assert vietnamese == english == [str(number) for number in range(1, len(english) + 1)]
