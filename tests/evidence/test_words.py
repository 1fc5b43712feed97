"""Words from outside never end a program: names are refused at the door, reasons are tidied."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bundle.alert import Reference
from evidence.records import ClockState, Stamp
from evidence.report import ProgramStatus
from tests.simulators.content import flood_alert
from tests.simulators.publisher import START

AT = Stamp(wall=START, state=ClockState.TRUSTED, boot="b", mono=1.0)


@pytest.mark.parametrize("name", [unicodedata.normalize("NFD", "lũ-đêm"), "lu\x01", "lu\x7f"])
def test_an_alert_whose_name_no_record_could_hold_is_refused_at_the_door(name):
    (alert,) = flood_alert(START).alerts
    with pytest.raises(ValidationError):
        Reference(sender="pctt", identifier=name, sent=START)
    with pytest.raises(ValidationError):
        type(alert).model_validate(alert.model_dump() | {"identifier": name})


@given(st.text(max_size=600))
def test_any_reason_becomes_one_readable_line(text):
    status = ProgramStatus(program="display", at=AT, ready=False, reasons=(text,), versions={})
    (reason,) = status.reasons
    assert 1 <= len(reason) <= 300
    assert not any(unicodedata.category(sign) in ("Cc", "Cs") for sign in reason)
    assert ProgramStatus.model_validate_json(status.model_dump_json()) == status


def test_a_proxys_error_page_is_a_reason_like_any_other():
    page = "http://x: HTTP 400: <html>\r\n<body>400 Bad Request</body>\r\n</html>"
    status = ProgramStatus(program="agent", at=AT, ready=False, reasons=(page,), versions={})
    assert status.reasons == ("http://x: HTTP 400: <html> <body>400 Bad Request</body> </html>",)
