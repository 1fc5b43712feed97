"""The only errors that may cross the seams of a unit; each is caught where the seam is used, and nowhere else."""


class SeamError(Exception):
    """Something outside our programs failed; the message is one clear sentence."""


class ScreenLost(SeamError):
    """The screen went away or never came."""


class SpeakerLost(SeamError):
    """The sound device or its process went away or never came."""


class ClipUnplayable(SeamError):
    """One clip or stream cannot be decoded; the next item is not its fault."""


class AmplifierLost(SeamError):
    """An output line cannot be driven, or the amplifier program does not answer."""


class Unreachable(SeamError):
    """The other side did not answer, or answered that it cannot now; *retry_after* is in seconds, when it said so."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TooBig(SeamError):
    """More bytes came than were announced or allowed."""


class TooSlow(SeamError):
    """The bytes came too slowly to be worth waiting for."""


class OverBudget(SeamError):
    """The day's data budget for this class of content is used up; the rest waits for tomorrow or comes by a free road."""


class ShelfFull(SeamError):
    """The card has no room for what should be shelved."""


class ShelfDamaged(SeamError):
    """A file of ours is not what we wrote, and its previous generation is not either."""


class TechnicianDeclined(SeamError):
    """The technician said no."""
