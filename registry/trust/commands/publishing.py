"""The everyday commands: sign, release, renew."""

from pathlib import Path

import click

from bundle.errors import refuse
from bundle.trust import role_for
from registry.trust.commands.shared import FILE, ONLINE, PASSPHRASES, SITE, YES, clock, confirmed, refusing, tell
from registry.trust.drafted import DraftDocument, document_at
from registry.trust.files import write
from registry.trust.keys import load_key
from registry.trust.passphrase import Ask
from registry.trust.proposal import Proposal, describe, load_proposal, propose
from registry.trust.proposal import sign as sign_proposal
from registry.trust.release import release as release_proposal
from registry.trust.release import renew as renew_cell
from registry.trust.site import Site


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@SITE
@click.option("--key", "key_file", required=True, type=FILE, help="Khóa của người ký · the signer's key")
@PASSPHRASES
@YES
def sign(path: Path, site: Path, key_file: Path, ask: Ask, yes: bool) -> None:
    """Ký một bản thảo · sign a draft folder or a policy.json: the author first, then the approver."""
    with refusing():
        document, key = document_at(path), load_key(key_file, ask)
        proposal = _proposal(Site(site), document)
        confirmed(describe(proposal), f"{key.person}: ký? / sign?", yes)
        signed = sign_proposal(proposal, key)
        write(document.proposal, signed.model_dump_json().encode())
    click.echo(f"Đã ký / signed: {key.person} → {document.proposal}")


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@SITE
@ONLINE
@PASSPHRASES
def release(path: Path, site: Path, online_key: Path, ask: Ask) -> None:
    """Phát hành bản đã ký · release a signed draft into the release tree."""
    with refusing():
        document = document_at(path)
        if not document.proposal.exists():
            raise refuse(str(document.path), "chưa ai ký (nobody has signed it)", "ký trước / sign it first: bangtin publish sign")
        proposal = load_proposal(document.proposal)
        if proposal.content.encode() != document.raw:
            raise refuse(str(document.path), "đã sửa sau khi ký (changed after it was signed)", "ký lại / sign it again")
        tell(release_proposal(Site(site), proposal, load_key(online_key, ask), clock(), document.path.parent))


@click.command()
@SITE
@ONLINE
@click.option("--channel", "channels", multiple=True, help="Mặc định: tất cả · all when not given")
@PASSPHRASES
def renew(site: Path, online_key: Path, channels: tuple[str, ...], ask: Ask) -> None:
    """Gia hạn · sign the timestamps again, so that units go on taking this state as new. Run it daily."""
    with refusing():
        tree, key = Site(site), load_key(online_key, ask)
        for channel in channels or tree.channels():
            click.echo(f"{channel}: timestamp v{renew_cell(tree, channel, key, clock())}")


def _proposal(site: Site, document: DraftDocument) -> Proposal:
    """The proposal so far; a new one when there is none, the document changed, or another one was released meanwhile."""
    if document.proposal.exists():
        found = load_proposal(document.proposal)
        role = role_for(document.target).value
        if found.content.encode() == document.raw and found.metadata().signed.version == site.cell(document.channel).version(role) + 1:
            return found
    return propose(site, document.channel, document.target, document.raw, clock())
