"""Joins its standard streams to a tool server that listens on loopback; needs nothing but Python.

A server under test starts it as a tool server over stdio. The tools themselves run in the process
that tests it, beside the mock provider, so that a check looks at objects and not at files.
"""

import os
import socket
import sys
import threading

_PIECE = 1 << 16


def _pump(source: int, connection: socket.socket) -> None:
    while piece := os.read(source, _PIECE):
        connection.sendall(piece)
    connection.shutdown(socket.SHUT_WR)


def main() -> None:
    """Passes bytes both ways until the tool server closes; the port is the only argument."""
    with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as connection:
        threading.Thread(target=_pump, args=(0, connection), daemon=True).start()
        while piece := connection.recv(_PIECE):
            while piece:
                piece = piece[os.write(1, piece) :]
    os._exit(0)


if __name__ == "__main__":
    main()
