"""The course's figures: `make bench` measures them and writes the tables that quote them.

    python tools/bench.py [import] [metrics] [speed] [quality] [lessons]
    python tools/bench.py --render

Without arguments all parts are measured (about half an hour on two cores), into
data/results/bench.json, or for quality into the study of lesson 05. Then, or at once by `--render`,
the rows of docs/benchmarks.toml are filled in: all go into docs/benchmarks.md, ten into README.md.
"""

import json
import operator
import re
import resource
import statistics
import string
import subprocess
import sys
import textwrap
import timeit
import tomllib

import numpy as np
from arithmetics import alone
from freshness import ROOT

from hue_edu import files
from notebooks import execute, lessons, read

RESULTS = ROOT / "data" / "results"
RESULT = RESULTS / "bench.json"


def median_seconds(run, repeats):
    """The median time of several calls of `run`."""
    return statistics.median(timeit.repeat(run, repeat=repeats, number=1))


def measure_import():
    """Milliseconds that `import hue_edu` takes, median of nine; whether it loads TensorFlow."""
    code = (
        "import sys, time; t = time.perf_counter(); import hue_edu;"
        "print(time.perf_counter() - t, 'tensorflow' in sys.modules)"
    )
    command = [sys.executable, "-c", code]
    runs = [subprocess.check_output(command, cwd=ROOT, text=True).split() for _ in range(9)]
    return {
        "milliseconds": 1000 * statistics.median(float(seconds) for seconds, _ in runs),
        "loads_tensorflow": any(loaded == "True" for _, loaded in runs),
    }


def peak_gib():
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def metrics_alone():
    """What `measure_metrics` returns, for a process that has done nothing before."""
    from hue_edu import datasets, evaluation, metrics

    rng = np.random.default_rng(0)
    a, b = (rng.normal(size=(10_000, 64)) for _ in "ab")
    statistics, before = metrics.feature_statistics(b), peak_gib()
    ways = {
        "Fréchet": lambda: metrics.frechet_distance(metrics.feature_statistics(a), statistics),
        "Fréchet infinity": lambda: metrics.frechet_infinity(a, statistics),
        "kernel": lambda: metrics.kernel_distance(a, b),
        "kernel in blocks": lambda: metrics.kernel_distance_in_blocks(a, b),
        "precision and recall": lambda: metrics.precision_recall(a, b),
        "density and coverage": lambda: metrics.density_coverage(a, b),
        "copying": lambda: metrics.copying_z(a, b, a),
    }
    seconds = {name: timeit.timeit(run, number=1) for name, run in ways.items()}
    images, middle = datasets.load_mnist("train")[0], peak_gib()
    return {
        "seconds": seconds,
        "total": sum(seconds.values()),
        "slowest": max(seconds.items(), key=operator.itemgetter(1)),
        "gib": middle - before,
        "evaluate_seconds": timeit.timeit(lambda: evaluation.evaluate(images), number=1),
        "evaluate_gib": peak_gib() - before,
    }


def measure_metrics():
    """Seconds of each metric, 10,000 against 10,000 features, and of evaluating 60,000 images;
    peak memory of both in GiB, above that of the imported package."""
    return alone(metrics_alone)


def forward_flops(model):
    """Multiplications and additions of one image's way through the model's large layers."""
    total = 0
    for layer in model.layers:
        kind, inputs, outputs = type(layer).__name__, layer.input.shape, layer.output.shape
        if kind == "Dense":
            total += 2 * inputs[-1] * outputs[-1]
        elif kind in ("Conv2D", "Conv2DTranspose"):
            places = outputs if kind == "Conv2D" else inputs
            kernel = layer.kernel_size[0] ** 2
            total += 2 * places[1] * places[2] * kernel * inputs[-1] * outputs[-1]
    return total


def step_flops(gan, batch_size):
    """Of one training step: three passes of G, seven of D, and six of D for each R1 penalty.

    A backward pass costs two forward passes (one for weights, one for inputs). D sees real images
    (3) and fake ones (3), and its input gradient is taken once more for G's loss (1).
    """
    per_image = 3 * forward_flops(gan.generator) + 7 * forward_flops(gan.discriminator)
    if gan.r1_weight:
        per_image += 6 * forward_flops(gan.discriminator) / gan.penalty_every
    return batch_size * per_image


