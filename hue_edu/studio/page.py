"""The studio as a page, for people without Jupyter: served to this machine only."""

import io
import logging
import socket
import webbrowser
from pathlib import Path
from urllib.parse import quote

import flask
from werkzeug.serving import make_server

from .. import captions
from .sheets import EXAMPLE, MOST, STEPS, sheet

HOST, PORT, TRIES = "127.0.0.1", 8765, 100
EXAMPLES = (
    EXAMPLE, "a small yellow 4 at the top left", "a white nine on magenta", "two in cyan",
    "a big green zero in the centre",
)  # fmt: skip
FIELDS = {"sentence": EXAMPLE, "to": "", "num": "16", "seed": "0", "variety": "1"}
NUMBERS = {"num": (int, "a whole number"), "seed": (int, "a whole number"),
           "columns": (int, "a whole number"),
           "variety": (float, "a number")}  # fmt: skip
NAMES = (HOST, "localhost", "[::1]")  # by which this machine calls itself
PLAIN = {"Content-Type": "text/plain; charset=utf-8"}
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "connect-src 'self'; img-src 'self' blob: data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
COLUMNS = {"columns": str(STEPS)}  # pictures in a row; the page asks for fewer on a phone


def make_page(generator):
    """The page as a Flask application: `/`, and `/picture.png` for what it shows.

    Both take the fields of the form as a query. What cannot be drawn gets the same sentence as
    everywhere in the course, with status 400.

    Args:
        generator: As for `sheet`.
    """
    app = flask.Flask(__name__, static_folder=None, template_folder=Path(__file__).parent)
    app.before_request(_refuse_others)
    app.after_request(_close_in)

    @app.get("/")
    def page():
        fields, drawn, error = asked(flask.request.args), None, ""
        try:
            drawn = sheet(generator, **parsed(fields))
        except ValueError as exception:
            error = str(exception)
        text = flask.render_template(
            "page.html", fields=fields, sheet=drawn, error=error, most=MOST, words=captions.VALUES,
            examples=EXAMPLES, steps=STEPS,
        )  # fmt: skip
        return text, 400 if error else 200

    @app.get("/picture.png")
    def picture():
        fields = asked(flask.request.args, FIELDS | COLUMNS)
        try:
            drawn = sheet(generator, **parsed(fields))
        except ValueError as error:
            about = dict(PLAIN)
            if any(captions.is_unfinished(fields[name]) for name in ("sentence", "to")):
                about["Unfinished"] = "1"
            return str(error), 400, about
        answer = flask.send_file(
            io.BytesIO(drawn.png()), "image/png", download_name=drawn.file_name
        )
        texts = {"Understood": drawn.understood, "Drawn": drawn.drawn, "Alt": drawn.alt}
        answer.headers.extend({name: quote(text) for name, text in texts.items()})
        return answer

    return app


def _refuse_others():
    """Answer this machine's own pages alone: no other name of it, and no other site's page."""
    host = flask.request.host.rsplit(":", 1)[0]
    if host not in NAMES:
        own = f"http://{HOST}"
        return f"The studio answers at {own} only, not at {host!r}.", 400, PLAIN
    if flask.request.headers.get("Sec-Fetch-Site") == "cross-site" and flask.request.path != "/":
        return "The studio draws for its own page only.", 403, PLAIN
    return None


def _close_in(answer):
    """Headers that keep the page to itself: no frames, nothing from elsewhere, no guessed types."""
    answer.headers.extend(
        {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
         "Referrer-Policy": "no-referrer", "Content-Security-Policy": POLICY}
    )  # fmt: skip
    return answer


def asked(query, fields=FIELDS):
    """The fields of the form as texts; those that a query leaves out as on the empty page."""
    return {name: query.get(name, usual) for name, usual in fields.items()}


def parsed(fields):
    """Fields as arguments of `sheet`.

    Raises:
        ValueError: A field for a number holds something else.
    """
    values = dict(fields)
    for name, (kind, expected) in NUMBERS.items():
        if name not in fields:
            continue
        try:
            values[name] = kind(fields[name])
        except ValueError:
            raise ValueError(f"{name} is {fields[name]!r}; expected {expected}.") from None
    return values


def listen(port):
    """A socket that listens on 127.0.0.1, at the port or else at the next free one.

    Raises:
        ValueError: None of a hundred ports is free.
    """
    last = min(port + TRIES - 1, 65535)
    for candidate in range(port, last + 1):
        try:
            return socket.create_server((HOST, candidate))
        except OSError:
            continue
    raise ValueError(f"No port from {port} to {last} is free; try --port {PORT}.")


def serve(generator, port=PORT, open_browser=False):
    """Serve the page until Ctrl-C; prints its address.

    Args:
        generator: As for `sheet`.
        port: Where to begin the search for a free one.
        open_browser: Whether to show it at once.
    """
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # no line for each picture
    with listen(port) as listening:
        port = listening.getsockname()[1]
        app = make_page(generator)
        server = make_server(HOST, port, app, threaded=True, fd=listening.fileno())
        print(f"The Hue studio is at http://{HOST}:{port} (Ctrl-C ends it)", flush=True)
        if open_browser:
            webbrowser.open(f"http://{HOST}:{port}")
        server.serve_forever()
