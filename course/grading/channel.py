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


class ChannelClosed(Exception):
    """The other side is gone, or sent something that is no message."""


class TooLate(ChannelClosed):
    """The other side did not answer in time."""


def send(connection: socket.socket, message: Any) -> None:
    """Send one message.

    Raises
    ------
    ChannelClosed : if nobody reads it
    """
    content = json.dumps(message).encode()
    try:
        connection.sendall(struct.pack(">Q", len(content)) + content)
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
        return json.loads(_read(connection, size, deadline))
    except (ValueError, RecursionError) as problem:
        raise ChannelClosed(f"not a message: {problem}") from None


def _read(connection: socket.socket, size: int, deadline: float | None) -> bytes:
    content = bytearray()
    while len(content) < size:
        remaining = None if deadline is None else deadline - time.monotonic()
        if remaining is not None and remaining <= 0:
            raise TooLate("no answer in time")
        connection.settimeout(remaining)
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
