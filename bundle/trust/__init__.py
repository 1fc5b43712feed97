"""How one publishes and believes: packs, persons and chains of signatures on top of TUF."""

from bundle.trust.epochs import NewestRoot, newest_root
from bundle.trust.marks import ChannelMarks, Marks, TargetMark
from bundle.trust.pack import MAX_PACK, Pack, pack, unpack
from bundle.trust.targets import DELEGATIONS, KEPT, PLAYED, Role, Target, path_for, persons_needed, role_for
from bundle.trust.verify import Verified, still_signed, verify_pack

__all__ = [
    "DELEGATIONS",
    "KEPT",
    "MAX_PACK",
    "PLAYED",
    "ChannelMarks",
    "Marks",
    "NewestRoot",
    "Pack",
    "Role",
    "Target",
    "TargetMark",
    "Verified",
    "newest_root",
    "pack",
    "path_for",
    "persons_needed",
    "role_for",
    "still_signed",
    "unpack",
    "verify_pack",
]
