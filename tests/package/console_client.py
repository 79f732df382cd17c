"""Signs in at the console as its first user and prints what the last request answers.

Usage: console_client.py PORT AUTHORITY PASSWORD REQUEST..., a request being "PATH" or "POST PATH";
without TLS, AUTHORITY is "". A first password is changed on the way; the next time PASSWORD is the
one below.
"""

import json
import sys

from connection import connector

NEW_PASSWORD = "a pass phrase for this test"


def call(connect, method, path, body, headers):
    connection = connect()
    connection.request(method, "/api/v1" + path, json.dumps(body) if body else None,
                       {"Content-Type": "application/json", **headers})
    answer = connection.getresponse()
    text = answer.read().decode()
    if answer.status >= 300:
        sys.exit(f"{method} {path}: {answer.status} {text}")
    return answer, json.loads(text) if text else {}


def sign_in(connect, password):
    answer, session = call(connect, "POST", "/session",
                           {"email": "admin@localhost", "password": password}, {})
    return {"Cookie": answer.getheader("Set-Cookie").split(";")[0],
            "X-CSRF-Token": session["csrf_token"]}


def main(port, authority, password, *requests):
    connect = connector(port, authority)
    if password != NEW_PASSWORD:
        call(connect, "POST", "/session/password",
             {"old_password": password, "new_password": NEW_PASSWORD}, sign_in(connect, password))
    session = sign_in(connect, NEW_PASSWORD)
    for request in requests:
        method, _, path = request.rpartition(" ")
        answer = call(connect, method or "GET", path, None, session)[1]
    print(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
