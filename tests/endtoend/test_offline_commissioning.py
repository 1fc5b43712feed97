"""In an empty network namespace, the phone offline: from a prepared card to a commissioned unit that shows and speaks (issue 6)."""

import base64
import json
import os
import re
import sqlite3
import subprocess
import sys

import pytest

from bundle.errors import Refused
from evidence.handover import opened
from evidence.records import Commissioned, Photo, journal_line
from tests.endtoend.offline_story import HOUSE, PLACE

pytestmark = [
    pytest.mark.endtoend,
    pytest.mark.skipif(os.geteuid() != 0, reason="a network namespace takes root"),
]

DECISIONS = {
    "village": "no receiver of positions is on a unit, and a wrong village hears the wrong alerts",
    "people": "names of people",
    "picture": "only eyes see what leaves the panel",
    "legible": "only eyes far away read it",
    "may-sound": "whether somebody stands before a horn",
    "horn-horn-1": "which horn it was, and how it sounded",
    "horn-horn-2": "which horn it was, and how it sounded",
    "volume": "the meter is in a hand; it may be left open",
    "pin": "a secret of the duty holder's own, which lets the unit go on after a stop",
    "power-back": "nobody listens to relays while the unit has no power",
    "photo": "what to photograph",
    "confirm": "that this is the place, and that horns may sound there from now on",
}
"""What no program on the unit can take, and why; docs/commissioning.md says it to people."""


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """What became of it, and the folder in which it happened."""
    folder = tmp_path_factory.mktemp("c") / "s"  # a socket's path has at most 107 bytes
    words = 'ip link set lo up && exec "$0" -m tests.endtoend.offline_story "$1"'
    command = ["unshare", "--net", "--mount", "sh", "-c", words, sys.executable, str(folder)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=900, check=False, cwd=HOUSE, env={**os.environ, "PYTHONPATH": str(HOUSE)}
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return json.loads(done.stdout.splitlines()[-1]), folder


def filed(folder, kind):
    """What the registry has of one kind of line."""
    with sqlite3.connect(folder / "registry/registry.db") as database:
        rows = database.execute("SELECT line FROM line WHERE kind = ?", (kind,)).fetchall()
    database.close()
    return [journal_line.validate_json(row[0]) for row in rows]


def test_from_card_to_commissioned_within_ten_minutes_and_twelve_decisions_each_of_which_is_a_persons(story):
    told, _ = story
    assert told["confirmed"]
    assert told["commissioned_s"] < 600
    assert len(told["decisions"]) <= 12
    assert sorted(told["decisions"]) == sorted(DECISIONS), "each is asked once, and none that nobody justified"
    assert told["boots"] == 2, "the power cut lies in the middle of it"
    assert "not-ready" not in told["verdicts"]


def test_the_manual_reckons_with_the_decisions_that_are_counted():
    text = (HOUSE / "docs/commissioning.md").read_text()
    numbers = [int(each) for row in re.findall(r"^\| ([0-9, ]+) \|", text, re.MULTILINE) for each in row.split(",")]
    assert numbers == list(range(1, len(DECISIONS) + 1))


def test_the_stop_switch_and_the_service_button_were_tried_by_hand(story):
    _, folder = story
    (results,) = filed(folder, "commissioned")
    marks = {each.subject[1]: each.mark.value for each in results.checked if each.step in ("stop-switch", "service-button")}
    assert marks == {"stop switch": "good", "service button": "good"}


def test_it_shows_and_speaks_what_a_stick_brings_and_before_that_only_the_technicians_tone(story):
    told, _ = story
    *tones, emergency = told["items"]
    assert tones == ["test-tone"] * 3
    assert "lu-dem" in emergency
    assert told["loudest"] > 5000
    assert told["lines"][:2] == ["horn-1", "horn-2"], "each amplifier by itself first"


def test_the_registry_hears_of_it_by_the_same_stick_whole_and_signed(story):
    _, folder = story
    (results,), (photo,) = filed(folder, "commissioned"), filed(folder, "photo")
    assert isinstance(results, Commissioned)
    assert isinstance(photo, Photo)
    assert (results.technician, results.place, results.simulated) == ("Lê Văn Mẫu", PLACE, True)
    assert results.photos == (photo.sha256,)
    assert len(results.duties) == 5
    assert results.serials["machine"] == "10000000abcd0001"
    assert not [each for each in results.checked if each.mark.value == "not-ready"]


def test_the_handover_sheet_proves_itself_by_the_key_that_the_registry_knows(story):
    told, folder = story
    document = base64.b64decode(told["sheet"])
    with sqlite3.connect(folder / "registry/registry.db") as database:
        ((thumbprint,),) = database.execute("SELECT thumbprint FROM unit").fetchall()
    database.close()
    assert opened(document, thumbprint).unit == told["unit"]
    assert "đã ghi danh · enrolled" in told["cards"]
    with pytest.raises(Refused):
        opened(document.replace("Vàng A Máy".encode(), "Người Khác Mẫu".encode()), thumbprint)
