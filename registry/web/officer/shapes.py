"""What the sender of an alert drew, beside the villages of the channel: kept with the alert, matched to no place by itself."""

from collections.abc import Iterator

from markupsafe import Markup

from bundle.area import covers
from registry.alerts.cap.drawing import Mark, drawing
from registry.alerts.cap.message import CapArea, Point
from registry.alerts.pending.row import Pending
from registry.web.officer.library import Library


def shapes_of(pending: Pending, library: Library) -> Markup:
    """The drawing as SVG; empty for an alert without shapes."""
    kept = (pending.extra or {}).get("areas", ())
    areas = [CapArea.model_validate(area, strict=False) for area in kept]
    return Markup(drawing(areas, tuple(_marks(pending, library))))  # noqa: S704 - numbers of ours, and names that it escapes


def _marks(pending: Pending, library: Library) -> Iterator[Mark]:
    reached = pending.alert.areas or (pending.channel,)
    for code, area in library.villages.items():
        if area.latitude is not None and area.longitude is not None:
            yield Mark(area.name, Point(area.latitude, area.longitude), any(covers(each, code) for each in reached))
