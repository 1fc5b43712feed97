"""Runs in the guest as root: takes commands from the test over a virtio port, one JSON object per line, and answers each when done."""

import base64
import json
import os
import subprocess
import threading
import time
from pathlib import Path

PORT = "/dev/virtio-ports/commands"
AGAIN = 0.05


class Commander:
    """Each command runs in a thread of its own, so that one that waits holds up no other."""

    def __init__(self) -> None:
        self._port = os.open(PORT, os.O_RDWR)
        self._lock = threading.Lock()

    def run(self) -> None:
        """Say that the guest is up, then obey until the power goes."""
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        self.say(id=0, boot=boot, up=float(Path("/proc/uptime").read_text().split()[0]))
        rest = b""
        while True:
            data = os.read(self._port, 1 << 16)
            if not data:  # nobody is at the other end
                threading.Event().wait(AGAIN)
                continue
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                threading.Thread(target=self.obey, args=(json.loads(line),), daemon=True).start()

    def obey(self, command: dict) -> None:
        """Do one command and answer it."""
        try:
            self.say(id=command["id"], **self.do(command))
        except Exception as problem:  # whatever it is, whoever waits outside must hear of it
            self.say(id=command["id"], code=-1, out=repr(problem))

    def do(self, command: dict) -> dict:
        """``run``: a shell line; ``put`` and ``get``: a file's bytes; ``strike``: a signal, and when it was sent (seconds since boot)."""
        match command:
            case {"run": line}:
                done = subprocess.run(
                    ["sh", "-c", line], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/root"
                )
                return {"code": done.returncode, "out": done.stdout.decode(errors="replace")}
            case {"put": name, "data": data}:
                path = Path(name)
                path.parent.mkdir(parents=True, exist_ok=True)
                new = path.with_name(path.name + ".new")
                new.write_bytes(base64.b64decode(data))
                new.rename(path)
                return {"code": 0, "out": ""}
            case {"strike": pid, "signal": number}:
                at = time.clock_gettime(time.CLOCK_BOOTTIME)
                os.kill(pid, number)
                return {"code": 0, "out": str(at)}
            case {"get": name}:
                return {"code": 0, "out": base64.b64encode(Path(name).read_bytes()).decode()}
        return {"code": -1, "out": f"no such command: {command}"}

    def say(self, **what: object) -> None:
        """One line to the test."""
        data = (json.dumps(what) + "\n").encode()
        with self._lock:
            while data:
                data = data[os.write(self._port, data) :]


if __name__ == "__main__":
    Commander().run()
