"""A web server for tests/cli/test_fetch.sh that misbehaves as the first part of the path says.

    fetch_server.py FOLDER PORT_FILE LOG
    /ok/F  /slow/F stalls halfway  /cut/F closes halfway, goes on by ranges  /dead/F closes halfway, refuses to go on
    /corrupt/F  /norange/F ignores ranges  /refuse/F answers ranges with 416  /long/F sends more  /short/F says nothing of its length
    /redirect/F -> /ok/F  /loop/F -> itself  /away/F -> file:///  /missing/F 404  /error/F 500  /silent/F accepts and says nothing
"""
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

folder, port_file, log = sys.argv[1:4]


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *words):
        pass

    def headers_of(self, code, first, total, length=None):
        self.send_response(code)
        if code == 206:
            self.send_header("Content-Range", f"bytes {first}-{total - 1}/{total}")
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def go_to(self, url):
        self.send_response(302)
        self.send_header("Location", url)
        self.end_headers()

    def do_GET(self):
        _, how, name = self.path.split("/", 2)
        asked = self.headers.get("Range", "")
        with open(log, "a") as lines:
            lines.write(f"{how} {name} {asked}\n")
        if how == "redirect":
            return self.go_to("/ok/" + name)
        if how == "loop":
            return self.go_to(self.path)
        if how == "away":
            return self.go_to("file:///etc/hostname")
        if how == "silent":
            return time.sleep(60)
        path = os.path.join(folder, name)
        if how in ("missing", "error") or not os.path.exists(path):
            return self.headers_of(500 if how == "error" else 404, 0, 0, 0)
        data = open(path, "rb").read()
        total = len(data)
        first = int(asked[len("bytes="):].split("-")[0]) if asked else 0
        if how == "refuse" and first:
            return self.headers_of(416, 0, total, 0)
        if how == "norange":
            first = 0
        if how == "corrupt":
            data = data[: total // 3] + bytes([data[total // 3] ^ 1]) + data[total // 3 + 1:]
        if how == "dead" and first:
            return self.headers_of(503, 0, total, 0)
        body = data[first:]
        if how == "long":
            body += b"more"
        self.headers_of(206 if first else 200, first, total, None if how == "short" else len(body))
        if how in ("slow", "cut", "dead", "short") and not first:
            body = body[: len(body) // 2]
        self.wfile.write(body)
        self.wfile.flush()
        if how == "slow" and not first:
            time.sleep(60)


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
with open(port_file + ".new", "w") as text:
    text.write(str(server.server_address[1]))
os.rename(port_file + ".new", port_file)
server.serve_forever()
