"""Whom an administrator may give roles, and take them from: never more, and nowhere else, than they administer themselves."""

from collections.abc import Collection, Iterable

from bundle.errors import refuse
from registry.people.roles import Granted, Person, Role

_WHERE = "quyền / roles"


def governs(person: Person, granted: Collection[Granted], everything: bool) -> bool:
    """Whether all that is *granted* to somebody lies where *person* administers. Pure.

    Who has no role belongs to no area: they are a matter for who administers *everything*.
    """
    return all(person.may(Role.ADMINISTRATOR, each.area) for each in granted) and (bool(granted) or everything)


def must_govern(person: Person, granted: Collection[Granted], everything: bool = False) -> None:
    """``Refused`` unless *person* ``governs`` all of it."""
    if not governs(person, granted, everything):
        what = "không thuộc riêng địa bàn bạn quản trị / it is not of the areas that you administer alone"
        raise refuse(_WHERE, what, "nhờ người quản trị cấp trên / ask the administrator of the area above")


def with_one_more(granted: Iterable[Granted], one: Granted) -> tuple[Granted, ...]:
    """*granted*, and *one*. Pure."""
    return tuple(sorted({*granted, one}))


def without(granted: Iterable[Granted], one: Granted) -> tuple[Granted, ...]:
    """*granted* but for *one*. Pure."""
    return tuple(sorted({*granted} - {one}))
