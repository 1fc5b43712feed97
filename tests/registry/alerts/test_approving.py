"""Who is named as approver before anybody signed: never somebody of whom it might not be true."""

from hypothesis import given
from hypothesis import strategies as st

from bundle.items import Provenance
from registry.alerts.approving import ANY, names, one_of

persons = st.lists(st.text("ABĐ ấ", min_size=3, max_size=30).map(str.strip).filter(bool), min_size=1, max_size=40, unique=True)


@given(persons)
def test_whoever_of_them_signs_is_named_and_nobody_else(found):
    said = one_of(found)
    assert all(names(said, person) for person in found)
    assert said == ANY or not names(said, "Người Khác")
    assert Provenance(author="Soạn", approver=said, issuing_body="UBND")


def test_one_is_named_and_several_are_not_said_to_have_signed():
    assert one_of(["Đinh Văn Thí Dụ"]) == "Đinh Văn Thí Dụ"
    assert one_of(["Đinh Văn Thí Dụ", "Vi Thị Duyệt"]) == "một trong / one of: Đinh Văn Thí Dụ; Vi Thị Duyệt"
