"""The studio's page: what the form asks is drawn, or it is said why not; this machine only."""

import io
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from urllib.parse import unquote

import pytest
from conftest import ROOT
from PIL import Image

from hue_edu import captions, files, studio
from hue_edu.__main__ import main

BLUE = "a small blue 3"


@pytest.fixture(scope="module")
def page():
    """The module, which needs Flask; Colab's stand-in has none."""
    from hue_edu.studio import page

    return page


@pytest.fixture(scope="module")
def client(page, text_generator):
    return page.make_page(text_generator).test_client()


def test_the_empty_page_shows_the_example(client, text_generator):
    answer = client.get("/")
    assert answer.status_code == 200 and answer.mimetype == "text/html"
    assert f'value="{studio.EXAMPLE}"' in answer.text and "<form" in answer.text
    (address,) = re.findall(r'<img id="picture" src="([^"]+)"', answer.text)
    drawn = client.get(address.replace("&amp;", "&"))
    assert drawn.status_code == 200 and drawn.mimetype == "image/png"
    assert drawn.data == studio.sheet(text_generator, studio.EXAMPLE, num=16).png()
    for values in captions.VALUES.values():
        assert ", ".join(values) in answer.text


def test_the_page_needs_nothing_from_elsewhere(client):
    assert not re.findall(r"https?:|//\w|@import", client.get("/").text)


def test_the_form_reaches_the_picture(client, text_generator):
    query = {"sentence": "an 8", "to": BLUE, "num": "5", "seed": "3", "variety": "0.5"}
    answer = client.get("/", query_string=query)
    for name, value in query.items():
        assert re.search(rf'name="{name}"[^>]*value="{value}"', answer.text), name
    (address,) = re.findall(r'<img id="picture" src="([^"]+)"', answer.text)
    assert f'href="{address}" download' in answer.text
    sheet = studio.sheet(text_generator, "an 8", BLUE, 5, 3, 0.5)
    assert f'alt="{sheet.alt}"' in answer.text
    for drawn in (
        client.get(address.replace("&amp;", "&")),
        client.get("/picture.png", query_string=query),
    ):
        assert drawn.data == sheet.png()
        assert sheet.file_name in drawn.headers["Content-Disposition"]
    assert Image.open(io.BytesIO(drawn.data)).text["Description"] == f"from an 8 to {BLUE}"


def test_the_page_says_what_was_understood_and_chosen(client, text_generator):
    sheet = studio.sheet(text_generator, "a red 7", num=2, seed=4)
    query = {"sentence": "a red 7", "num": "2", "seed": "4"}
    text = client.get("/", query_string=query).text
    assert f'role="status" >{sheet.understood}<' in text and f">{sheet.drawn}<" in text
    answer = client.get("/picture.png", query_string=query)
    about = {name: unquote(answer.headers[name]) for name in ("Understood", "Drawn", "Alt")}
    assert about == {"Understood": sheet.understood, "Drawn": sheet.drawn, "Alt": sheet.alt}


def test_on_a_phone_four_pictures_stand_in_a_row(client, text_generator):
    text = client.get("/").text
    (narrow,) = re.findall(r'<source [^>]*media="\(max-width[^>]* srcset="([^"]+)"', text)
    drawn = client.get(narrow.replace("&amp;", "&"))
    assert drawn.data == studio.sheet(text_generator, studio.EXAMPLE, num=16, columns=4).png()


def test_the_examples_can_be_drawn_and_the_form_has_one_main_part(client, page):
    text = client.get("/").text
    addresses = re.findall(r'<li><a href="([^"]+)">', text)
    assert len(addresses) == len(page.EXAMPLES) >= 4 and text.count("<main>") == 1
    for address, sentence in zip(addresses, page.EXAMPLES):
        answer = client.get(address)
        assert answer.status_code == 200 and f'value="{sentence}"' in answer.text


def test_a_word_that_is_being_typed_is_told_from_a_mistake(client):
    for sentence, typing in (("a red sev", "1"), ("a teal 3", None), ("a red 3 on red", None)):
        answer = client.get("/picture.png", query_string={"sentence": sentence})
        assert (answer.status_code, answer.headers.get("Unfinished")) == (400, typing)
    answer = client.get("/picture.png", query_string={"sentence": "a 3", "to": "an ei"})
    assert answer.headers["Unfinished"] == "1"


BAD = {
    "an unknown word": ({"sentence": "a teal 3"}, 'Unknown words in "a teal 3": teal? try cyan.'),
    "an unknown word to go to": ({"to": "teal"}, 'Unknown words in "teal": teal? try cyan.'),
    "no sentence": ({"sentence": ""}, "0 words"),
    "too many": ({"num": "257"}, "num is 257; expected 1 to 256."),
    "many in words": ({"num": "many"}, "num is 'many'; expected a whole number."),
    "half a seed": ({"seed": "0.5"}, "seed is '0.5'; expected a whole number."),
    "a seed without end": ({"seed": "9" * 5000}, "expected a whole number."),
    "columns for giants": ({"columns": "9"}, "columns is 9; expected 1 to 8."),
    "no variety": ({"variety": ""}, "variety is ''; expected a number."),
    "variety that is no number": ({"variety": "nan"}, "variety is nan; expected 0 to 1."),
}


