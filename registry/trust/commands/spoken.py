"""What an alert at the keyboard needs before two persons release it: a CAP file read and spoken, a prepared one given its hour."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from bundle.alert import Alert
from bundle.errors import Complaint, refuse
from registry.alerts.cap import CapAlert
from registry.alerts.cap.sending import read_file, sendable
from registry.alerts.sources import read_sources
from registry.alerts.speech import dated
from registry.making.blobs import Blobs
from registry.making.spoken import Speaker
from registry.making.voice import EspeakVoice, Voice, Voices
from registry.trust.keys import PersonKey
from registry.trust.site import Site


def from_cap(file: Path, sources: Path | None, site: Site, channel: str, now: datetime) -> CapAlert:
    """The message in *file*, with its remarks told; ``Refused`` with every complaint."""
    if sources is None:
        what = "tệp CAP cần danh sách nguồn được tin / a CAP file needs the list of trusted sources"
        raise refuse("--sources", what, "--sources sources.toml")
    cap = read_file(file, read_sources(sources), site, channel, now)
    _tell(cap.remarks)
    return cap


def spoken_from(cap: CapAlert, site: Site, channel: str, blobs: Path, voices: Sequence[Voice], approver: PersonKey) -> tuple[Alert, ...]:
    """The alert of *cap* with its speech, made below *blobs*; what could not be spoken is told."""
    alert, remarks = sendable(cap, site, channel, blobs, Voices([*voices, EspeakVoice()]), approver.person)
    _tell(remarks)
    return (alert,)


def with_hour(alerts: Sequence[Alert], site: Site, voices: Sequence[Voice], approver: PersonKey, folder: Path) -> tuple[Alert, ...]:
    """*alerts* with their issue time, spoken into *site* by way of *folder*; what could not be spoken is told, and keeps nothing back."""
    speaker, found = Speaker(folder, Voices([*voices, EspeakVoice()]), Blobs(folder)), []
    for each in alerts:
        alert, remarks = dated(each, speaker, approver.person)
        _tell(remarks)
        found.append(alert)
    for path in folder.glob("blobs/sha256/*/*"):
        site.put(site.blob(path.name), path.read_bytes())
    return tuple(found)


def _tell(remarks: Sequence[Complaint]) -> None:
    for remark in remarks:
        click.secho(f"· {remark}", fg="yellow", err=True)
