#!/usr/bin/env python3
"""A service that speaks OpenAI's API for embeddings, as far as examples/embed-openai.sh uses it, on loopback.

    embedding_service.py KEY COMMAND...     runs COMMAND with OPENAI_BASE_URL set; prints its log on standard error; ends with COMMAND's status

The first request is answered with 503, as by a busy server. Texts with REFUSE in them are refused, and a key that is not KEY. The
vector of a text is its first letter, its length and its words. The items of an answer are in reverse order, as the API allows.
"""

import http.server
import json
import os
import subprocess
import sys
import threading

key, *command = sys.argv[1:]
requests = []


class Service(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, status, value):
        body = json.dumps(value).encode()
        requests.append(status)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/v1/embeddings":
            return self.answer(404, {"error": {"message": "no such path"}})
        if self.headers["Authorization"] != f"Bearer {key}":
            return self.answer(401, {"error": {"message": "Incorrect API key provided"}})
        if not requests:
            return self.answer(503, {"error": {"message": "overloaded"}})
        if any("REFUSE" in text for text in asked["input"]):
            return self.answer(400, {"error": {"message": "input is too long"}})
        data = [
            {"object": "embedding", "index": index, "embedding": [ord(text[0]), len(text), len(text.split())][: asked.get("dimensions", 3)]}
            for index, text in enumerate(asked["input"])
        ]
        self.answer(200, {"object": "list", "model": asked["model"], "data": data[::-1]})


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
threading.Thread(target=server.serve_forever, daemon=True).start()
environment = dict(os.environ, OPENAI_BASE_URL=f"http://127.0.0.1:{server.server_port}/v1")
status = subprocess.run(command, env=environment).returncode
print("answers:", *requests, file=sys.stderr)
sys.exit(status)
