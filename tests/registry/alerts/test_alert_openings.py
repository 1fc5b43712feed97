"""What is not real says so first; a word that only happens to stand first does not count."""

import pytest

from bundle.alert import Status
from registry.alerts.openings import opened


@pytest.mark.parametrize(
    ("text", "language", "status"),
    [
        ("Exercise caution near the river", "en", Status.EXERCISE),
        ("Exercises begin", "en", Status.EXERCISE),
        ("Test the water before you drink", "en", Status.TEST),
        ("Sim siav rau lub sijhawm", "hmn", Status.TEST),
        ("Diễn tập xong rồi, nước lên thật", "vi", Status.EXERCISE),
    ],
)
def test_a_sentence_that_goes_on_after_the_word_announces_nothing(text, language, status):
    assert opened(text, status, language).endswith(f": {text}")


@pytest.mark.parametrize("text", ["Exercise", "EXERCISE: flood", "Exercise. Flood.", "Exercise! Flood", "Exercise – flood"])
def test_the_word_as_a_heading_or_a_sentence_needs_no_second(text):
    assert opened(text, Status.EXERCISE, "en") == text


@pytest.mark.parametrize("language", ["vi", "en", "km", "hmn", "tyz", "cjm"])
@pytest.mark.parametrize("status", [Status.EXERCISE, Status.TEST, Status.SYSTEM, Status.DRAFT])
def test_what_it_makes_itself_passes(status, language):
    once = opened("Lũ", status, language)
    assert once != "Lũ"
    assert opened(once, status, language) == once
