"""What every voice keeps, whatever program is behind it; ``BANGTIN_PIPER`` and ``BANGTIN_PIPER_VOICE`` add the real Piper."""

import json
import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from bundle.errors import Refused
from registry.making.commands import draft
from registry.making.piper import read_model
from registry.making.sound.recording import decode
from registry.making.voice import EspeakVoice, PiperVoice, Voice, Voices
from tests.registry.making.officework import RATE, SPOKEN, Office

STAND_IN = Path(__file__).with_name("standin_piper.py")
FAILING = "#!/bin/sh\necho 'no such voice' >&2\nexit 1\n"


def program(folder: Path, text: str, name: str = "piper") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def voice_file(folder: Path, language: str = "vi") -> Path:
    file = folder / f"giong-{language}.onnx"
    file.write_bytes(b"\x08\x08")
    said = {"audio": {"sample_rate": 22_050}, "espeak": {"voice": "vi"}, "language": {"family": language, "code": f"{language}_XX"}}
    file.with_name(f"{file.name}.json").write_text(json.dumps(said), encoding="utf-8")
    return file


def piper(folder: Path, language: str = "vi") -> PiperVoice:
    text = f'#!/bin/sh\nexec "{sys.executable}" "{STAND_IN}" "$@"\n'
    return PiperVoice(read_model(voice_file(folder, language)), program(folder, text))


@dataclass(frozen=True)
class Case:
    """A *voice* and the language that it speaks."""

    voice: Voice
    language: str


REAL = "BANGTIN_PIPER_VOICE" in os.environ


@pytest.fixture(params=["espeak-ng", "piper's command", "both", *(["the real piper"] if REAL else [])])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    match request.param:
        case "espeak-ng":
            return Case(EspeakVoice(), "vi")
        case "piper's command":
            return Case(piper(tmp_path), "vi")
        case "both":
            return Case(Voices([piper(tmp_path, "km"), EspeakVoice()]), "vi")
        case _:
            model = read_model(Path(os.environ["BANGTIN_PIPER_VOICE"]))
            return Case(PiperVoice(model, os.environ.get("BANGTIN_PIPER", "piper")), model.language)


def seconds(wav: bytes) -> float:
    return len(decode(wav, "said.wav", "x")) / RATE


def test_a_voice_speaks_its_language_and_names_itself(case: Case) -> None:
    assert case.voice.name(case.language)
    assert seconds(case.voice.say("Xin chào bà con.", case.language, "x")) > 0.5


def test_a_voice_says_all_lines_and_the_same_text_the_same_way(case: Case) -> None:
    one, other = "Xin chào bà con.", "Mời bà con nghe tin."
    both = f"{one}\n{other}"
    apart = [seconds(case.voice.say(each, case.language, "x")) for each in (one, other)]
    assert seconds(case.voice.say(both, case.language, "x")) > 0.8 * sum(apart)
    assert case.voice.say(both, case.language, "x") == case.voice.say(both, case.language, "x")


def test_a_voice_refuses_a_language_that_it_does_not_speak(case: Case) -> None:
    assert case.voice.name("hmn") is None
    with pytest.raises(Refused, match="no voice for “hmn”"):
        case.voice.say("Nyob zoo", "hmn", "x")


def test_the_first_voice_of_a_language_reads_it(tmp_path: Path) -> None:
    voices = Voices([piper(tmp_path), EspeakVoice()])
    assert voices.name("vi") == "piper giong-vi"
    assert Voices([piper(tmp_path, "km"), EspeakVoice()]).name("km") == "piper giong-km"


@pytest.mark.parametrize(
    ("text", "reason"), [(FAILING, "could not speak: no such voice"), ("#!/bin/sh\n", "could not speak"), ("?", "not start")]
)
def test_a_program_that_fails_is_told(tmp_path: Path, text: str, reason: str) -> None:
    voice = PiperVoice(read_model(voice_file(tmp_path)), program(tmp_path, text))
    with pytest.raises(Refused, match=reason) as refused:
        voice.say("Xin chào", "vi", "x")
    assert all(complaint.do for complaint in refused.value.complaints)


def test_a_program_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"is missing.*pip install piper-tts"):
        PiperVoice(read_model(voice_file(tmp_path)), str(tmp_path / "none")).say("Xin chào", "vi", "x")


@pytest.mark.parametrize("spoilt", ["file", "description", "no json", "no language", "a list", "a number"])
def test_a_voice_file_that_cannot_be_used_is_told(tmp_path: Path, spoilt: str) -> None:
    file = voice_file(tmp_path)
    description = file.with_name(f"{file.name}.json")
    match spoilt:
        case "file":
            file.unlink()
        case "description":
            description.unlink()
        case _:
            texts = {"no json": "{", "no language": "{}", "a list": "[]", "a number": '{"language": {"family": 3}}'}
            description.write_text(texts[spoilt], encoding="utf-8")
    with pytest.raises(Refused, match="giọng") as refused:
        read_model(file)
    assert "giong.onnx.json" in refused.value.complaints[0].do


def test_an_older_description_names_its_language_by_its_phonemes(tmp_path: Path) -> None:
    file = voice_file(tmp_path)
    file.with_name(f"{file.name}.json").write_text('{"espeak": {"voice": "vi-vn-x-south"}}', encoding="utf-8")
    assert read_model(file).language == "vi"


def test_the_machine_needs_a_reviewer_with_a_name(office: Office) -> None:
    machine = SPOKEN.replace('audio = "chao.wav"\n', "")
    office.write("announcements/loi-chao.vi.md", machine.replace('reviewer = "Vi Thị Dụ"\n', ""))
    assert "missing" in office.complaints()["announcements/loi-chao.vi.md: reviewer"]
    office.write("announcements/loi-chao.vi.md", machine.replace("Vi Thị Dụ", "  ."))
    assert "not in the right form" in office.complaints()["announcements/loi-chao.vi.md: reviewer"]


def test_an_item_of_another_language_is_read_by_the_voice_that_speaks_it(office: Office, tmp_path: Path) -> None:
    office.write("announcements/loi-chao.km.md", '+++\ntitle = "សួស្តី"\nreviewer = "Vi Thị Dụ"\n+++\nសួស្តី។\n')
    assert "no voice for “km”" in office.complaints()["announcements/loi-chao.km.md: audio"]
    (announcement,) = office.draft(voice=Voices([piper(tmp_path, "km"), EspeakVoice()])).bundle.announcements
    assert {version.language: version.voice for version in announcement.versions} == {"vi": "ghi âm", "km": "piper giong-km"}


def test_the_command_takes_a_voice_file_and_refuses_a_missing_one_before_it_makes_anything(office: Office, tmp_path: Path) -> None:
    office.write("announcements/loi-chao.km.md", '+++\ntitle = "សួស្តី"\nreviewer = "Vi Thị Dụ"\n+++\nសួស្តី។\n')
    piper(tmp_path, "km")
    arguments = [str(office.folder), "--out", str(office.out), "--version", "1", "--piper", str(tmp_path / "piper")]
    missing = CliRunner().invoke(draft, [*arguments, "--voice", str(tmp_path / "none.onnx")])
    assert missing.exit_code == 2
    assert "this voice file is missing" in missing.output
    assert not office.out.exists()
    made = CliRunner().invoke(draft, [*arguments, "--voice", str(tmp_path / "giong-km.onnx")])
    assert made.exit_code == 0, made.output
    assert "review.html" in made.output
    assert "piper giong-km" in (office.out / "review.html").read_text(encoding="utf-8")
