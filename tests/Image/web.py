"""web.py DIRECTORY [MIRROR SECURITY]: a web server on loopback, for tests of build-image.sh. Says "port N" first.

/stalls/...                            never ends its answer
/archive/debian/TIME/...               what MIRROR has, as an archive of snapshots that has one; TIME is 2026...
/archive/debian-security/TIME/...      what SECURITY has
everything else                        files below DIRECTORY
"""
import functools, http.server, re, sys, time, urllib.error, urllib.request


class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        if self.path.startswith("/stalls/"):
            self.log_request(200)
            self.send_response_only(200)
            self.send_header("Content-Length", "1000000")
            self.end_headers()
            while True:
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.2)
        snapshot = re.fullmatch(r"/archive/(debian|debian-security)/2026\d{4}T\d{6}Z/(.*)", self.path)
        if snapshot and len(sys.argv) > 3:
            try:
                with urllib.request.urlopen((sys.argv[2] if snapshot[1] == "debian" else sys.argv[3]) + "/" + snapshot[2]) as there:
                    body = there.read()
            except urllib.error.HTTPError as refused:
                self.send_error(refused.code)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return
        super().do_GET()


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=sys.argv[1]))
print("port", server.server_address[1], flush=True)
server.serve_forever()
