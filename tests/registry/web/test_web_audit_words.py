"""Every event of the audit has a name in both languages; one of a newer program keeps its own."""

from registry.audit.chain import Event
from registry.web.audit_words import EVENTS, detail, told


def test_every_event_has_a_name_in_both_languages():
    assert [event for event in Event if event not in EVENTS or not all(EVENTS[event])] == []
    assert told("signed-in") == ("đăng nhập", "signed in")


def test_an_event_of_a_newer_program_keeps_its_own_name():
    assert told("of-tomorrow") == ("of-tomorrow", "")


def test_roles_in_a_row_stand_by_their_names_and_nothing_else_is_touched():
    assert detail("operator=vn.20 watcher=vn.20.06001 · Lê Thị Quản") == "vận hành vn.20 theo dõi vn.20.06001 · Lê Thị Quản"
    assert detail("số=3, coordinator=x") == "số=3, coordinator=x"
