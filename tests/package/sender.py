"""Sends events with ids of its own until its input ends, and says what became of each request.

Usage: sender.py CONNECTIONS [PORT AUTHORITY]. Half of the connections are kept, half are made anew
for each event; with the file of an authority they speak TLS. Prints one JSON object: the ids
answered with 202, and how many requests were refused, cut off or answered otherwise.
"""

import http.client
import json
import os
import sys
import threading
import time

from connection import connector


class Sender(threading.Thread):
    def __init__(self, number, stop, connect):
        super().__init__()
        self.number, self.stop, self.connect = number, stop, connect
        self.answered, self.refused, self.cut, self.other, self.slowest_s = [], 0, 0, 0, 0.0

    def run(self):
        connection = None
        count = 0
        while not self.stop.is_set():
            count += 1
            name = f"{os.getpid()}-{self.number}-{count}"
            began = time.monotonic()
            try:
                connection = connection or self.connect()
                connection.request("POST", "/v1/events", json.dumps({"name": "load", "id": name}),
                                   {"Content-Type": "application/json"})
                answer = connection.getresponse()
                answer.read()
                if answer.status == 202:
                    self.answered.append(name)
                else:
                    self.other += 1
                closes = answer.getheader("Connection", "").lower() == "close"
            except ConnectionRefusedError:
                self.refused += 1
                closes = True
            except (OSError, http.client.HTTPException):
                self.cut += 1
                closes = True
            self.slowest_s = max(self.slowest_s, time.monotonic() - began)
            if closes or self.number % 2:
                connection.close()
                connection = None
            time.sleep(0.002)


def main(connections, port=8080, authority=None):
    stop = threading.Event()
    connect = connector(port, authority)
    senders = [Sender(number, stop, connect) for number in range(int(connections))]
    for sender in senders:
        sender.start()
    sys.stdin.read()
    stop.set()
    for sender in senders:
        sender.join()
    print(json.dumps({
        "answered": [name for sender in senders for name in sender.answered],
        "refused": sum(sender.refused for sender in senders),
        "cut": sum(sender.cut for sender in senders),
        "other": sum(sender.other for sender in senders),
        "slowest_s": max(sender.slowest_s for sender in senders)}))


main(*sys.argv[1:])
