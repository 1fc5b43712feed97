"""Every scenario file is a day in a village: at each hour that it names, the director answers what it says."""

from pathlib import Path

import pytest

from tests.scenarios.reading import Scenario

FILES = sorted(Path(__file__).parent.glob("*.toml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_director_answers_as_the_scenario_says(path):
    scenario = Scenario(path)
    for look in scenario.looks:
        answers = scenario.look(look)
        assert answers == {question: look[question] for question in answers}, f"{scenario.title}, at {look['at']}"
        assert answers, f"{path.name} asks for nothing at {look['at']}"


def test_there_are_enough_scenarios_and_each_names_its_rule():
    assert len(FILES) >= 15
    assert all(Scenario(path).rule for path in FILES)