@pytest.mark.parametrize("query, words", BAD.values(), ids=BAD)
def test_what_cannot_be_drawn_is_said_with_status_400(client, query, words):
    answer = client.get("/picture.png", query_string=query)
    assert answer.status_code == 400 and answer.mimetype == "text/plain"
    assert words in answer.text
    if "columns" in query:
        return  # the picture's alone
    whole = client.get("/", query_string=query)
    assert whole.status_code == 400 and '<img id="picture" alt="" hidden>' in whole.text
    assert words.replace("'", "&#39;").replace('"', "&#34;") in whole.text


def test_what_was_typed_is_text_and_never_markup(client):
    for name in ("sentence", "to", "num"):
        for attack in ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'):
            answer = client.get("/", query_string={name: attack})
            assert answer.status_code == 400 and attack not in answer.text
            assert answer.text.count("<script") == 1 and answer.text.count("<img") == 1
            plain = client.get("/picture.png", query_string={name: attack})
            assert plain.mimetype == "text/plain" and plain.status_code == 400


def test_the_next_free_port_is_taken(page):
    with page.listen(20_000) as first:
        port = first.getsockname()[1]
        with page.listen(port) as second:
            assert port < second.getsockname()[1] < port + 100
            assert {s.getsockname()[0] for s in (first, second)} == {"127.0.0.1"}


def test_where_no_port_is_free_one_is_proposed(page, monkeypatch, capsys, text_generator):
    tried = []

    def taken(address):
        tried.append(address)
        raise OSError("in use")

    monkeypatch.setattr(page.socket, "create_server", taken)
    with pytest.raises(ValueError, match="from 65500 to 65535 is free; try --port 8765"):
        page.listen(65500)
    assert tried == [("127.0.0.1", port) for port in range(65500, 65536)]
    with pytest.raises(ValueError, match="from 8765 to 8864 is free"):
        page.listen(8765)
    monkeypatch.setattr("hue_edu.models.load_text_generator", lambda: text_generator)
    assert main(["studio", "--port", "70000"]) == 1
    assert "hue: error: No port from 70000" in capsys.readouterr().err


def test_the_command_serves_says_where_and_ends_quietly(tmp_path, text_generator):
    name = "text_generator.weights.h5"
    text_generator.save_weights(tmp_path / name)
    (tmp_path / "SHA256SUMS").write_text(f"{files.sha256(tmp_path / name)}  {name}\n")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-m", "hue_edu", "studio", "--port", str(port), "--open"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
            env={**os.environ, "HUE_DATA": str(tmp_path), "BROWSER": "true %s"},
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # `make test &`
        )  # fmt: skip
        try:
            (address,) = re.findall(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
            assert int(address.rsplit(":")[-1]) > port
            with urllib.request.urlopen(f"{address}/picture.png?sentence=a+3&num=2") as answer:
                assert answer.read() == studio.sheet(text_generator, "a 3", num=2).png()
            process.send_signal(signal.SIGINT)
            out, errors = process.communicate(timeout=30)
        finally:
            process.kill()
    assert (process.returncode, out) == (0, "") and not {"Traceback", "GET"} & set(errors.split())


def test_a_browser_is_opened_on_request(page, monkeypatch, capsys, text_generator):
    opened = []
    monkeypatch.setattr(page.webbrowser, "open", opened.append)

    class Server:
        def __init__(self, *given, **options):
            self.port = given[1]

        def serve_forever(self):
            pass

    monkeypatch.setattr(page, "make_server", Server)
    for wanted in (False, True):
        page.serve(text_generator, 21_000, wanted)
    (address,) = opened
    assert f"The Hue studio is at {address} " in capsys.readouterr().out.splitlines()[1]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "127.0.0.1.evil.org"])
def test_the_page_answers_by_its_own_names_only(client, host):
    for path in ("/", "/picture.png"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 400 and answer.content_type.startswith("text/plain")
    for own in ("127.0.0.1:8765", "localhost", "localhost:9000", "[::1]:8765"):
        assert client.get("/", headers={"Host": own}).status_code == 200


def test_the_page_draws_for_no_other_site(client):
    answer = client.get("/picture.png?num=1", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403 and b"own page" in answer.data
    for site in ("same-origin", "none"):
        answer = client.get("/picture.png?num=1", headers={"Sec-Fetch-Site": site})
        assert answer.status_code == 200
    assert client.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200  # a link


def test_the_page_is_closed_in(client):
    for path in ("/", "/picture.png?num=1", "/picture.png?num=-1"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