def matmul_rate(size=1024, repeats=30):
    """Floating-point operations a second of a float32 matrix product, as TensorFlow does it."""
    import tensorflow as tf

    a = tf.random.normal((size, size), seed=0)
    product = tf.function(lambda: tf.matmul(a, a))
    product()
    return 2 * size**3 / median_seconds(lambda: product().numpy(), repeats)


def measure_step(name, num):
    """Milliseconds of a step inside `fit`, median of five rounds; share of matmul's rate."""
    from hue_edu import datasets
    from hue_edu.training.recipes import RECIPES, make_trainer

    batch_size = RECIPES[name].batch_size
    gan = make_trainer(name)
    data = datasets.batches(datasets.load_mnist("test")[0], batch_size, seed=0)
    gan.fit(data, steps_per_epoch=10, verbose=0)
    seconds = median_seconds(lambda: gan.fit(data, steps_per_epoch=num, verbose=0), 5) / num
    flops = step_flops(gan, batch_size)
    return {
        "milliseconds": 1000 * seconds,
        "batch_size": batch_size,
        "gflop": flops / 1e9,
        "share_of_matmul": flops / seconds / matmul_rate(),
    }


def measure_rival():
    """The same for the compact network in PyTorch, or None where that is not installed."""
    rival = [sys.executable, str(ROOT / "tools" / "rival_torch.py")]
    done = subprocess.run(rival, capture_output=True, text=True)
    return json.loads(done.stdout) if done.returncode == 0 else None


def measure_speed():
    """Step times of both DCGANs, and of the compact one in PyTorch where that is installed.

    We and the rival run in turns, three times each: the machine's pace drifts. The medians count.
    """
    turns = [(measure_step("dcgan", 80), measure_rival()) for _ in range(3)]
    ours, rivals = zip(*turns)

    def middle(runs):
        return sorted(runs, key=operator.itemgetter("milliseconds"))[1]

    steps = {"tutorial_dcgan": measure_step("tutorial_dcgan", 6), "dcgan": middle(ours)}
    if all(rivals):
        rival = middle(rivals)["milliseconds"]
        steps["torch"] = {"milliseconds": rival, "of_ours": rival / steps["dcgan"]["milliseconds"]}
    return {**steps, "gan_lab": measure_lab()}


def measure_lab(num=40):
    """Frames a second of the GAN lab as it opens: ten steps of both players and a picture each."""
    from hue_edu import explorers

    lab = explorers.GanLab()
    lab.frame()
    return {"frames_a_second": 1 / median_seconds(lab.frame, num), "steps_a_frame": 10}


def measure_lessons():
    """Seconds and the kernel's peak memory (MiB) of each lesson, and the slowest's.

    At the smoke budget measured now; at the cpu budget as `make notebooks` saved it.
    """
    each = {}
    for path in lessons():
        saved = read(path).metadata["hue"]
        each[path.stem] = {
            "smoke": alone(execute, path, "smoke")[1],
            "cpu": {"seconds": saved["seconds"], "peak_mib": saved["peak_mib"]},
        }
        print(path.stem, each[path.stem], flush=True)
    slowest = {key: max(run[key]["seconds"] for run in each.values()) for key in ("smoke", "cpu")}
    gib = each["05_dcgan"]["cpu"]["peak_mib"] / 1024
    span = f"{min(each)[:2]} to {max(each)[:2]}"
    return {"each": each, "span": span, "slowest": slowest, "05_gib": gib}


def measure_quality():
    """Study 05 anew; it writes its own file."""
    import study_05

    study_05.main()


MEASURES = (measure_import, measure_metrics, measure_speed, measure_quality, measure_lessons)
PARTS = {measure.__name__.removeprefix("measure_"): measure for measure in MEASURES}
HEAD = "| {} | measured | goal | reached |\n|---|---|---|---|"
GOAL = re.compile(r"([≤≥<>]?) ?(\d*\.?\d+)( ?%)?(?: to (\d*\.?\d+))?(?:.* within (\d+))?")
COMPARE = {"≤": operator.le, "≥": operator.ge, "<": operator.lt, ">": operator.gt, "": operator.eq}


