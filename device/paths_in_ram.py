"""Where the files of one unit lie that live in RAM and end with the boot."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class PathsInRam:
    """*root* as in `device.paths`."""

    root: Path = Path("/")

    def journal_ram(self, program: str) -> Path:
        """Where lines of one program's journal wait for their sync."""
        return self.run / "journal" / program

    @cached_property
    def upgrade_wanted(self) -> Path:
        """There while a release waits to be installed: the agent's hint for systemd to start the caretaker."""
        return self.run / "upgrade-wanted"

    @cached_property
    def run(self) -> Path:
        """What lives in RAM and ends with the boot."""
        return self.root / "run/bangtin"

    @cached_property
    def fast(self) -> Path:
        """Fresh packs on their way to the shelf: in RAM, so that an alert waits for no card."""
        return self.run / "fast"

    @cached_property
    def drawing(self) -> Path:
        """What the display is drawing now, so that its next start knows at what it died."""
        return self.run / "display"

    def status(self, program: str) -> Path:
        """What one program is doing now."""
        return self.run / "status" / f"{program}.json"

    @cached_property
    def inputs(self) -> Path:
        """Buttons, kill switch and read-back, written by the amplifier program."""
        return self.run / "inputs.json"

    @cached_property
    def outputs(self) -> Path:
        """Which lines the amplifier program claimed in this boot, for the command that makes them safe when it has died."""
        return self.run / "outputs.json"

    @cached_property
    def modem_power(self) -> Path:
        """The agent asks the caretaker to take the modem's power for a moment."""
        return self.run / "modem-power" / "request"

    @cached_property
    def test_card(self) -> Path:
        """A technician looks at the board's test card, written by provisioning: in RAM, so that it ends with the boot."""
        return self.run / "test-card.json"

    @cached_property
    def first_boot(self) -> Path:
        """The next step of an uncommissioned unit, written by the service of provisioning: in RAM, so that it ends with the boot."""
        return self.run / "first-boot.json"

    @cached_property
    def supply(self) -> Path:
        """What was seen of the power supply, written by the service of provisioning: in RAM, so that it ends with the boot."""
        return self.run / "supply.json"

    @cached_property
    def screenshot_request(self) -> Path:
        """Somebody wants to see the board, written by whoever asks."""
        return self.run / "screenshot" / "request.json"

    @cached_property
    def screenshot(self) -> Path:
        """What the board showed when it was last asked, written by the display."""
        return self.run / "screenshot" / "answer.json"

    @cached_property
    def log_request(self) -> Path:
        """The agent asks the caretaker for the end of a program's log."""
        return self.run / "log" / "request.json"

    @cached_property
    def log_excerpt(self) -> Path:
        """The end of a log for whom a person ordered it, written by the caretaker."""
        return self.run / "caretaker" / "log.json"

    @cached_property
    def tunnel_wanted(self) -> Path:
        """There while an order opens the support tunnel, and until when; written by the agent."""
        return self.run / "tunnel" / "wanted.json"

    @cached_property
    def tunnel_state(self) -> Path:
        """How far the support tunnel is, and its public key; written by the tunnel."""
        return self.run / "tunnel-state" / "state.json"

    @cached_property
    def override(self) -> Path:
        """What a person opened at the unit itself, written by provisioning: in RAM, so that it ends with the boot."""
        return self.run / "override" / "override.json"

    @cached_property
    def ear(self) -> Path:
        """What the unit's microphone heard of the horn last, written by the audio program."""
        return self.run / "ear.json"

    @cached_property
    def amplifier_socket(self) -> Path:
        """Where the amplifier program listens for leases."""
        return self.run / "amplifier.sock"

    @cached_property
    def ring(self) -> Path:
        """The samples between voice and sound process, and how far they have left; others cannot open it."""
        return self.run / "ring"

    @cached_property
    def clock_offset(self) -> Path:
        """Seconds that the shifted clock of a demo adds."""
        return self.run / "clock-offset"

    def clock_trusted(self, user: int) -> Path:
        """When this boot began by the clock that programs of *user* saw trusted; no other program can claim it for them."""
        return self.run / "clock" / f"trusted-{user}"

    @cached_property
    def ended(self) -> Path:
        """One file for each program that ended otherwise than it was told to, a line for each time; written by its own service."""
        return self.run / "ended"

    @cached_property
    def deaths(self) -> Path:
        """When which program died in this boot, and when its last words were kept; written by the caretaker."""
        return self.run / "caretaker" / "deaths.json"

    @cached_property
    def reboot_requests(self) -> Path:
        """Who asks for a reboot, a file for each."""
        return self.run / "reboot"

    @cached_property
    def reboot_answer(self) -> Path:
        """What the caretaker answered last."""
        return self.run / "caretaker" / "reboot.json"

    @cached_property
    def reboot_granted(self) -> Path:
        """There when the unit is to reboot now; systemd looks for it when the caretaker has ended."""
        return self.run / "caretaker" / "reboot-granted"
