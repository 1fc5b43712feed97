"""Whom an administrator may give roles, and take them from: never more, and nowhere else, than they administer themselves."""

from collections.abc import Iterable

from bundle.errors import refuse
from registry.people.roles import Granted, Person, Role

_WHERE = "quyền / roles"


def governs(person: Person, granted: Iterable[Granted]) -> bool:
    """Whether all that is *granted* lies where *person* administers. Pure."""
    return all(person.may(Role.ADMINISTRATOR, each.area) for each in granted)


def must_govern(person: Person, granted: Iterable[Granted]) -> None:
    """``Refused`` unless *person* ``governs`` all of it."""
    if not governs(person, granted):
        what = "có quyền ở ngoài địa bàn bạn quản trị / there are roles outside of the areas that you administer"
        raise refuse(_WHERE, what, "nhờ người quản trị cấp trên / ask the administrator of the area above")


def with_one_more(granted: Iterable[Granted], one: Granted) -> tuple[Granted, ...]:
    """*granted*, and *one*. Pure."""
    return tuple(sorted({*granted, one}))


def without(granted: Iterable[Granted], one: Granted) -> tuple[Granted, ...]:
    """*granted* but for *one*. Pure."""
    return tuple(sorted({*granted} - {one}))
