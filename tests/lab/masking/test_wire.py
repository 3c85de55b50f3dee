"""The capture sees every packet, in both directions, or says that it does not."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from lab.block import Block
from lab.masked import wire
from lab.masked.wire import Packet, Wire, WireError, streams

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0, reason="a packet socket needs root"),
]


@pytest.fixture
def block() -> Iterator[Block]:
    claimed = Block.claim()
    yield claimed
    claimed.release()


def test_every_datagram_in_order(block: Block) -> None:
    with Wire(block.prefix) as seen, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind((block.address(101), 5060))
        for count in range(5000):
            phone.sendto(b"%d" % count, (block.address(1), 7))
        packets = seen.take()
        assert [packet.payload for packet in packets] == [b"%d" % count for count in range(5000)]
        assert {(packet.source, packet.target, packet.target_port) for packet in packets} == {
            (block.address(101), block.address(1), 7)
        }
        assert seen.take() == ()


def test_other_networks_are_left_alone(block: Block) -> None:
    with Wire(block.prefix) as seen, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.sendto(b"elsewhere", ("127.0.0.1", 9))
        other.sendto(b"here", (block.address(5), 9))
        assert [packet.payload for packet in seen.take()] == [b"here"]


def test_a_stream_is_one_text_over_all_its_segments(block: Block) -> None:
    with Wire(block.prefix) as seen, socket.create_server((block.address(1), 0)) as server:
        with socket.create_connection(
            server.getsockname(), source_address=(block.address(201), 0)
        ) as client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            peer, _ = server.accept()
            with peer:
                peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for part in (b"94", b"60", b"123", b"x" * 200_000):
                    peer.sendall(part)
                received = 0
                while received < 200_007:
                    received += len(client.recv(1 << 16))
        (answer,) = (one for one in streams(seen.take()) if one.target == block.address(201))
        assert answer.payload == b"9460123" + b"x" * 200_000


def test_sequence_numbers_go_round() -> None:
    def packet(at: int, payload: bytes) -> Packet:
        return Packet("127.0.0.1", 1, "127.0.0.2", 2, at, payload)

    parts = [packet(2**32 - 2, b"ab"), packet(2, b"ef"), packet(0, b"cd"), packet(0, b"cd")]
    assert [one.payload for one in streams(parts)] == [b"abcdef"]


def test_a_dropped_packet_is_no_silence(block: Block, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "BUFFER_BYTES", 4096)
    with Wire(block.prefix) as seen, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        with seen._changed:  # the reader cannot go on
            for _ in range(2000):
                phone.sendto(b"x" * 500, (block.address(1), 9))
        with pytest.raises(WireError, match="dropped"):
            seen.take()
