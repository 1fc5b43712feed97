"""Attack stories: a station, or whoever took its place, tries to make the unit read its files, hang, grow or pay."""

import datetime
import io
import ipaddress
import json
import os
import ssl
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from audio.driver.ring import RATE
from audio.live.child import LIVE, Child
from audio.live.stream import MEMORY, OVER_BUDGET, opened
from audio.live.wire import Meter, Unusable
from device.errors import ClipUnplayable
from tests.audio.conftest import until
from tests.simulators.wire import Wire, answer, endless

PLAYLIST = "application/vnd.apple.mpegurl"
SECRET = b"root:x:0:0"


@pytest.fixture
def wire():
    made = Wire()
    yield made
    made.close()


def hears(url, budget=2_000_000, **environment):
    """What becomes of the child that hears *url*: its exit code, its last sentence, its samples, and the bytes that it told."""
    command = [sys.executable, "-m", "audio.live.stream", url, f"--budget={budget}"]
    done = subprocess.run(command, capture_output=True, timeout=60, env={**os.environ, **environment}, check=False)
    told = [json.loads(line) for line in done.stderr.splitlines() if line.startswith(b"{")]
    assert SECRET not in done.stdout
    problem = next((line["problem"] for line in told if "problem" in line), done.stderr.decode())
    return done.returncode, problem, np.frombuffer(done.stdout, np.int16), sum(line.get("bytes", 0) for line in told)


def refused(url):
    """Why the child would not play *url*, and how many bytes that took."""
    meter = Meter(2_000_000)
    with pytest.raises(Unusable) as why:
        opened(url, meter)
    return str(why.value), meter.counted


def encoded(seconds, rate, name="mp3", codec="libmp3lame"):
    """A tone as bytes of one format."""
    file = io.BytesIO()
    # A live encoder writes no head that tells how long it will be.
    with av.open(file, "w", format=name, options={"write_xing": "0", "id3v2_version": "0"}) as out:
        stream = out.add_stream(codec, rate=rate, layout="mono")
        wave = (np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate) * 9000).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(wave.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = rate
        resampler = av.AudioResampler(
            format=stream.codec_context.format, layout="mono", rate=rate, frame_size=stream.codec_context.frame_size
        )
        for piece in [*resampler.resample(frame), *resampler.resample(None), None]:
            out.mux(stream.encode(piece))
    return file.getvalue()


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "/etc/passwd", "concat:/etc/passwd|/etc/passwd", "data:audio/mpeg,root", "tcp://127.0.0.1:1"],
)
def test_a_playlist_cannot_name_a_file_of_the_unit_or_another_scheme(wire, target):
    wire.paths["/dai.m3u8"] = answer(f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{target}\n".encode(), PLAYLIST)
    wire.paths["/etc/passwd"] = answer(b"", status="404 Not Found")
    problem, _ = refused(f"{wire.base}/dai.m3u8")
    assert "only http and https" in problem or "404" in problem


def test_what_a_playlist_names_is_fetched_or_refused_but_never_opened(wire):
    wire.paths["/dai.m3u8"] = answer(b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile:///etc/passwd\n", PLAYLIST)
    code, problem, samples, _ = hears(f"{wire.base}/dai.m3u8")
    assert (code, len(samples)) == (1, 0)
    assert "only http and https" in problem


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "//[", "gopher://x"])
def test_a_redirect_cannot_leave_for_another_scheme(wire, target):
    wire.paths["/dai"] = answer(b"", "text/html", "302 Found", f"Location: {target}")
    problem, _ = refused(f"{wire.base}/dai")
    assert "only http" in problem or "malformed" in problem, problem


def test_a_redirect_loop_ends(wire):
    wire.paths["/dai"] = answer(b"", "text/html", "302 Found", "Location: /dai")
    assert "redirects" in refused(f"{wire.base}/dai")[0]
    assert len(wire.asked) == 6


def test_an_endless_header_ends(wire):
    wire.paths["/dai"] = endless(b"HTTP/1.0 200 OK\r\n", b"X-Dai: " + b"a" * 1000 + b"\r\n")
    assert "headers" in refused(f"{wire.base}/dai")[0]


def test_one_endless_line_of_a_header_ends(wire):
    wire.paths["/dai"] = endless(b"HTTP/1.0 200 OK\r\nX: ", b"a" * 65536)
    assert "line" in refused(f"{wire.base}/dai")[0]


