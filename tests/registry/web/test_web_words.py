"""A level and a status are called the same on every page, also where a phone reads them out of what it signs."""

import json
import re
from pathlib import Path

import registry.web.officer
from bundle.alert import Status
from registry.web.words import LEVELS, STATUSES

SCRIPT = (Path(registry.web.officer.__file__).parent / "static" / "words.js").read_text(encoding="utf-8")


def constant(name):
    """What a line of the script declares, its names in quotation marks as JSON wants them."""
    (found,) = re.findall(rf"^const {name} = (.*);$", SCRIPT, re.MULTILINE)
    return json.loads(re.sub(r"(\w+):", r'"\1":', found))


def test_the_script_that_reads_what_is_signed_uses_the_words_of_the_pages():
    assert constant("LEVELS") == ["", *(LEVELS[level][0] for level in sorted(LEVELS))]
    assert constant("STATUSES") == {status.value: " · ".join(words) for status, words in STATUSES.items() if status is not Status.ACTUAL}
