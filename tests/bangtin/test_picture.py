"""The day's picture in a terminal: a column for each quarter of an hour, and a line for each thing on it."""

from datetime import time

from bangtin.picture import day
from bundle.policy import Ceiling
from tests.director import village as v


def test_silence_ceilings_and_sessions_have_their_signs_and_their_lines():
    rules = (Ceiling(start=time(11), end=time(13), decibels=-9.0), Ceiling(start=time(7), end=time(11), zones=("truong",)))
    content = v.bundle(
        announcements=[v.announcement("tin", 900.0)],
        sessions=[v.session("sang", "06:00", ["tin"]), v.session("hoc", "08:00", ["tin"], zones=("truong",))],
    )
    programme = v.programme(v.cell(content=content, policy=v.policy(ceilings=rules)), zones=("truong", "cho"))
    hours, bar, now, *lines = day(programme, v.moment("12:00")).split("\n")
    assert len(hours) == len(bar) == 96
    assert bar == "░" * 20 + "·" * 4 + "█" + "·" * 3 + "░" * 4 + "×" + "░" * 11 + "▒" * 8 + "·" * 34 + "░" * 10
    assert now == " " * 48 + "^"
    assert any(line.startswith("11:00:00-13:00:00  ≤ -9 dB: trần âm lượng") for line in lines)
    assert any(line.startswith("07:00:00-11:00:00  im · silent [truong]") for line in lines)
    assert any(line.startswith("08:00:00-08:00:00  hoc") and "×" in line for line in lines)
    assert any("At most 4 sessions a day" in line for line in lines)
