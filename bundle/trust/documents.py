"""From verified bytes to the document they hold, and the blobs which that document needs."""

from bundle.alert import AlertSet, alert_assets
from bundle.asset import Asset
from bundle.base import BulletinClass
from bundle.errors import refuse
from bundle.manifest import Bundle, assets, assets_by_class
from bundle.orders import Orders
from bundle.parse import parse
from bundle.policy import Policy, StopList
from bundle.software import Release, release_assets
from bundle.trust.targets import Target, path_for

Document = Bundle | AlertSet | Orders | Policy | StopList | Release


def parse_document(content: bytes, channel: str, target: Target) -> Document:
    """Read *content* as the document that *target* holds; ``Refused`` names every fault, also another channel inside."""
    where = path_for(channel, target)
    document: Document
    match target:
        case Target.BUNDLE:
            document = parse(Bundle, content, where)
        case Target.ALERTS | Target.FEED:
            document = parse(AlertSet, content, where)
        case Target.OPS:
            document = parse(Orders, content, where)
        case Target.POLICY:
            document = parse(Policy, content, where)
        case Target.STOP:
            document = parse(StopList, content, where)
        case Target.SOFTWARE:
            document = parse(Release, content, where)
    if document.channel != channel:
        raise refuse(
            f"{where}.channel", f"nội dung của kênh {document.channel!r} (of another channel)", "sửa rồi phát hành lại / correct it"
        )
    return document


def needed_by_class(document: Document) -> dict[BulletinClass, dict[str, Asset]]:
    """The same blobs by class, the most urgent first: what an alert needs is always an emergency's."""
    match document:
        case Bundle():
            return assets_by_class(document)
        case AlertSet():
            return {BulletinClass.EMERGENCY: alert_assets(document)}
        case Release():
            return {BulletinClass.ROUTINE: release_assets(document)}
        case Orders() | Policy() | StopList():
            return {}


def needed_assets(document: Document) -> dict[str, Asset]:
    """Every blob that *document* needs, by SHA-256."""
    match document:
        case Bundle():
            return assets(document)
        case AlertSet():
            return alert_assets(document)
        case Release():
            return release_assets(document)
        case Orders() | Policy() | StopList():
            return {}
