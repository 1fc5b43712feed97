"""The frames of an H.264 film: from the hardware of a Pi if it has a decoder for it, else from software. In the film's own process."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import av

HARDWARE = "h264_v4l2m2m"
"""Broadcom's decoder up to the Pi 4, through the kernel's memory-to-memory devices; the Pi 5 has none for H.264."""
SOFTWARE = "h264"

BLOCK = 64


def tell(**what: str) -> None:
    """One line of JSON to the board."""
    os.write(2, json.dumps(what).encode() + b"\n")


def frames(container: av.container.InputContainer, stream: av.VideoStream) -> Iterator[tuple[av.VideoCodecContext, av.VideoFrame]]:
    """All frames with the decoder that made them: the hardware's if it gives a first frame, else software from the beginning."""
    context = _hardware(stream)
    if context is not None:
        try:
            first = True
            for frame in _decoded(container, stream, context):
                if first:
                    tell(decoder=HARDWARE)
                first = False
                yield context, frame
            if not first:
                return
        except av.FFmpegError:
            if not first:
                raise
        container.seek(0, stream=stream)
    software = stream.codec_context
    software.thread_count, software.thread_type = min(4, os.cpu_count() or 1), "AUTO"
    # Decoders work in whole blocks of at most this size.
    software.options = {"max_pixels": str((stream.width + BLOCK) * (stream.height + BLOCK))}
    tell(decoder=SOFTWARE)
    for frame in _decoded(container, stream, software):
        yield software, frame


def _hardware(stream: av.VideoStream) -> av.VideoCodecContext | None:
    if HARDWARE not in av.codecs_available or not any(Path("/dev").glob("video*")):
        return None
    context = av.CodecContext.create(HARDWARE, "r")
    assert isinstance(context, av.VideoCodecContext)  # noqa: S101 - it decodes films, for mypy
    context.extradata, context.width, context.height = stream.codec_context.extradata, stream.width, stream.height
    try:
        context.open()
    except av.FFmpegError:
        return None
    return context


def _decoded(container: av.container.InputContainer, stream: av.VideoStream, context: av.VideoCodecContext) -> Iterator[av.VideoFrame]:
    for packet in container.demux(stream):
        yield from context.decode(packet)
