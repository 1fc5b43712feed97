"""Which messages name each other, directly or by way of others: found in two passes over all that they name."""

from collections.abc import Collection, Mapping
from typing import TypeVar

T = TypeVar("T")


def rings(names: Mapping[T, Collection[T]]) -> dict[T, T]:
    """Each of *names* with the one that its ring is called by; alone in it is what nothing leads back to.

    Kosaraju's way: whoever asks for each pair whether one leads to the other walks the whole flood for each.
    """
    backwards: dict[T, list[T]] = {each: [] for each in names}
    for each, named in names.items():
        for other in named:
            backwards[other].append(each)
    found: dict[T, T] = {}
    for head in reversed(_finished(names)):
        rest = [head]
        while rest:
            each = rest.pop()
            if each not in found:
                found[each] = head
                rest += backwards[each]
    return found


def _finished(names: Mapping[T, Collection[T]]) -> list[T]:
    """All of *names*, each after what it leads to and was not come to before."""
    finished, been = list[T](), set[T]()
    for start in names:
        rest = [(start, False)]
        while rest:
            each, left = rest.pop()
            if left:
                finished.append(each)
            elif each not in been:
                been.add(each)
                rest.append((each, True))
                rest += [(other, False) for other in names[each] if other not in been]
    return finished
