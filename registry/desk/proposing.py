"""What two persons sign to bring a change in: the next bundle over what stands in the channel now. Blocking: called in a thread."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bundle.area import covers
from bundle.base import Language
from bundle.items import Announcement
from bundle.manifest import Bundle, items
from bundle.policy import StopList
from bundle.trust import Role, Target
from bundle.trust.documents import parse_document
from registry.areas.gaps import without_speech
from registry.desk.change import Ground, applied, withdrawn
from registry.desk.checks import check_sounds
from registry.desk.document import written
from registry.desk.submission import Submission
from registry.trust.in_force import in_force
from registry.trust.proposal import Proposal, propose
from registry.trust.site import Site, released
from registry.trust.urgent import released_document

TITLE = "Tin của {}"


@dataclass(frozen=True)
class Commune:
    """What the table of areas says of *channel*: its name, its *places* and villages' *languages* by code."""

    channel: str
    area_name: str
    places: Mapping[str, str]
    languages: Mapping[str, Sequence[Language]]

    def silent(self, submission: Submission) -> dict[str, tuple[Language, ...]]:
        """By the village's code, the languages of its own in which something that *submission* puts, or lets sound, does not speak."""
        found: dict[str, tuple[Language, ...]] = {}
        for each, areas in _speaking(submission):
            reached = {code: tongues for code, tongues in self.languages.items() if not areas or any(covers(area, code) for area in areas)}
            for code, languages in without_speech(each.versions, each.areas, reached).items():
                found[code] = tuple(dict.fromkeys((*found.get(code, ()), *languages)))
        return found


def _speaking(submission: Submission) -> Iterator[tuple[Announcement, Sequence[str]]]:
    """The announcements that *submission* puts, and those that a session says which it puts, with the areas of that session."""
    change, bundle = submission.change, proposed(submission.proposal) if submission.proposal else None
    yield from ((each, ()) for each in change.announcements)
    said = {each.id: each for each in (bundle.announcements if bundle else ())}
    for session in change.sessions:
        yield from ((said[name], session.areas) for name in session.order if name in said)


def proposed(proposal: Proposal) -> Bundle | None:
    """The bundle that *proposal* would let out."""
    found = parse_document(proposal.content.encode(), proposal.channel, proposal.target)
    return found if isinstance(found, Bundle) else None


def bundle_of(site: Site, channel: str) -> Bundle | None:
    """What *channel* has released."""
    found = released_document(site, channel, Target.BUNDLE)
    return found if isinstance(found, Bundle) else None


def stops_of(site: Site, channel: str) -> StopList | None:
    """What one person of *channel* has stopped."""
    found = released_document(site, channel, Target.STOP)
    return found if isinstance(found, StopList) else None


def issuing_body(bundle: Bundle | None, commune: Commune) -> str:
    """Who issues what *commune* publishes: the body that most of what it has released names."""
    named = Counter(item.provenance.issuing_body for item in items(bundle)) if bundle else Counter[str]()
    return named.most_common(1)[0][0] if named else commune.area_name


def _ground(submission: Submission, commune: Commune) -> Ground | None:
    contact = submission.wish.contact if submission.wish else None
    if contact is None:
        return None
    return Ground(channel=commune.channel, title=TITLE.format(commune.area_name), area_name=commune.area_name, contact=contact)


def proposal_for(site: Site, submission: Submission, commune: Commune, now: datetime) -> Proposal:
    """The next bundle with the change of *submission*, unsigned; ``Refused`` when it cannot stand, or would not sound."""
    channel, change = submission.channel, submission.change
    before = bundle_of(site, channel)
    bundle = applied(change, before, stops_of(site, channel), _ground(submission, commune), now)
    check_sounds(change, bundle, before, in_force(site, (), channel), now)
    return propose(site, channel, Target.BUNDLE, written(bundle, before, released(site, channel, Target.BUNDLE)), now)


def moved_on(site: Site, submission: Submission) -> bool:
    """Whether the proposal of *submission* fits no longer: the channel released another bundle, one person of it stopped something that
    stands in this one, or who signed it has lost the seat.
    """
    if submission.proposal is None:
        return True
    metadata, cell = submission.proposal.metadata(), site.cell(submission.channel)
    delegations = cell.targets.signed.delegations
    role = (delegations.roles or {}).get(Role.CONTENT.value) if delegations else None
    unseated = set(metadata.signatures) - set(role.keyids if role else ())
    return metadata.signed.version != cell.version(Role.CONTENT.value) + 1 or bool(unseated) or brings_back(site, submission.proposal)


def brings_back(site: Site, proposal: Proposal) -> bool:
    """Whether something stands in *proposal* that one person took off the air of the bundle before it: units would show it again."""
    bundle = proposed(proposal)
    return bundle is not None and not withdrawn(bundle.version - 1, stops_of(site, proposal.channel)).isdisjoint(
        item.id for item in items(bundle)
    )
