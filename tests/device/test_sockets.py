"""A socket below a folder whose path is longer than an address may be."""

import socket

import pytest

from device.sockets import address


def test_a_socket_is_bound_and_reached_below_a_path_longer_than_an_address(tmp_path):
    folder = tmp_path / ("x" * 120)
    folder.mkdir()
    path = folder / "s.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as server, socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as client:
        with pytest.raises(OSError, match="too long"):
            server.bind(str(path))
        with address(path) as where:
            server.bind(where)
        server.listen()
        assert path.is_socket()
        with address(path) as where:
            client.connect(where)
        client.send(b"?")
        accepted, _ = server.accept()
        with accepted:
            assert accepted.recv(8) == b"?"


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(FileNotFoundError), address(tmp_path / "no" / "s"):
        pass
