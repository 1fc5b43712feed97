"""From a source to the shelf: what was verified is committed, what is refused leaves the old in force."""

from agent.pull.blobs import fetch_blob
from agent.pull.carried import Carried
from agent.pull.check import Checked, check_channel, held_timestamp, holds_all
from agent.pull.directory import DirectorySource
from agent.pull.http import HttpSource
from agent.pull.metered import Metered
from agent.pull.refusals import Refusals
from agent.pull.scrub import Scrub
from agent.pull.source import Source, Stream, read
from agent.pull.sweep import sweep

__all__ = [
    "Carried",
    "Checked",
    "DirectorySource",
    "HttpSource",
    "Metered",
    "Refusals",
    "Scrub",
    "Source",
    "Stream",
    "check_channel",
    "fetch_blob",
    "held_timestamp",
    "holds_all",
    "read",
    "sweep",
]