def test_an_endless_playlist_ends(wire):
    wire.paths["/dai.m3u8"] = endless(answer(b"#EXTM3U\n", PLAYLIST), b"#EXTINF:2,\nx.ts\n" * 500)
    problem, received = refused(f"{wire.base}/dai.m3u8")
    assert "longer than" in problem
    assert received < 400_000


def test_text_that_calls_itself_sound_makes_no_sound_and_costs_at_most_its_budget(wire):
    wire.paths["/dai"] = endless(answer(b""), "Xin lỗi, trang này không tồn tại. ".encode() * 200)
    code, _, samples, received = hears(f"{wire.base}/dai", budget=500_000)
    assert code in (1, OVER_BUDGET)
    assert not len(samples)
    assert received <= 600_000


def test_text_that_says_what_it_is_is_refused_at_once(wire):
    wire.paths["/dai"] = endless(answer(b"<html>", "text/html"), b"khong co dai\n" * 500)
    problem, received = refused(f"{wire.base}/dai")
    assert "no stream of sound" in problem
    assert received < 10_000


def test_the_bytes_of_a_slot_are_a_limit(wire):
    wire.paths["/dai"] = answer(encoded(20.0, 48000))
    code, problem, samples, received = hears(f"{wire.base}/dai", budget=60_000)
    assert code == OVER_BUDGET
    assert "used up" in problem
    assert 60_000 < received < 60_000 + 20_000
    assert len(samples) > RATE


@pytest.mark.parametrize(
    ("start", "again"),
    [
        (b"", b"HTTP/1.1 100 Continue\r\nX: " + b"a" * 60_000 + b"\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nTransfer-Encoding: chunked\r\n\r\n", b"1;" + b"a" * 60_000 + b"\r\nx\r\n"),
    ],
)
def test_headers_and_the_framing_of_chunks_cost_the_budget_as_sound_does(wire, start, again):
    wire.paths["/dai"] = endless(start, again)
    code, problem, samples, received = hears(f"{wire.base}/dai", budget=500_000)
    assert (code, len(samples)) == (OVER_BUDGET, 0), problem
    assert 500_000 < received < 600_000


def test_a_stream_whose_sample_rate_changes_goes_on_at_its_pitch(wire):
    wire.paths["/dai"] = answer(encoded(3.0, 44100) + encoded(3.0, 22050))
    _, _, samples, _ = hears(f"{wire.base}/dai")
    assert 5.8 * RATE < len(samples) < 6.3 * RATE
    for second in (1, 4):
        piece = samples[second * RATE : (second + 1) * RATE].astype(float)
        assert abs(np.argmax(np.abs(np.fft.rfft(piece))) - 440) <= 2


def test_a_server_that_accepts_and_says_nothing_is_given_up_and_its_child_killed(wire):
    child = Child(f"{wire.base}/nothing", 1_000_000, now=0.0)
    try:
        until(lambda: wire.asked, "the request")
        assert not len(child.take_all(LIVE.opening - 1))
        with pytest.raises(ClipUnplayable):
            child.take_all(LIVE.opening + 1)
    finally:
        child.close()
    assert not Path(f"/proc/{child.pid}").exists()


def test_a_child_that_grows_is_refused_memory():
    code = f"from audio.live.stream import limit; limit(); bytearray({MEMORY})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert b"MemoryError" in done.stderr


def test_garlic_a_certificate_that_nobody_vouches_for_is_refused(tmp_path):
    certificate, context = self_signed(tmp_path)
    wire = Wire(context)
    try:
        wire.paths["/dai"] = answer(encoded(1.0, 48000))
        wire.paths["/thap"] = answer(b"", "text/html", "302 Found", "Location: http://127.0.0.1:1/dai")
        code, problem, samples, _ = hears(f"{wire.base}/dai")
        assert (code, len(samples)) == (1, 0)
        assert "certificate" in problem
        code, problem, samples, _ = hears(f"{wire.base}/dai", SSL_CERT_FILE=str(certificate))
        assert len(samples) > 0.9 * RATE
        code, problem, _, _ = hears(f"{wire.base}/thap", SSL_CERT_FILE=str(certificate))
        assert code == 1
        assert "away from https" in problem
    finally:
        wire.close()


def self_signed(folder):
    """A certificate for 127.0.0.1 that no authority knows, and the context of a server that shows it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "dai")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "cert.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, secret)
    return certificate, context
