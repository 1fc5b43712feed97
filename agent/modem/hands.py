"""What does the steps: ModemManager resets; for what takes root the caretaker is asked by a file, and judges for itself."""

from dataclasses import dataclass

from agent.modem.ladder import Modem, Rung
from agent.modem.mmcli import Mmcli
from device.clock import Clock
from device.paths import Paths
from device.reboots import ask_reboot
from device.status import write_volatile


@dataclass(frozen=True)
class Machine:
    """This unit's own modem."""

    paths: Paths
    clock: Clock
    mmcli: Mmcli

    async def state(self) -> tuple[Modem, str]:
        """How it answers, and in its own words."""
        return await self.mmcli.state()

    async def do(self, rung: Rung, reason: str) -> str:
        """Begin *rung*; a complaint when even that failed."""
        match rung:
            case Rung.RESET:
                return await self.mmcli.reset()
            case Rung.POWER_CYCLE:
                write_volatile(self.paths.modem_power, reason.encode())
            case Rung.REBOOT:
                ask_reboot(self.paths, "modem", reason, self.clock.now().stamp())
        return ""
