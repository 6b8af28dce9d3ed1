"""In a real browser: every cell of a lesson runs in JupyterLab, explorers and exercises answer;
the studio answers, there and on its own page.

Screenshots go to runs/browser, to be looked at.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time

import pytest
from conftest import ROOT
from PIL import Image

from hue_edu.grading import batch

pytestmark = pytest.mark.browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
PICTURES = ROOT / "runs" / "browser"
LESSON = "03_loss_formulas.ipynb"


def find_chromium():
    """Path of a browser, or one sentence that says how to get it."""
    found = [os.environ.get("HUE_CHROMIUM"), *map(shutil.which, NAMES)]
    path = next(filter(None, found), None)
    if path is None:
        pytest.fail(
            "No Chromium was found. Install it (`sudo apt install chromium` on Debian), or set "
            "HUE_CHROMIUM to the path of a Chromium or Chrome.",
            pytrace=False,
        )
    return path


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Address of JupyterLab on a copy of the lessons, at the smoke budget."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    for name in ("hue_edu", "data"):
        (folder / name).symlink_to(ROOT / name)
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--ip=127.0.0.1"]
    command += [
        "--expose-app-in-browser",
        "--port=0",
        "--ServerApp.root_dir=.",
        "--LabApp.news_url=None",
    ]
    command += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    command += ["--allow-root"] if hasattr(os, "getuid") and os.getuid() == 0 else []
    process = subprocess.Popen(
        command, cwd=folder, env={**os.environ, "HUE_BUDGET": "smoke",
                                  "HUE_PROGRESS": str(folder / "progress.json"),
                                  "JUPYTERLAB_WORKSPACES_DIR": str(folder / "tabs")}, text=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        for line in process.stderr:
            if found := re.search(r"(http://127\.0\.0\.1:\d+)/lab\?(token=\w+)", line):
                break
        else:
            pytest.fail("JupyterLab ended before it gave its address")
        yield found.groups()
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    path = find_chromium()
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--no-first-run"]
        chromium = playwright.chromium.launch(executable_path=path, args=options)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def page(server, browser):
    """A lesson after Run All, and the errors that the console saw."""
    page = opened(server, browser, f"lab/tree/notebooks/{LESSON}")
    run_all(page)
    wait_until(lambda: cell_counts(page) and all(cell_counts(page)), 240, "all cells have run")
    return page


def opened(server, browser, path):
    """A notebook in JupyterLab whose kernel waits; what the console says is kept."""
    address, token = server
    page = browser.new_page(viewport={"width": 1400, "height": 1100})
    page.console_errors = []
    page.on("console", lambda m: page.console_errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: page.console_errors.append(str(error)))
    page.route(  # badges come from the network, which a test does without
        lambda url: not url.startswith(address),
        lambda route: route.fulfill(status=200, content_type="image/svg+xml", body="<svg/>"),
    )
    page.goto(f"{address}/{path}?{token}")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=90_000)
    page.wait_for_function(
        'window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === "idle"',
        timeout=90_000,
    )
    return page


def run_all(page):
    page.click('.lm-MenuBar-itemLabel:text-is("Run")')
    page.click('.lm-Menu-itemLabel:text-is("Run All Cells")')


def cell_counts(page):
    """What stands beside each code cell: a number once it has run in this session, else 0.

    All cells live in the notebook's model; the page itself draws only those in sight.
    """
    return page.evaluate(
        """() => {
            const panel = window.jupyterapp.shell.currentWidget;
            const busy = panel.sessionContext.session?.kernel?.status !== "idle";
            const cells = [...panel.content.model.cells].filter(cell => cell.type === "code");
            return cells.map(cell => busy ? 0 : cell.executionCount || 0);
        }"""
    )


def outputs(page):
    """All outputs of the notebook, as JSON."""
    return page.evaluate(
        """() => [...window.jupyterapp.shell.currentWidget.content.model.cells]
            .filter(cell => cell.type === "code").flatMap(cell => cell.outputs.toJSON())"""
    )


def wait_until(check, seconds, what):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if check():
            return
        time.sleep(0.2)
    pytest.fail(f"waited {seconds} s in vain until {what}")


def show(page, text):
    """Scroll to the explorer whose control has this label; returns the explorer's element."""
    box = page.locator(f'.widget-vbox:has(:text-is("{text}"))').first
    for _ in range(60):
        if box.count() and box.is_visible():
            break
        page.locator(".jp-WindowedPanel-outer, .jp-Notebook").first.hover()
        page.mouse.wheel(0, 500)
        time.sleep(0.25)
    box.scroll_into_view_if_needed(timeout=10_000)
    return box


def picture(box):
    """Where the picture comes from: a new address for each new picture."""
    return box.locator("img").get_attribute("src")


