"""Persons come and go: new delegations of a channel, signed by the province's key, with whatever has to be signed again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tuf.api.metadata import Metadata, Targets

from bundle.trust import Role
from bundle.trust.targets import patterns_for
from bundle.trust.verify import ISSUED
from registry.trust.delegations import difference, different_persons, enough_persons
from registry.trust.keys import PersonKey
from registry.trust.lock import publishing
from registry.trust.online import Lifetimes, stamp, until
from registry.trust.site import Site
from registry.trust.state import Again, Prepared, prepare

Edit = Callable[[Targets], object]


@dataclass(frozen=True)
class Reseating:
    """A change of a channel's seats: what to *edit*, the keys that sign it, and signatures for what loses its own."""

    site: Site
    channel: str
    edit: Edit
    targets_key: PersonKey
    online: PersonKey
    again: Again | None = None

    def preview(self, now: datetime, times: Lifetimes | None = None) -> list[str]:
        """What would change, in lines for a person; ``Refused`` when units could not verify the result."""
        before = self.site.cell(self.channel).targets.signed
        prepared = self._prepare(now, times or Lifetimes())
        after = Metadata[Targets].from_bytes(next(data for path, data in prepared.puts if path.name.endswith(".targets.json"))).signed
        lines = [f"{self.channel} · targets v{before.version} → v{after.version}", *difference(before, after)]
        lines += [f"  ký lại / signed again: {target.value}" for target in prepared.again]
        return lines + still_broken(prepared)

    def carry_out(self, now: datetime, times: Lifetimes | None = None) -> Prepared:
        """Write the new state: delegations and documents in one snapshot."""
        with publishing(self.site, self.channel):
            prepared = self._prepare(now, times or Lifetimes())
            prepared.write(self.site)
        return prepared

    def _prepare(self, now: datetime, times: Lifetimes) -> Prepared:
        raw = reseated(self.site, self.channel, self.edit, [self.targets_key], now, times)
        return prepare(self.site, self.channel, self.online, now, times, raw, self.again)


def still_broken(prepared: Prepared) -> list[str]:
    """The documents that were unbelievable before and stay so, in lines for a person."""
    return [f"  ! vẫn hỏng từ trước / was broken before and stays so: {complaint}" for complaint in prepared.left]


def reseated(site: Site, channel: str, edit: Edit, keys: Sequence[PersonKey], now: datetime, times: Lifetimes) -> bytes:
    """The next version of a channel's delegations, signed; ``Refused`` when a role would be left without enough persons."""
    metadata = site.cell(channel).targets
    edit(metadata.signed)
    for role in (metadata.signed.delegations.roles or {}).values() if metadata.signed.delegations else ():
        enough_persons(role)
        different_persons(role)
        # A tree made by an older release names the files of its own day.
        role.paths = patterns_for(Role(role.name), channel)
    metadata.signed.version += 1
    metadata.signed.expires = until(now, times.targets)
    metadata.signed.unrecognized_fields[ISSUED] = stamp(now)
    metadata.signatures.clear()
    for key in keys:
        key.sign(metadata)
    return metadata.to_bytes()
