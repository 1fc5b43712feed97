"""What is still to be fetched before the bundles that were announced can be in force."""

from collections.abc import Iterable

from agent.pull.blobs import stands
from agent.pull.shelving import coming_content
from bundle.asset import Asset, blob_path
from bundle.errors import Refused
from bundle.trust import Target
from bundle.trust.documents import needed_by_class, parse_document
from device.paths import Paths


def lacking(paths: Paths, channels: Iterable[str]) -> int:
    """How many blobs the coming bundles of *channels* wait for; one that several need counts once."""
    assets: dict[str, Asset] = {}
    for channel in channels:
        content = coming_content(paths, channel)
        if content is None:
            continue
        try:
            document = parse_document(content, channel, Target.BUNDLE)
        except Refused:  # whoever announced it proved it; a card that spoilt it since makes it come again
            continue
        for wanted in needed_by_class(document).values():
            assets |= {asset.sha256: asset for asset in wanted.values()}
    return sum(not stands(paths.shelf / blob_path(asset.sha256), asset) for asset in assets.values())