def screenshot(page, name):
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")


def test_every_cell_runs_without_an_error(page):
    found = outputs(page)
    assert len(found) > 10
    assert not [o for o in found if o["output_type"] == "error" or o.get("name") == "stderr"]
    screenshot(page, "lesson")


def test_a_slider_changes_the_picture(page):
    box = show(page, "score s")
    before, pixels = picture(box), box.locator("img").screenshot()
    handle = box.locator(".noUi-handle").first
    handle.focus()
    for _ in range(5):
        handle.press("ArrowLeft")
    wait_until(lambda: picture(box) != before, 20, "the picture follows the slider")
    time.sleep(0.5)
    assert box.locator("img").screenshot() != pixels
    screenshot(page, "loss_explorer")


def test_the_picture_follows_while_the_slider_moves(page):
    box = show(page, "score s")
    handle = box.locator(".noUi-handle").first.bounding_box()
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for way in (20, 40, -20):  # the button of the mouse stays down
        before = picture(box)
        page.mouse.move(x + way, y, steps=10)
        wait_until(lambda before=before: picture(box) != before, 20, "the picture follows")
    page.mouse.up()


def steps(box):
    """The step that the lab's status line names."""
    return int(re.search(r"step ([\d,]+)", box.text_content())[1].replace(",", ""))


def test_the_lab_steps_runs_and_pauses(page, capsys):
    box = show(page, "steps per frame")
    before, step = picture(box), steps(box)
    box.get_by_role("button", name="Step both").click()
    wait_until(lambda: steps(box) == step + 10, 60, "both players have made ten steps")
    wait_until(lambda: picture(box) != before, 20, "the picture follows")
    box.get_by_role("button", name="Step D").click()
    play = box.locator(".widget-play button, .jupyter-widget-play button").first
    play.click()
    wait_until(lambda: steps(box) > step + 50, 60, "the lab runs")
    start, began = steps(box), time.monotonic()
    time.sleep(8)
    frames = (steps(box) - start) / 10 / (time.monotonic() - began)
    play.click()
    time.sleep(2)
    paused = steps(box)
    time.sleep(2)
    assert steps(box) == paused, "pause does not pause"
    screenshot(page, "gan_lab")
    with capsys.disabled():
        print(f"\nGAN lab in the browser: {frames:.1f} frames a second")
    assert frames > 2  # a picture that lives; `make bench` measures the pace itself


def listen(page):
    """Keep in `window.heard` what the kernel says from now on, pictures left out, as text."""
    page.evaluate(
        """() => {
            window.heard = [];
            window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.iopubMessage.connect(
                (_, message) => window.heard.push(
                    message.header.msg_type + " " + JSON.stringify(message.content)));
        }"""
    )


