"""The code words of CAP 1.2, in the order of their weight where they have one: they are compared by rank and never as letters."""

from enum import StrEnum


class Ranked(StrEnum):
    """Code words of which the first weighs most."""

    @property
    def rank(self) -> int:
        """How much it weighs: 0 for the last of its kind."""
        kind = list(type(self))
        return len(kind) - 1 - kind.index(self)


class Severity(Ranked):
    """How much life and property are threatened."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class Urgency(Ranked):
    """How soon people must act."""

    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"


class Certainty(Ranked):
    """How sure it is."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


class CapType(StrEnum):
    """``msgType``; an Ack or an Error is a word between machines."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


class Scope(StrEnum):
    """For whom it is meant; a board stands on the road, so only what is public is for it."""

    PUBLIC = "Public"
    RESTRICTED = "Restricted"
    PRIVATE = "Private"


class Category(StrEnum):
    """What kind of event it is."""

    GEO = "Geo"
    MET = "Met"
    SAFETY = "Safety"
    SECURITY = "Security"
    RESCUE = "Rescue"
    FIRE = "Fire"
    HEALTH = "Health"
    ENVIRONMENT = "Env"
    TRANSPORT = "Transport"
    INFRASTRUCTURE = "Infra"
    CBRNE = "CBRNE"
    OTHER = "Other"


class ResponseType(StrEnum):
    """What people are asked to do."""

    SHELTER = "Shelter"
    EVACUATE = "Evacuate"
    PREPARE = "Prepare"
    EXECUTE = "Execute"
    AVOID = "Avoid"
    MONITOR = "Monitor"
    ASSESS = "Assess"
    ALL_CLEAR = "AllClear"
    NONE = "None"
