"""Reading unit.toml: a minimal file works, and a wrong one is told everything at once, in two languages."""

from pathlib import Path

import pytest

from bundle.errors import Refused
from device.screen import ScreenDriver
from device.settings import PinFactory, Settings, load_settings

AMPLIFIER = '[[amplifier]]\nline = "horn-{0}"\npin = {1}\nactive_high = true\n'


def load(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "unit.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path)


def refusal(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(Refused) as caught:
        load(tmp_path, text)
    return [str(complaint) for complaint in caught.value.complaints]


def test_an_empty_file_is_a_board_without_loudspeaker(tmp_path: Path) -> None:
    found = load(tmp_path, "")
    assert found == Settings()
    assert found.screen.driver is ScreenDriver.SDL
    assert found.pins.factory is PinFactory.LGPIO
    assert found.amplifier == ()


def test_what_is_written_is_taken(tmp_path: Path) -> None:
    found = load(
        tmp_path,
        '[screen]\ndriver = "headless"\nwidth = 1280\nheight = 720\npace = 0.2\n'
        + 'frames_folder = "/tmp/frames"\nunpaced = ["thong-bao-1"]\n'
        + '[sound]\ndriver = "disk"\ntape = "speaker.raw"\n[pins]\nfactory = "mock"\n'
        + '[clock]\ndriver = "shifted"\n[agent]\npoll_seconds = 2\n'
        + AMPLIFIER.format(1, 17)
        + "warm_up = 3\n",
    )
    assert found.screen.frames_folder == Path("/tmp/frames")
    assert found.agent.poll_seconds == 2.0
    assert (found.amplifier[0].pin, found.amplifier[0].warm_up, found.amplifier[0].hold) == (17, 3.0, 5.0)


def test_all_faults_come_at_once_with_did_you_mean(tmp_path: Path) -> None:
    found = refusal(
        tmp_path,
        '[screen]\nwidht = 1920\ndriver = "sld"\nheight = "tall"\n[pinz]\n' + AMPLIFIER.format(1, 99),
    )
    assert len(found) == 5
    text = "\n".join(found)
    assert "screen.widht" in text
    assert "did you mean 'width'" in text
    assert "did you mean 'sdl'" in text
    assert "screen.height" in text
    assert "did you mean 'pins'" in text
    assert "amplifier.1.pin" in text
    assert all("/" in line and any(word in line for word in ("không", "giá trị", "sai", "thiếu")) for line in found)


def test_a_missing_polarity_is_asked_for_and_never_guessed(tmp_path: Path) -> None:
    found = refusal(tmp_path, '[[amplifier]]\nline = "horn"\npin = 17\n')
    assert len(found) == 1
    assert "amplifier.1.active_high" in found[0]
    assert "thiếu" in found[0]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (AMPLIFIER.format(1, 17) + AMPLIFIER.format(2, 17), "pin 17"),
        (AMPLIFIER.format(1, 17) + AMPLIFIER.format(1, 18), "horn-1"),
        ('[sound]\ndriver = "disk"\n', "tape"),
        ("[screen\n", "TOML"),
        ("[screen]\nwidth = 1280\n", "height"),
        ("[screen]\ncanvas = [0, 0, 192]\n", "screen.canvas.4"),
        ("[screen]\ncanvas = [0, -1, 192, 96]\n", "screen.canvas.2"),
        ("[agent]\npoll_seconds = true\n", "poll_seconds"),
        ("[agent]\nxyz = 1\n", "poll_seconds"),
        ("[microphone.ear]\nheard_db = 14\n", "clear_db"),
        ("[microphone.ear]\nlatest = 9\n", "microphone.ear.latest"),
    ],
)
def test_each_fault_names_its_place(tmp_path: Path, text: str, word: str) -> None:
    assert any(word in line for line in refusal(tmp_path, text))


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "unit.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(Refused, match="TOML"):
        load_settings(path)


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="create it"):
        load_settings(tmp_path / "unit.toml")


@pytest.mark.parametrize("listen", ["0.0.0.0:8480", "8.8.8.8:8480", "192.168.7.2", "192.168.7.2:0", "hàng-xóm:8480", "[::]:8480"])
def test_a_mirror_listens_at_one_address_of_a_closed_network_or_not_at_all(tmp_path: Path, listen: str) -> None:
    (told,) = refusal(tmp_path, f'[agent.mirror]\nlisten = "{listen}"\n')
    assert "mirror" in told


def test_no_port_is_open_unless_somebody_says_where(tmp_path: Path) -> None:
    assert load(tmp_path, "").agent.mirror is None
    found = load(tmp_path, '[agent]\nmirrors = ["http://192.168.7.3:8480"]\n[agent.mirror]\nlisten = "192.168.7.2:8480"\n').agent
    assert found.mirror is not None
    assert (found.mirror.host, found.mirror.port) == ("192.168.7.2", 8480)
    assert found.mirrors == ("http://192.168.7.3:8480",)


def test_a_misspelt_mirror_is_told_what_was_meant(tmp_path: Path) -> None:
    assert any("'listen'" in told for told in refusal(tmp_path, '[agent.mirror]\nlissten = "192.168.7.2:8480"\n'))


def test_distance_pitch_and_layout_are_told_when_they_cannot_be(tmp_path):
    path = tmp_path / "unit.toml"
    path.write_text("[screen]\npitch_mm = 10.0\ndistance_m = 25\nlayout = 'low-wall'\n", encoding="utf-8")
    assert (load_settings(path).screen.pitch_mm, load_settings(path).screen.distance_m) == (10.0, 25.0)
    path.write_text("[screen]\npitch_mm = 0\ndistance_m = 900\nlayout = 'Bảng chợ'\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_settings(path)
    told = " ".join(str(complaint) for complaint in refused.value.complaints)
    assert all(name in told for name in ("pitch_mm", "distance_m", "layout"))
