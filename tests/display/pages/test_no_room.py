"""A signed layout that leaves the words no room does not hide them: zones go, words stay."""

import pytest

from bundle.alert import RiskLevel
from bundle.layout import Edge, Layout, Zone, ZoneKind
from display.look.glass import glass
from display.pages.lay_out import lay_out
from display.text.pango import PangoMeasure
from tests.display.samples import SHORT, alert, board, notice

MEASURE = PangoMeasure()


def greedy(kind: ZoneKind, edge: Edge, part: float) -> Layout:
    zone = Zone(kind=kind, edge=edge, part=part, least=0.0001, need=9)
    return Layout(name="tham-lam", zones=(zone,), main_lines=0.0001, main_across=0.0001)


@pytest.mark.parametrize("part", [0.8, 0.95, 0.9999])
@pytest.mark.parametrize(("kind", "edge"), [(ZoneKind.SIDE, Edge.RIGHT), (ZoneKind.HEADER, Edge.TOP), (ZoneKind.FOOT, Edge.BOTTOM)])
@pytest.mark.parametrize("main", [alert(RiskLevel.RED), notice("a", "Mời họp thôn", SHORT)], ids=["alert", "notice"])
def test_every_word_still_stands_on_the_board(part: float, kind: ZoneKind, edge: Edge, main: object) -> None:
    pages = lay_out(board(main), glass((1280, 720), (greedy(kind, edge, part),)), MEASURE)
    wanted = "rời khỏi ven suối" if "alert" in pages[0].what else "nhà văn hóa"
    said = " ".join(" ".join(page.text() for page in pages).split())
    assert wanted in said
    assert all(page.ticker is None or page.ticker.box.width > 200 for page in pages)
