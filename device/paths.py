"""Where every file of one unit lies, below one root folder."""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from device.paths_in_ram import PathsInRam

PROGRAMS = ("agent", "display", "audio", "amplifier")
JOURNALS = (*PROGRAMS, "provisioning", "caretaker")
"""Whose journals travel home."""


@dataclass(frozen=True)
class Paths(PathsInRam):
    """*root* is ``/`` on a unit and any folder in the demo and in tests."""

    @classmethod
    def from_environment(cls) -> "Paths":
        """Below ``BANGTIN_ROOT`` if that is set, else below ``/``."""
        return cls(Path(os.environ.get("BANGTIN_ROOT", "/")))

    @cached_property
    def unit_toml(self) -> Path:
        """The wiring, written by the technician."""
        return self.root / "etc/bangtin/unit.toml"

    @cached_property
    def boot(self) -> Path:
        """The boot partition, FAT, which any PC can write: where Debian and Raspberry Pi OS mount it, else ``/boot`` itself."""
        return firmware if (firmware := self.root / "boot/firmware").is_dir() else self.root / "boot"

    @property
    def boot_toml(self) -> Path:
        """What was written onto the boot partition for this unit, by anybody."""
        return self.boot / "bangtin.toml"

    @property
    def card_json(self) -> Path:
        """The registry's signed statement on a prepared card."""
        return self.boot / "card.json"

    @cached_property
    def network_profile(self) -> Path:
        """NetworkManager's file for the Wi-Fi that was chosen for this unit."""
        return self.root / "etc/NetworkManager/system-connections/bangtin-wifi.nmconnection"

    @cached_property
    def card_taken(self) -> Path:
        """The same with its private key, moved off the boot partition at the first boot, until the unit has enrolled with it."""
        return self.state / "card.json"

    @cached_property
    def label_pin(self) -> Path:
        """What proves the service PIN of the unit's label, written by provisioning; others cannot read it."""
        return self.state / "label-pin.json"

    @cached_property
    def label_wifi(self) -> Path:
        """The passphrase of the unit's own Wi-Fi that stands on its label, written by provisioning; others cannot read it."""
        return self.state / "label-wifi.json"

    @cached_property
    def claim(self) -> Path:
        """What the unit signed when it enrolled itself from a card, for the registry, written by provisioning."""
        return self.state / "claim.json"

    @cached_property
    def admission(self) -> Path:
        """What the registry signed when it let the unit in over the network, written by provisioning."""
        return self.state / "admission.jws"

    @cached_property
    def claim_answer(self) -> Path:
        """What the registry said to it, written by the agent."""
        return self.state / "claim-answer.json"

    @cached_property
    def state(self) -> Path:
        """What survives a power cut."""
        return self.root / "var/lib/bangtin"

    @cached_property
    def unit_json(self) -> Path:
        """The enrolment, written by provisioning."""
        return self.state / "unit.json"

    @cached_property
    def key(self) -> Path:
        """The unit's own private key, PEM, mode 0600; it never leaves the unit."""
        return self.state / "key"

    @cached_property
    def key_machine(self) -> Path:
        """The serial number of the machine in which that key was made, written by provisioning."""
        return self.state / "key-machine"

    @cached_property
    def root_json(self) -> Path:
        """The trust root that this unit was enrolled with."""
        return self.state / "root.json"

    @cached_property
    def shelf(self) -> Path:
        """Packs, blobs and trust metadata, written by the agent."""
        return self.state / "shelf"

    def journal(self, program: str) -> Path:
        """The folder of one program's journal."""
        return self.state / "journal" / program

    def marks(self, program: str) -> Path:
        """How far one program has seen each channel; its own protection against old generations."""
        return self._marks(program) / f"{program}.json"

    def kept(self, program: str) -> Path:
        """Where one program keeps its own copy of the packs that it last accepted."""
        return self._marks(program) / program

    def _marks(self, program: str) -> Path:
        # The folder of the others is shared: whoever took the agent over could remove marks there, and hand over an old release.
        return self.state / ("caretaker" if program == "caretaker" else "marks")

    @cached_property
    def first_picture(self) -> Path:
        """Where the display keeps its built-in page as a picture, so that a start shows it before any text can be drawn."""
        return self.state / "display"

    @cached_property
    def rtc(self) -> Path:
        """When a clock that was kept in step last agreed with the RTC, written by the agent."""
        return self.state / "rtc.json"

    @cached_property
    def acks(self) -> Path:
        """What the registry has, written by the agent; owners then delete whole journal segments."""
        return self.state / "acks.json"

    @cached_property
    def data_budget(self) -> Path:
        """How many bytes the agent fetched today, by class."""
        return self.state / "data-budget.json"

    @cached_property
    def obeyed(self) -> Path:
        """Which orders this unit has answered, written by the agent."""
        return self.state / "obeyed.json"

    @cached_property
    def boots(self) -> Path:
        """Why the present boot began, written by the agent once in each."""
        return self.state / "boot.json"

    @cached_property
    def traffic(self) -> Path:
        """How many bytes went through the unit's interfaces today, written by the agent each few MB."""
        return self.state / "traffic.json"

    @cached_property
    def tunnel_key(self) -> Path:
        """The private key of the support tunnel, made at its first use; written by the tunnel, others cannot read it."""
        return self.state / "tunnel" / "key"

    @cached_property
    def outbox(self) -> Path:
        """The agent's SQLite file of signed reports under way."""
        return self.state / "outbox.db"

    @cached_property
    def permits(self) -> Path:
        """What the registry permits of new software, as it signed that; written by the agent."""
        return self.shelf / "permits.json"

    @cached_property
    def upgrades(self) -> Path:
        """What became of releases here, written by the caretaker."""
        return self.state / "caretaker" / "upgrades.json"

    @cached_property
    def trial(self) -> Path:
        """The release that is being installed or tried; there is no such file when none is. Written by the caretaker."""
        return self.state / "caretaker" / "trial.json"

    @cached_property
    def versions(self) -> Path:
        """Each version of ours in a folder of its own, and the links that say which runs and which was found good."""
        return self.root / "usr/lib/bangtin"

    @cached_property
    def dpkg_status(self) -> Path:
        """What Debian has installed."""
        return self.root / "var/lib/dpkg/status"

    @cached_property
    def os_release(self) -> Path:
        """Which Debian this is."""
        return self.root / "etc/os-release"

    @cached_property
    def stop_latch(self) -> Path:
        """Whether the unit was stopped at its own switch, written by the amplifier program; its folder is that program's alone."""
        return self.state / "stop" / "latch.json"

    @cached_property
    def holders(self) -> Path:
        """The duty holders of this unit with what proves each of them, written by provisioning; others cannot read it."""
        return self.state / "holders" / "holders.json"

    @cached_property
    def holder_tries(self) -> Path:
        """How often a wrong PIN was tried, written by provisioning."""
        return self.state / "holders" / "tries.json"

    @cached_property
    def last_words(self) -> Path:
        """What programs said before they died and before the unit was shut down; written by the caretaker."""
        return self.state / "last-words"

    @cached_property
    def modem(self) -> Path:
        """What was done lately for a modem that hangs, written by the agent: its caps hold over a reboot."""
        return self.state / "modem.json"

    @cached_property
    def replaces(self) -> Path:
        """Whose place a unit that is not enrolled yet is to take, written by provisioning."""
        return self.state / "replaces.json"

    @cached_property
    def visits(self) -> Path:
        """The maintenance log, written by provisioning."""
        return self.state / "maintenance" / "visits.json"

    @cached_property
    def page_tries(self) -> Path:
        """How often a wrong PIN was tried at the unit's own page, written by provisioning."""
        return self.state / "page" / "tries.json"

    @cached_property
    def page_obeyed(self) -> Path:
        """What the unit's own page opened for already, written by provisioning."""
        return self.state / "page" / "obeyed.json"

    @cached_property
    def stop_reset(self) -> Path:
        """Who lets the unit go on after a stop at its own switch: written by provisioning, obeyed by the amplifier program."""
        return self.state / "holders" / "reset.json"

    @cached_property
    def connectors(self) -> Path:
        """The display connectors, as the kernel lists them."""
        return self.root / "sys/class/drm"

    @cached_property
    def commissioning(self) -> Path:
        """How far the unit's commissioning has come, written by provisioning."""
        return self.state / "commissioning.json"

    @cached_property
    def photos(self) -> Path:
        """Photographs of the site, named by their digests, written by provisioning."""
        return self.state / "photos"

    @cached_property
    def pairing(self) -> Path:
        """The nonce and the root's digest of an enrolment under way, written by provisioning."""
        return self.state / "pairing.json"

    @cached_property
    def kernel_line(self) -> Path:
        """What the kernel was started with."""
        return self.root / "proc/cmdline"

    @cached_property
    def routes(self) -> Path:
        """The kernel's ways out by IPv4."""
        return self.root / "proc/net/route"

    @cached_property
    def routes_6(self) -> Path:
        """The same by IPv6."""
        return self.root / "proc/net/ipv6_route"

    @cached_property
    def backlights(self) -> Path:
        """The lamps of panels without a cable, as the kernel lists them."""
        return self.root / "sys/class/backlight"

    @cached_property
    def recordings(self) -> Path:
        """What was said into the unit's own microphone, written by the audio program; others cannot read it."""
        return self.state / "recordings"

    @cached_property
    def reboots(self) -> Path:
        """The reboots that the caretaker granted, so that their budget outlives them."""
        return self.state / "reboots" / "reboots.json"
