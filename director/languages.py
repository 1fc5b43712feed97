"""Which languages of an item this village gets: the board shows each of its own, the voice the first; a gap is told."""

from collections.abc import Container, Sequence
from typing import NamedTuple, TypeVar

from bundle.alert import AlertText
from bundle.items import VIETNAMESE, Wording

V = TypeVar("V", bound=Wording | AlertText)


def choose(versions: Sequence[V], languages: Sequence[str]) -> tuple[V, tuple[str, ...]]:
    """The version to use, and the village's languages that would have come before it but are missing.

    Every published item has a Vietnamese version; if one has not, its first version is used.
    """
    at_hand = {version.language: version for version in versions}
    missing: list[str] = []
    for language in languages:
        if language in at_hand:
            return at_hand[language], tuple(missing)
        missing.append(language)
    return at_hand.get(VIETNAMESE, versions[0]), tuple(missing)


class Speech(NamedTuple):
    """A recorded version of an alert, and the village's languages that are missing before it."""

    text: AlertText
    missing: tuple[str, ...]


def recorded(versions: Sequence[AlertText], languages: Sequence[str], absent: Container[str] = ()) -> Speech | None:
    """The version of an alert that sounds: of those recorded, in the village's order; None if none is recorded.

    One of which every recording is *absent* (by SHA-256) gives way to another: an alert does not wait for its translation.
    """
    at_hand = [version for version in versions if any(clip.sha256 not in absent for clip in version.spoken)]
    return Speech(*choose(at_hand, languages)) if at_hand else None


def lacking(versions: Sequence[V], languages: Sequence[str]) -> tuple[str, ...]:
    """The village's languages in which there is no version."""
    at_hand = {version.language for version in versions}
    return tuple(language for language in languages if language not in at_hand)


def village_versions(versions: Sequence[V], languages: Sequence[str]) -> tuple[V, ...]:
    """All versions that the board turns through, in the village's order; Vietnamese if the village has none of them."""
    at_hand = {version.language: version for version in versions}
    texts = tuple(at_hand[language] for language in dict.fromkeys(languages) if language in at_hand)
    return texts or (choose(versions, ())[0],)
