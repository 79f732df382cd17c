"""A proxy that answers the first request with 503, before or after it has passed it on."""

import http.client
import http.server
import threading

HOP_HEADERS = ("transfer-encoding", "connection", "keep-alive", "content-length")


class RefusingProxy:
    """Use as a context manager. `address` is where clients send to, `upstream` a host and a port.

    After arm(mode) the next request that brings events is refused: "before" it reaches the
    upstream, or "after" that has taken it, when its answer is lost.
    """

    def __init__(self, upstream):
        self.upstream = upstream
        self.lock = threading.Lock()
        self.mode = None
        self.seen = []  # Of the requests since arm(): the statuses that they were answered.
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                proxy.handle(self)

            do_GET = do_PUT = do_OPTIONS = do_POST

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    @property
    def address(self):
        return self.server.server_address

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def arm(self, mode):
        with self.lock:
            self.mode = mode
            self.seen = []

    def handle(self, request):
        body = read_body(request)
        with self.lock:
            mode, self.mode = self.mode, None
        if mode == "before":
            return self.answer(request, 503, [], b"{}")
        connection = http.client.HTTPConnection(*self.upstream)
        headers = {name: value for name, value in request.headers.items()
                   if name.lower() not in HOP_HEADERS}
        connection.request(request.command, request.path, body, headers)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        if mode == "after":
            return self.answer(request, 503, [], b"{}")
        return self.answer(request, response.status,
                           [(name, value) for name, value in response.getheaders()
                            if name.lower() not in HOP_HEADERS], content)

    def answer(self, request, status, headers, content):
        with self.lock:
            self.seen.append(status)
        request.send_response_only(status)
        for name, value in headers:
            request.send_header(name, value)
        if status != 204:
            request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)


def read_body(request):
    if "chunked" not in request.headers.get("Transfer-Encoding", ""):
        return request.rfile.read(int(request.headers.get("Content-Length", 0)))
    body = b""
    while True:
        size = int(request.rfile.readline().split(b";")[0], 16)
        chunk = request.rfile.read(size + 2)[:size]
        if size == 0:
            return body
        body += chunk
