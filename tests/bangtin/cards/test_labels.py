"""Every word of a label stands inside it and is not cut off, also when the names are as long as they may be."""

from datetime import timedelta

import pytest

from bangtin.cards import labels
from bangtin.cards.making import Plan, make
from display.page import Line
from display.text.pango import PangoMeasure
from evidence.card import Way
from tests.simulators.cards import MADE, VILLAGES, CardMaker


@pytest.mark.parametrize("prefix", ["bt", "thiet-bi-cua-xa-mau0"])
def test_nothing_is_cut_off_or_leaves_its_label(prefix, tmp_path, monkeypatch):
    maker, drawn = CardMaker(), list[Line]()
    plan = Plan("b", prefix, Way.PRE_AUTHORISED, f"https://{'x' * 60}.vn", "{}", maker.keys, VILLAGES, timedelta(days=730), 365)
    monkeypatch.setattr(labels, "draw_line", lambda context, line: drawn.append(line))
    assert labels.sheet([make(plan, maker.signing, MADE)], tmp_path / "labels.pdf", 8480) == 1
    measure = PangoMeasure()
    assert len(drawn) > 30
    for line in drawn:
        assert measure.width(line.runs, line.face) <= line.box.width, line.runs
        assert line.box.x + line.box.width <= labels.MARGIN + labels.WIDTH - labels.INNER + 1
        assert line.box.y + line.box.height <= labels.MARGIN + labels.HEIGHT - labels.INNER // 2, line.runs