def is_reached(goal, value, took=None):
    """Whether a value, and the time that it took, meet a goal such as "≤ 96 within 300 s"."""
    sign, number, percent, high, limit = GOAL.search(goal).groups()
    number = float(number) / (100 if percent else 1)
    good = number <= value <= float(high) if high else COMPARE[sign](value, number)
    return good and (not limit or took <= float(limit))


def load(source):
    """The values of a file in data/results, with the times that rows quote, and its command."""
    saved = json.loads((RESULTS / f"{source}.json").read_text())
    values = saved.get("values", saved)
    ms = values.get("ms_per_step")
    if source == "09_vae":
        values["seconds"] = {way: num * ms[way] / 1000 for way, num in values["steps"].items()}
    if source == "11_clusters":
        values["steps"] = [int(at["steps"]) for at in values["ways"]["30 clusters"]]
        seconds = [values["clustering_seconds"] + steps * ms / 1000 for steps in values["steps"]]
        values["seconds"] = seconds
    if source == "12_text_to_image":
        reading = values["reading_steps"] * ms["reading"]
        values["minutes"] = [(reading + num * ms["game"]) / 6e4 for num in values["full"]["steps"]]
    return values, saved["command"]


def fill(text, values):
    """A text with the values that it names, such as "{floor[frechet]:.1f}"."""
    return text.format(**values)


def look(path, values):
    """The value that a path such as "floor[frechet]" names."""
    return string.Formatter().get_field(path, (), values)[0]


def cells(values, path, form, goal="", took=None):
    """What was measured, with its range; the goal; whether it is reached."""
    form, _, unit = form.partition(" ")
    value, place = path.replace("*", ""), path.replace("*", "_range")
    measured = f"{{{value}:{form}}} {unit}".rstrip()
    if value != place:
        measured += f" ({{{place}[0]:{form}}} to {{{place}[1]:{form}}})"
    reached = goal and is_reached(goal, look(value, values), took and look(took, values))
    return fill(measured, values), goal, {"": "", True: "yes", False: "**no**"}[reached]


def tables():
    """Lines of docs/benchmarks.md and lines of the README, from docs/benchmarks.toml."""
    book = tomllib.loads((ROOT / "docs" / "benchmarks.toml").read_text())
    all_rows, answers, verdicts = [], {}, []
    for section in book["section"]:
        values, command = load(section["source"])
        file = f"data/results/{section['source']}.json"
        about = f"Measured by `{command}`, saved in [{file}](../{file}). {section['note']}"
        about = textwrap.fill(fill(about, values), 100, break_on_hyphens=False)
        all_rows += [f"## {fill(section['title'], values)}", "", about, "", HEAD.format("figure")]
        for figure, path, *rest in section["rows"]:
            if path.startswith("speed[torch]") and "torch" not in values["speed"]:
                continue
            answer = cells(values, path, *rest)
            verdicts.append(answer[-1])
            all_rows.append(f"| {fill(figure, values)} | {' | '.join(answer)} |")
            if question := book["questions"].get(path):
                answers[path] = f"| {fill(question, values)} | {' | '.join(answer)} |"
        all_rows.append("")
    yes, no = verdicts.count("yes"), verdicts.count("**no**")
    count = f"Of the {yes + no} goals on that page, {yes} are reached."
    few_rows = [HEAD.format("question"), *(answers[path] for path in book["questions"]), "", count]
    return all_rows, few_rows


def render(folder=ROOT):
    """Write the tables between the markers of docs/benchmarks.md and README.md."""
    for name, lines in zip(("docs/benchmarks.md", "README.md"), tables(), strict=True):
        before, rest = (folder / name).read_text().split("<!-- bench -->\n")
        after = rest.split("<!-- /bench -->")[1]
        block = "\n".join(["<!-- bench -->", *lines, "<!-- /bench -->"])
        (folder / name).write_text(before + block + after)


def main(arguments):
    parts = [] if arguments == ["--render"] else arguments or PARTS
    if unknown := set(parts) - set(PARTS):
        raise SystemExit(f"error: no part {unknown.pop()!r}; expected some of: {', '.join(PARTS)}")
    bench = json.loads(RESULT.read_text())
    for part in parts:
        if measured := PARTS[part]():
            bench[part] = measured
            with files.written_whole(RESULT) as temporary:
                temporary.write_text(json.dumps(bench, indent=1) + "\n")
    render()


if __name__ == "__main__":
    main(sys.argv[1:])
