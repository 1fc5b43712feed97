"""First the picture, then the card."""

from device.durable import replace
from tests.display.test_board import Village, told
from tests.simulators.content import CHANNEL, flood_alert


def test_an_alert_is_on_the_board_before_any_card_is_waited_for(tmp_path, monkeypatch):
    """A card may take a second for a copy; whoever looks at the board has no second."""
    village = Village(tmp_path, [told("mot")])
    village.run(2)
    village.alert(flood_alert(village.clock.now().wall))
    shown = []

    def watched(path, data):
        shown.append((path.name, village.screen.frames > before and village.board.emergency))
        replace(path, data)

    before = village.screen.frames
    monkeypatch.setattr("device.shelf.replace", watched)
    village.run(0.5)
    assert {f"{CHANNEL}.alerts.json.pack", "display.json"} <= {name for name, _ in shown}
    assert all(first for _, first in shown)
