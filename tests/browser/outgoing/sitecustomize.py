"""Python reads this at its start where it stands on the path: whom the process calls is noted."""

import os
import sys

CALLS = {"socket.connect", "socket.sendto", "socket.sendmsg"}
NAMES = {"socket.getaddrinfo", "socket.gethostbyname"}
OWN = {None, "", "127.0.0.1", b"127.0.0.1", "localhost"}
noted = os.open(os.environ["OUTGOING"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)


def note(event: str, arguments: tuple) -> None:
    """Note a connection, a datagram, or a name of another machine that is looked up."""
    if event in CALLS and isinstance(arguments[1], tuple):
        os.write(noted, f"{event} {arguments[1]}\n".encode())
    if event in NAMES and arguments[0] not in OWN:
        os.write(noted, f"{event} {arguments[0]}\n".encode())


sys.addaudithook(note)
