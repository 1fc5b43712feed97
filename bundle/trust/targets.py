"""What a channel publishes, which role signs it, and in which order the roles are asked."""

from enum import StrEnum


class Target(StrEnum):
    """The signed documents of one channel that a unit keeps, each by its file name."""

    STOP = "stop.json"
    ALERTS = "alerts.json"
    FEED = "feed.json"
    OPS = "ops.json"
    POLICY = "policy.json"
    BUNDLE = "bundle.json"
    SOFTWARE = "software.json"


class Role(StrEnum):
    """The delegated roles of one channel's cell."""

    STOP = "stop"
    ALERTS = "alerts"
    FEED = "feed"
    OPS = "ops"
    POLICY = "policy"
    SOFTWARE = "software"
    CONTENT = "content"


# What board and voice obey, in the order in which it is fetched and put in force: stopping, then warning, orders, the rules, the programme.
PLAYED: tuple[Target, ...] = (Target.STOP, Target.ALERTS, Target.FEED, Target.OPS, Target.POLICY, Target.BUNDLE)
# Last and largest: nothing that people see or hear waits for the unit's own software.
KEPT: tuple[Target, ...] = (*PLAYED, Target.SOFTWARE)

# The order matters and every delegation ends the search: otherwise a commune's key could answer for `alerts.json`.
DELEGATIONS: tuple[Role, ...] = (Role.STOP, Role.ALERTS, Role.FEED, Role.OPS, Role.POLICY, Role.SOFTWARE, Role.CONTENT)


def role_for(target: Target) -> Role:
    """The one role whose signature counts for *target*."""
    match target:
        case Target.BUNDLE:
            return Role.CONTENT
        case Target.ALERTS:
            return Role.ALERTS
        case Target.FEED:
            return Role.FEED
        case Target.OPS:
            return Role.OPS
        case Target.POLICY:
            return Role.POLICY
        case Target.STOP:
            return Role.STOP
        case Target.SOFTWARE:
            return Role.SOFTWARE


def persons_needed(role: Role) -> int:
    """How many keys sign: starting takes two persons (an author and an approver), stopping takes one.

    The feed is nobody's hand: a key on the registry releases what no person stopped in time, within the limits that the policy signs.
    """
    match role:
        case Role.CONTENT | Role.ALERTS | Role.POLICY | Role.SOFTWARE:
            return 2
        case Role.STOP | Role.OPS | Role.FEED:
            return 1


def patterns_for(role: Role, channel: str) -> list[str]:
    """The target names that *role* may sign in *channel*: two segments exactly, because patterns match by segment."""
    return [path_for(channel, target) for target in Target if role_for(target) is role]


def path_for(channel: str, target: Target) -> str:
    """The full target name, ``<channel>/<file>``."""
    return f"{channel}/{target.value}"
