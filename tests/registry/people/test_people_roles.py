"""What somebody may do where: nothing inside a segment, nothing beside, nothing more than was granted."""

from hypothesis import given
from hypothesis import strategies as st

from bundle.area import covers
from registry.people.authority import governs, with_one_more, without
from registry.people.roles import INCLUDES, Granted, Person, Role, widest, within

codes = st.lists(st.sampled_from(["vn", "20", "2", "06001", "01"]), min_size=1, max_size=4).map(".".join)
granted = st.builds(Granted, codes, st.sampled_from(Role))


@given(st.lists(granted, max_size=4), st.sampled_from(Role), codes)
def test_one_may_what_was_granted_at_the_place_or_above_it(held, role, place):
    person = Person("x", tuple(held))
    expected = any(covers(each.area, place) and role in INCLUDES[each.role] for each in held)
    assert person.may(role, place) is expected is within(person.areas(role), place)


@given(st.lists(codes, max_size=6), codes)
def test_the_widest_areas_cover_the_same_and_none_lies_in_another(areas, place):
    found = widest(areas)
    assert within(found, place) is within(areas, place)
    assert not any(covers(one, other) for one in found for other in found if one != other)


def test_an_administrator_sees_and_does_not_operate():
    person = Person("x", (Granted("vn.20", Role.ADMINISTRATOR),))
    assert person.areas(Role.WATCHER) == ("vn.20",)
    assert person.areas(Role.OPERATOR) == ()
    assert not person.may(Role.WATCHER, "vn.2")


@given(st.lists(granted, max_size=4), st.lists(granted, max_size=4), st.booleans())
def test_nobody_governs_roles_outside_of_what_they_administer(mine, theirs, everything):
    person = Person("x", tuple(mine))
    admins = [each.area for each in mine if each.role is Role.ADMINISTRATOR]
    inside = all(any(covers(area, each.area) for area in admins) for each in theirs)
    assert governs(person, theirs, everything) is (inside if theirs else everything)


@given(st.lists(granted, max_size=4), granted)
def test_one_role_more_and_less_is_the_same_as_before(held, one):
    assert one in with_one_more(held, one)
    assert set(without(with_one_more(held, one), one)) == set(held) - {one}
