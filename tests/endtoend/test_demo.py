"""The demonstration from beginning to end, judged by what it leaves: counts, pictures, sound and the amplifier's history."""

import json
import re
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from audio.driver.tape import intervals, read_tape, violations
from bangtin.demo.recount import count
from bangtin.demo.show import UNPACED
from bundle.manifest import Bundle
from bundle.parse import parse
from device.journal import read
from device.paths import Paths
from evidence.records import Outcome, Shown
from tests.display.reader import likeness, machine_reads

pytestmark = pytest.mark.endtoend


@pytest.fixture(scope="module")
def shown(tmp_path_factory) -> Path:
    """What a demonstration left."""
    out = tmp_path_factory.mktemp("demo") / "out"
    done = subprocess.run(
        [sys.executable, "-m", "bangtin", "demo", "--out", str(out)], capture_output=True, text=True, timeout=400, check=False
    )
    print(done.stdout)
    assert done.returncode == 0, done.stderr
    return out


def summary(out: Path) -> dict[str, object]:
    return json.loads((out / "summary.json").read_text(encoding="utf-8"))


def test_everything_published_was_presented_and_played(shown):
    found = summary(shown)
    assert found["notices_presented"] == found["notices_published"] >= 8
    assert found["announcements_played"] == found["announcements_due"] == 3
    assert found["receipts_acknowledged"] > 0
    assert found["reports_accepted"] > 0
    assert found["shown_after_registry_stopped"] is True
    assert found["simulated"], "a demonstration never passes for real hardware"
    assert found["pace"] > 1
    assert 0 < found["alert_published_to_presented_ms"] < 5000
    assert 0 < found["alert_published_to_amplifier_ms"] < 5000
    assert found["amplifier_on_before_first_sample_ms"] >= 1500


def test_the_counts_come_out_the_same_from_the_journals_alone(shown):
    found = summary(shown)
    again = count(shown)
    assert again == {name: found[name] for name in again}


def test_every_sound_lies_in_an_amplifier_interval_with_its_margins(shown):
    tape = read_tape(shown / "speaker.raw").in_real_time()
    found = intervals(read(Paths(shown / "unit").journal("amplifier")), tape)
    assert len(found) >= 2
    assert violations(tape, found, warm_up=1.5, tail=1.0, hold=5.0) == []
    lines = [json.loads(line) for line in (shown / "amplifier.jsonl").read_text().splitlines()]
    assert [line["active"] for line in lines] == [True, False] * len(found)


def test_a_stranger_finds_the_same_in_the_recording_and_the_list_beside_it(shown):
    """Only ``speaker.wav`` and ``amplifier.jsonl``, without any code of ours."""
    with wave.open(str(shown / "speaker.wav")) as file:
        rate, samples = file.getframerate(), np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(np.int32)
    loud = np.flatnonzero(np.abs(samples) > 32768 / 1000) / rate
    lines = [json.loads(line) for line in (shown / "amplifier.jsonl").read_text().splitlines()]
    spans = [(on["t"], off["t"]) for on, off in zip(lines[::2], lines[1::2], strict=True)]
    assert all(
        on["active"] and not off["active"] and on["activation"] == off["activation"]
        for on, off in zip(lines[::2], lines[1::2], strict=True)
    )
    covered = np.zeros(len(loud), bool)
    for on, off in spans:
        covered |= (loud >= on + 1.5) & (loud <= off - 1.0)
        assert off <= loud[(loud >= on) & (loud <= off)].max() + 1.0 + 5.0 + 1.0, "tail, hold, and a slow driver"
    assert len(loud) > rate
    assert covered.all()


def test_one_notice_ran_at_the_pace_of_readers_and_the_others_faster(shown):
    lines = [
        line for line in read(Paths(shown / "unit").journal("display")) if isinstance(line, Shown) and line.outcome is Outcome.COMPLETE
    ]
    stayed = {line.item: (line.at.mono - line.began.mono) / line.of for line in lines if line.channel}
    assert stayed[UNPACED] >= 6.0
    assert max(seconds for item, seconds in stayed.items() if item in dict(notices()) and item != UNPACED) < 6.0


def test_the_registry_page_was_photographed(shown):
    assert (shown / "registry.png").stat().st_size > 10_000


def notices() -> list[tuple[str, str]]:
    folder = Path(__file__).parents[2] / "content" / "xa-an-phu" / "notices"
    found = []
    for path in sorted(folder.glob("*.vi.md")):
        title = re.search(r'^title = "(.*)"$', path.read_text(encoding="utf-8"), re.MULTILINE)
        assert title, path
        found.append((path.name.removesuffix(".vi.md"), title.group(1)))
    return found


@pytest.mark.parametrize(("notice", "title"), notices(), ids=lambda value: value if "-" in value else "")
def test_tesseract_reads_the_title_from_its_picture(shown, notice, title):
    picture = min(shown.glob(f"board-*-notice-{notice}-p1of*.png"))
    seen = machine_reads(picture)
    assert likeness(title, seen) >= 0.95, seen[:400]


def test_the_bundle_is_what_the_issue_asks_for(shown):
    bundle = parse(Bundle, (shown / "draft" / "bundle.json").read_bytes(), "bundle.json")
    languages = {version.language for notice in bundle.notices for version in notice.versions}
    assert {"vi", "km", "hmn"} <= languages
