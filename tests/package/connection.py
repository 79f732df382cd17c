"""How a script in a box's network speaks to a program: plainly, or by TLS to one whose certificate
an authority has signed for NAME.
"""

import functools
import http.client
import socket
import ssl

HOST = "127.0.0.1"
NAME = "events.example.org"


class TlsConnection(http.client.HTTPConnection):
    def __init__(self, context, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.context = context

    def connect(self):
        raw = socket.create_connection((self.host, self.port), self.timeout)
        self.sock = self.context.wrap_socket(raw, server_hostname=NAME)


def connector(port, authority=None, host=HOST):
    """What makes a connection there; with the file of an authority, by TLS."""
    made = http.client.HTTPConnection
    if authority:
        made = functools.partial(TlsConnection, ssl.create_default_context(cafile=authority))
    return lambda: made(host, int(port), timeout=60)
