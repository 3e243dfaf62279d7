"""Messages between the grader and a student's process: JSON over a socket, of bounded size, until a deadline.

Whatever arrives may have been written by student code. It is never unpickled, and a message that is too long, too late or
not JSON closes the channel.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from typing import Any

LARGEST = 48 * 2**20  # bytes of one message
_MOST_PARTS = 3_000_000  # values of one message: a list of empty lists takes thirty times its size in memory


class ChannelClosed(Exception):
    """The other side is gone, or sent something that is no message."""


class TooLate(ChannelClosed):
    """The other side did not answer in time."""


def send(connection: socket.socket, message: Any, deadline: float | None = None) -> None:
    """Send one message.

    Parameters
    ----------
    deadline : a point of ``time.monotonic``, in seconds; None waits for ever

    Raises
    ------
    ChannelClosed : if the other side is gone
    TooLate : if the deadline passes before the other side has read it
    """
    content = json.dumps(message).encode()
    try:
        connection.settimeout(_remaining(deadline))
        connection.sendall(struct.pack(">Q", len(content)) + content)
    except TimeoutError:
        raise TooLate("nobody reads") from None
    except OSError as problem:
        raise ChannelClosed(str(problem)) from None


def receive(connection: socket.socket, deadline: float | None = None) -> Any:
    """Wait for one message.

    Parameters
    ----------
    deadline : a point of ``time.monotonic``, in seconds; None waits for ever

    Raises
    ------
    ChannelClosed : if the other side is gone or what came is no message
    TooLate : if the deadline passes first
    """
    (size,) = struct.unpack(">Q", _read(connection, 8, deadline))
    if size > LARGEST:
        raise ChannelClosed(f"a message of {size} bytes")
    try:
        return load(_read(connection, size, deadline))
    except ValueError as problem:
        raise ChannelClosed(f"not a message: {problem}") from None


def load(content: bytes) -> Any:
    """Return what a JSON text means, as long as it is of a shape that somebody honest would write.

    Raises
    ------
    ValueError : if it is not JSON, nested without end, or of so many small parts that it would fill the memory
    """
    if sum(map(content.count, (b"[", b"{", b","))) > _MOST_PARTS:
        raise ValueError("too many parts")
    try:
        return json.loads(content)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _remaining(deadline: float | None) -> float | None:
    """Return the seconds until a deadline.

    Raises
    ------
    TooLate : if there are none
    """
    if deadline is None:
        return None
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise TooLate("no answer in time")
    return remaining


def _read(connection: socket.socket, size: int, deadline: float | None) -> bytes:
    content = bytearray()
    while len(content) < size:
        connection.settimeout(_remaining(deadline))
        try:
            part = connection.recv(min(size - len(content), 2**20))
        except TimeoutError:
            raise TooLate("no answer in time") from None
        except OSError as problem:
            raise ChannelClosed(str(problem)) from None
        if not part:
            raise ChannelClosed("the process has ended")
        content += part
    return bytes(content)
