"""Of which class each item is: read from the release tree whenever a channel has something new."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bundle.errors import Refused
from bundle.manifest import Bundle, items
from bundle.trust import Target
from registry.figures.tables import catalogue
from registry.storage.storage import Storage
from registry.storage.upsert import upsert
from registry.trust.site import Site
from registry.trust.urgent import released_document

log = logging.getLogger(__name__)


@dataclass
class Catalogue:
    """The classes of what *site* has released, kept in *storage*; *versions* are those of the timestamps, which change with everything."""

    storage: Storage
    site: Site
    versions: Callable[[], Mapping[str, int]]
    _looked: dict[str, int] = field(default_factory=dict)

    async def look(self) -> None:
        """Read every channel that has released something since the last look. What is published no longer keeps its last class."""
        for channel, version in self.versions().items():
            if self._looked.get(channel) == version:
                continue
            try:
                classes = await asyncio.to_thread(_classes, self.site, channel)
            except Refused as refused:
                # Half-copied by somebody's rsync: it is read again with the channel's next timestamp.
                log.warning("%s", refused)
                classes = {}
            if classes:
                entry = upsert(catalogue)
                change = entry.on_conflict_do_update(index_elements=["channel", "item"], set_={"class": entry.excluded["class"]})
                async with self.storage.writing() as connection:
                    await connection.execute(change, [{"channel": channel, "item": item, "class": word} for item, word in classes.items()])
            self._looked[channel] = version


def _classes(site: Site, channel: str) -> dict[str, str]:
    bundle = released_document(site, channel, Target.BUNDLE)
    return {item.id: item.bulletin_class.value for item in items(bundle)} if isinstance(bundle, Bundle) else {}
