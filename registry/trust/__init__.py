"""Keys, proposals, signatures and releases: how a channel's content comes to be believed."""

from registry.trust.ceremony import CellPlan, make_trust_root
from registry.trust.keys import KeyName, PersonKey, load_key, make_key
from registry.trust.online import Lifetimes
from registry.trust.proposal import Proposal, compact, describe, load_proposal, propose, sign
from registry.trust.release import Released, release, renew
from registry.trust.site import Site, make_pack

__all__ = [
    "CellPlan",
    "KeyName",
    "Lifetimes",
    "PersonKey",
    "Proposal",
    "Released",
    "Site",
    "compact",
    "describe",
    "load_key",
    "load_proposal",
    "make_key",
    "make_pack",
    "make_trust_root",
    "propose",
    "release",
    "renew",
    "sign",
]
