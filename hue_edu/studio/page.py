"""The studio as a page, for people without Jupyter: served to this machine only."""

import io
import logging
import socket
import webbrowser
from pathlib import Path

import flask
from werkzeug.serving import make_server

from .. import captions
from .sheets import EXAMPLE, MOST, sheet

HOST, PORT, TRIES = "127.0.0.1", 8765, 100
FIELDS = {"sentence": EXAMPLE, "to": "", "num": "16", "seed": "0", "variety": "1"}
NUMBERS = {"num": (int, "a whole number"), "seed": (int, "a whole number"),
           "variety": (float, "a number")}  # fmt: skip


def make_page(generator):
    """The page as a Flask application: `/`, and `/picture.png` for what it shows.

    Both take the fields of the form as a query. What cannot be drawn gets the same sentence as
    everywhere in the course, with status 400.

    Args:
        generator: As for `sheet`.
    """
    app = flask.Flask(__name__, static_folder=None, template_folder=Path(__file__).parent)

    @app.get("/")
    def page():
        fields, drawn, error = asked(flask.request.args), None, ""
        try:
            drawn = sheet(generator, **parsed(fields))
        except ValueError as found:
            error = str(found)
        text = flask.render_template(
            "page.html", fields=fields, sheet=drawn, error=error, most=MOST, words=captions.VALUES
        )
        return text, 400 if error else 200

    @app.get("/picture.png")
    def picture():
        try:
            drawn = sheet(generator, **parsed(asked(flask.request.args)))
        except ValueError as error:
            return str(error), 400, {"Content-Type": "text/plain; charset=utf-8"}
        return flask.send_file(io.BytesIO(drawn.png()), "image/png", download_name=drawn.file_name)

    return app


def asked(query):
    """The fields of the form as texts; those that a query leaves out as on the empty page."""
    return {name: query.get(name, usual) for name, usual in FIELDS.items()}


def parsed(fields):
    """Fields as arguments of `sheet`.

    Raises:
        ValueError: A field for a number holds something else.
    """
    values = dict(fields)
    for name, (kind, expected) in NUMBERS.items():
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
