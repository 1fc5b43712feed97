"""What the release tree has in force for a channel: the rules of sound of it and those above it, and their programmes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bundle.area import AreaCode, ancestors, covers
from bundle.errors import refuse
from bundle.items import VIETNAMESE
from bundle.manifest import Bundle
from bundle.parse import parse
from bundle.policy import Policy
from bundle.trust import Target
from bundle.trust.documents import parse_document
from director.programme import Cell
from director.programme import Site as UnitSite
from registry.trust.site import Site, released

_ANY_TIME = datetime.min.replace(tzinfo=UTC)


def in_force(site: Site | None, policies: Sequence[Path], channel: str) -> tuple[Cell, ...]:
    """A cell for each of the channels from the country down to *channel* that *site* holds, with what was released last.

    *policies* are files of rules that are not released yet; each stands in the place of its channel's own.
    """
    held = set(site.channels()) if site else set()
    cells = {name: _cell(site, name) for name in ancestors(channel) if site and name in held}
    for path in policies:
        policy = parse(Policy, path.read_bytes(), str(path))
        if not covers(policy.channel, channel):
            what = f"quy định của {policy.channel}, không phải của {channel} / rules of another channel"
            raise refuse(str(path), what, "chọn tệp khác / choose another file")
        cells[policy.channel] = replace(cells.get(policy.channel, Cell(policy.channel, _ANY_TIME)), policy=policy)
    return tuple(cells.values())


def own_place(channel: AreaCode) -> UnitSite:
    """The channel's own place, as a unit there would stand."""
    return UnitSite("", channel, channel, ancestors(channel), (VIETNAMESE,))


def _cell(site: Site, channel: str) -> Cell:
    raw = ((target, released(site, channel, target)) for target in (Target.BUNDLE, Target.POLICY))
    documents = [parse_document(content, channel, target) for target, content in raw if content is not None]
    return Cell(
        channel,
        _ANY_TIME,
        bundle=next((each for each in documents if isinstance(each, Bundle)), None),
        policy=next((each for each in documents if isinstance(each, Policy)), None),
    )