def test_the_lab_can_be_reset_and_changed_while_it_plays(page):
    listen(page)
    box = show(page, "steps per frame")
    data, loss = box.locator("select").nth(0), box.locator("select").nth(1)
    rate = box.locator('.widget-hslider:has(:text-is("rate of G")) .noUi-handle')
    play = box.locator(".widget-play button, .jupyter-widget-play button").first

    def plays():
        assert "no longer a finite number" not in box.text_content()
        return steps(box) >= 100

    play.click()
    for k in range(6):
        wait_until(plays, 60, "the lab plays")
        box.get_by_role("button", name="Reset").click()
        wait_until(lambda: steps(box) < 100, 20, "it begins anew")
        rate.press("ArrowLeft" if k % 2 else "ArrowRight")
        box.get_by_role("button", name="Reset").click()
        (data, loss)[k % 2].select_option(index=1 + k // 2)
    wait_until(plays, 60, "the lab plays on")
    screenshot(page, "gan_lab_reset")
    play.click()
    heard = page.evaluate("window.heard")
    assert len(heard) > 100 and any("step 10," in message for message in heard)
    said = [message for message in heard if re.search("^error|^stream|Traceback", message)]
    assert said == [] and "no longer a finite number" not in " ".join(heard)
    assert not [
        o for o in outputs(page) if o["output_type"] == "error" or o.get("name") == "stderr"
    ]


def run_instead(page, holds, source):
    """Put another source into the cell that holds a text, run it, and return what it prints."""
    page.evaluate(
        """async ([holds, source]) => {
            const panel = window.jupyterapp.shell.currentWidget;
            const cells = [...panel.content.model.cells];
            const place = cells.findIndex(cell => cell.sharedModel.getSource().includes(holds));
            panel.content.activeCellIndex = place;
            cells[place].sharedModel.setSource(source);
            await window.jupyterapp.commands.execute("notebook:run-cell");
            window.testedCell = place;
        }""",
        [holds, source],
    )
    wait_until(lambda: all(cell_counts(page)), 60, "the kernel is idle again")
    printed = page.evaluate(
        """() => [...window.jupyterapp.shell.currentWidget.content.model.cells][window.testedCell]
            .outputs.toJSON().map(output => output.text).join("")"""
    )
    return printed if isinstance(printed, str) else "".join(printed)


def test_exercises_answer_and_the_kernel_stays(page):
    name = "exercises.lesson_03.cross_entropy"
    wrong = f"{name}.check(lambda labels, logits: ops.softplus(logits) - (1 - labels) * logits)"
    assert "Not yet. The labels are swapped" in run_instead(page, name, wrong)
    leaves = f"def leaves(labels, logits):\n    exit()\n\n{name}.check(leaves)"
    assert "SystemExit" in run_instead(page, name, leaves)
    loops = f"def loops(labels, logits):\n    while True:\n        pass\n\n{name}.check(loops)"
    assert "never ends" in run_instead(page, name, loops).replace("\n", " ")
    right = f"{name}.check(lambda labels, logits: ops.softplus(logits) - labels * logits)"
    printed = run_instead(page, name, f"{name}.hint()\n{right}")
    assert "Hint 1 of 3" in printed and "Correct. " in printed
    screenshot(page, "exercise")


def test_the_studio_answers_each_key(page):
    lab = 'explorers.GanLab("ring")'
    run_instead(page, lab, "studio = explorers.HueStudio()\nstudio")
    box = show(page, "morph to")
    text, line = box.locator("input[type=text]").first, box.locator(".widget-html").last
    before = picture(box)
    text.fill("a small red seven")
    wait_until(lambda: picture(box) != before, 20, "the picture follows the sentence")
    drawn = picture(box)
    text.fill("a small teal seven")
    wait_until(lambda: "teal? try cyan" in line.text_content(), 20, "a word is suggested")
    assert picture(box) == drawn
    text.fill("a small cyan seven")
    wait_until(lambda: picture(box) != drawn, 20, "the picture follows again")
    assert line.text_content().strip().startswith("understood: 7 · cyan · small; chosen: ")
    with page.expect_download() as download:
        box.get_by_text("Download PNG").click()
    assert download.value.suggested_filename == "a-small-cyan-seven.png"
    assert sentence_inside(download.value) == "a small cyan seven"
    screenshot(page, "hue_studio")


def test_the_console_saw_no_error(page):
    assert page.console_errors == []


def sentence_inside(download):
    return Image.open(download.path()).text["Description"]


@pytest.fixture(scope="module")
def studio_address():
    """Where `hue studio` serves its page."""
    command = [sys.executable, "-m", "hue_edu", "studio"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        if not (found := re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())):
            pytest.fail("hue studio ended before it gave its address")
        yield found[0]
    finally:
        process.terminate()
        process.wait(timeout=30)


def test_the_page_follows_while_one_types(studio_address, browser):
    page, errors, asked = browser.new_page(), [], []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(studio_address)
    image, line = page.locator("#picture"), page.locator("#line")
    first = image.get_attribute("src")
    page.fill("[name=sentence]", "a small red seven")
    wait_until(lambda: image.get_attribute("src") != first, 20, "the picture follows the sentence")
    drawn = image.get_attribute("src")
    page.fill("[name=sentence]", "a small teal seven")
    wait_until(lambda: "teal? try cyan" in line.text_content(), 20, "a word is suggested")
    assert image.get_attribute("src") == drawn
    assert page.locator("figure.old").count() == 1
    assert page.locator("#caption").text_content().startswith("Still showing: a small red seven")
    page.fill("[name=sentence]", "a small cyan sev")
    wait_until(lambda: line.text_content() == "", 20, "nothing is said while a word is typed")
    page.fill("[name=sentence]", "a small cyan seven")
    page.fill("[name=to]", "an eight")
    wait_until(lambda: "to a small cyan eight" in image.get_attribute("alt"), 20, "it morphs")
    assert line.text_content().startswith("understood: 7 · cyan · small; chosen: ")
    assert "; to: understood: 8; chosen: cyan, " in line.text_content()
    assert page.locator("#ends").is_visible() and page.locator("figure.old").count() == 0
    assert image.evaluate("i => i.naturalWidth") > 500
    with page.expect_download() as download:
        page.click("#download")
    assert download.value.suggested_filename == "from-a-small-cyan-seven-to-an-eight.png"
    assert sentence_inside(download.value) == "from a small cyan seven to an eight"
    assert errors == []
    assert all(url.startswith((studio_address, f"blob:{studio_address}", "data:")) for url in asked)
    screenshot(page, "studio_page")


def test_the_page_works_without_javascript(studio_address, browser):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(studio_address)
    for sentence, message in (("a small teal seven", "teal? try cyan"), ("a small red seven", "")):
        page.fill("[name=sentence]", sentence)
        page.click("button.main")
        assert message in page.locator("#line").text_content()
        assert page.locator("[name=sentence]").input_value() == sentence
        page.locator("#picture").wait_for(state="hidden" if message else "visible", timeout=10_000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_on_a_phone_and_a_desk_by_day_and_night(studio_address, browser, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 800}, device_scale_factor=2
    )
    page = context.new_page()
    page.goto(studio_address)
    image = page.locator("#picture")
    page.click("text=a white nine on magenta")
    wait_until(lambda: "white nine" in image.get_attribute("alt"), 20, "an example is drawn")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    across = 4 if width == 390 else 8
    assert image.evaluate("i => i.naturalWidth") == 3 * (33 * across - 1)  # three times as large
    for control in page.locator("input:visible, button:visible, .chips a").all():
        assert control.bounding_box()["height"] >= 44
    seed = page.locator("[name=seed]").input_value()
    page.click("#dice")
    wait_until(lambda: f"Seed {seed}." not in image.get_attribute("alt"), 20, "another seed")
    page.fill("[name=sentence]", 40 * "antidisestablishmentarianism")
    line = page.locator("#line")
    wait_until(lambda: "Unknown words" in line.text_content(), 20, "a long word is refused")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.fill("[name=sentence]", "a white nine on magenta")
    wait_until(lambda: page.locator("figure.old").count() == 0, 20, "the picture follows")
    assert not page.locator("#way").is_visible()
    page.fill("[name=to]", "a red two")
    page.locator("#way").wait_for(state="visible", timeout=20_000)
    wait_until(lambda: image.evaluate("i => i.complete"), 20, "the way is shown")
    labels, shown = page.locator("#way span").all(), image.bounding_box()
    assert [labels[0].text_content(), labels[-1].text_content()] == ["0%", "100%"]
    for i, label in enumerate(labels):  # each above the middle of its column
        box, middle = (
            label.bounding_box(),
            shown["x"] + shown["width"] * (i % across + 0.5) / across,
        )
        assert abs(box["x"] + box["width"] / 2 - middle) < 3 and box["y"] < shown["y"]
    found = Axe().run(page).response["violations"]
    assert not found, [(one["id"], one["help"]) for one in found]
    screenshot(page, f"studio_{width}_{scheme}")
    context.close()


ASSIGNMENT = "notebooks/assignments/release/ps1/ps1.ipynb"
ANSWER = """
def bits_per_dimension(log_likelihoods, num_dimensions, num_levels):
    nats = -np.mean(log_likelihoods) / num_dimensions
    return nats / np.log(2) + np.log2((num_levels - 1) / 2)
"""


def test_an_assignment_from_the_release_to_its_feedback(server, browser, tmp_path):
    """Open it, solve a question, check, save, hand in, grade, and read what came of it."""
    address, token = server
    page = opened(server, browser, f"lab/workspaces/assignment/tree/{ASSIGNMENT}")
    page.evaluate(
        """answer => [...window.jupyterapp.shell.currentWidget.content.model.cells]
            .find(cell => cell.sharedModel.source.startsWith("def bits_per_dimension"))
            .sharedModel.setSource(answer)""",
        ANSWER.strip(),
    )
    run_all(page)
    wait_until(lambda: "optimal_logit" in str(outputs(page)), 120, "it stops at the next question")
    said = str(outputs(page))
    assert "✅ bits_per_dimension: 4 of 4 points by the visible tests." in said
    assert "optimal_logit: 0 of 4 points" in said and "Not attempted yet." in said
    page.locator("text=Not attempted yet.").first.scroll_into_view_if_needed()
    screenshot(page, "assignment")
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    saved = f"{address}/api/contents/{ASSIGNMENT}?{token}"
    wait_until(lambda: "nats / np.log(2)" in page.request.get(saved).text(), 30, "it is saved")
    (tmp_path / "in").mkdir()
    content = json.dumps(page.request.get(saved).json()["content"])
    (tmp_path / "in" / "ada_ps1.ipynb").write_text(content, encoding="utf-8")
    batch.grade(tmp_path / "in", "ps1", tmp_path / "out")
    page.close()
    read_feedback(browser, tmp_path / "out" / "feedback" / "ada.html")


def read_feedback(browser, path):
    from axe_playwright_python.sync_playwright import Axe

    for width, scheme in ((1280, "light"), (390, "dark")):
        context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
        page = context.new_page()
        page.goto(path.as_uri())
        text = page.locator("main").inner_text()
        assert "ada: 4 of 20 points" in text and text.count("Not attempted.") == 4
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page).response["violations"]
        assert not found, [(one["id"], one["help"]) for one in found]
        screenshot(page, f"feedback_{width}_{scheme}")
        context.close()
