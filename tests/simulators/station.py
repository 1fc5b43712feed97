"""A higher station on this machine: ffmpeg as its encoder, fed with a tone, silence or nothing, into Icecast or an HLS playlist."""

import os
import secrets
import selectors
import signal
import socket
import subprocess
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np

RATE = 48_000
ICECAST = """<icecast>
  <limits><clients>8</clients><sources>2</sources><burst-size>16384</burst-size><source-timeout>30</source-timeout></limits>
  <authentication>
    <source-password>{password}</source-password><admin-user>admin</admin-user><admin-password>{password}</admin-password>
  </authentication>
  <hostname>127.0.0.1</hostname>
  <listen-socket><port>{port}</port><bind-address>127.0.0.1</bind-address></listen-socket>
  <paths>
    <basedir>{folder}</basedir><logdir>{folder}</logdir><webroot>{folder}</webroot><adminroot>{folder}</adminroot>
  </paths>
  <logging><accesslog>access.log</accesslog><errorlog>error.log</errorlog><loglevel>2</loglevel></logging>
  {owner}
</icecast>
"""
# Icecast refuses to run as root.
_OWNER = "<security><changeowner><user>{user}</user><group>{group}</group></changeowner></security>"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Station:
    """What is common: an encoder that is given sound in real time. *hertz* None is silence."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hertz: float | None = 440.0
        self.encoder: subprocess.Popen[bytes] | None = None
        self._stop = threading.Event()
        self.url = ""

    def output(self) -> list[str]:
        raise NotImplementedError

    def on_air(self) -> None:
        """Start the encoder."""
        command = ["ffmpeg", "-hide_banner", "-loglevel", "error", "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "-"]
        self._stop = threading.Event()
        with (self.folder / "ffmpeg.log").open("ab") as log:
            self.encoder = subprocess.Popen([*command, *self.output()], stdin=subprocess.PIPE, stderr=log)
        self._player = threading.Thread(target=self._play, args=(self.encoder, self._stop), daemon=True)
        self._player.start()

    def off_air(self) -> None:
        """The encoder is gone."""
        self._stop.set()
        if self.encoder is not None:
            self.encoder.send_signal(signal.SIGCONT)
            self.encoder.kill()
            self.encoder.wait()
            self._player.join()
            assert self.encoder.stdin is not None
            self.encoder.stdin.close()
            self.encoder = None

    def hang(self, hung: bool = True) -> None:
        """The encoder stands still, its connection open; or goes on."""
        assert self.encoder is not None
        self.encoder.send_signal(signal.SIGSTOP if hung else signal.SIGCONT)

    def close(self) -> None:
        self.off_air()

    def _play(self, encoder: "subprocess.Popen[bytes]", stop: threading.Event) -> None:
        """Samples at the pace of time; while the encoder hangs its pipe is full, and what was not sent is not sent later."""
        assert encoder.stdin is not None
        os.set_blocking(encoder.stdin.fileno(), False)
        sent, rest = round(time.monotonic() * RATE), b""
        selector = selectors.DefaultSelector()
        while not stop.is_set():
            selector.select(0.05)
            now = round(time.monotonic() * RATE)
            sent = max(sent, now - RATE // 2)
            if not rest:
                rest, sent = self._samples(sent, now), now
            try:
                rest = rest[os.write(encoder.stdin.fileno(), rest) :]
            except BlockingIOError:
                continue
            except OSError:
                return

    def _samples(self, first: int, after: int) -> bytes:
        phase = np.arange(first % RATE, first % RATE + after - first) / RATE
        wave = np.sin(2 * np.pi * self.hertz * phase) * 0.2 if self.hertz else np.zeros(after - first)
        return (wave * 32767).astype(np.int16).tobytes()


class IcecastStation(Station):
    """Debian's icecast2 on a random port with a random password."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.port, self.password = free_port(), secrets.token_hex(8)
        owner = _OWNER.format(user="nobody", group="nogroup") if os.geteuid() == 0 else ""
        folder.chmod(0o777)
        (folder / "icecast.xml").write_text(ICECAST.format(port=self.port, password=self.password, folder=folder, owner=owner))
        for parent in (folder, *folder.parents):
            if parent.stat().st_uid == os.geteuid() and parent != Path("/"):
                parent.chmod(parent.stat().st_mode | 0o011)
        self.server = subprocess.Popen(
            ["icecast2", "-c", str(folder / "icecast.xml")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.url = f"http://127.0.0.1:{self.port}/dai-tinh.mp3"

    def output(self) -> list[str]:
        target = f"icecast://source:{self.password}@127.0.0.1:{self.port}/dai-tinh.mp3"
        return ["-c:a", "libmp3lame", "-b:a", "64k", "-content_type", "audio/mpeg", "-f", "mp3", "-flush_packets", "1", target]

    def close(self) -> None:
        super().close()
        self.server.terminate()
        self.server.wait()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        return


class HlsStation(Station):
    """A playlist of one-second segments in a folder that a plain web server offers."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/dai-tinh.m3u8"

    def output(self) -> list[str]:
        hls = ["-f", "hls", "-hls_time", "1", "-hls_list_size", "6", "-hls_flags", "delete_segments+append_list+omit_endlist"]
        return ["-c:a", "aac", "-b:a", "64k", *hls, str(self.folder / "dai-tinh.m3u8")]

    def close(self) -> None:
        super().close()
        self.server.shutdown()
        self.server.server_close()
