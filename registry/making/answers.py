"""Who answers for an item and how long it holds: the item's own words, else those of the programme."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bundle.items import Provenance
from bundle.schedule import VIETNAM
from registry.making.source import Answerable, ItemHead, ProgrammeFile, When


def provenance(programme: ProgrammeFile, item: Answerable) -> Provenance:
    """The item's persons and document number over the programme's."""
    return Provenance(
        author=item.author or programme.author,
        approver=item.approver or programme.approver,
        issuing_body=item.issuing_body or programme.issuing_body,
        document_number=item.document_number or programme.document_number,
        exception=item.exception,
    )


def common(programme: ProgrammeFile, head: ItemHead) -> dict[str, Any]:
    """The fields that all items share, as the bundle's models take them."""
    return {
        "bulletin_class": head.bulletin_class,
        "areas": tuple(head.areas),
        "units": tuple(head.units),
        "valid_from": instant(head.valid_from, time.min),
        "valid_until": instant(head.valid_until, time.max),
        "essential": head.essential,
        "provenance": provenance(programme, head),
    }


def instant(value: When | None, of_day: time) -> datetime | None:
    """Local time as an instant; a bare day counts from its beginning or to its end, as *of_day* says."""
    if value is None:
        return None
    if not isinstance(value, datetime):
        value = datetime.combine(value, of_day.replace(microsecond=0))
    return value if value.tzinfo else value.replace(tzinfo=ZoneInfo(VIETNAM))
