"""The figures that the README quotes, measured in one run: `make bench`.

    python tools/bench.py [import] [metrics] [speed] [quality] [lessons]

Without arguments all parts run (about half an hour on two cores). Each part's values go into
data/results/bench.json, or for quality into the study of lesson 05; then the table in the README
is written from both, and from the studies of lessons 06 and 07 as they lie there.
"""

import json
import re
import statistics
import subprocess
import sys
import time

import study_05
import study_06
import study_07
import study_09
import study_10
import study_11
import study_12
from freshness import ROOT

from hue_edu import files
from notebooks import lessons, read

RESULT = ROOT / "data" / "results" / "bench.json"
PARTS = ("import", "metrics", "speed", "quality", "lessons")


def python(code):
    """Standard output of a Python process that runs `code`."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout


def measure_import():
    """Seconds that `import hue_edu` takes, median of nine; whether it loads TensorFlow."""
    code = (
        "import sys, time; t = time.perf_counter(); import hue_edu;"
        "print(time.perf_counter() - t, 'tensorflow' in sys.modules)"
    )
    runs = [python(code).split() for _ in range(9)]
    return {
        "seconds": statistics.median(float(seconds) for seconds, _ in runs),
        "loads_tensorflow": any(loaded == "True" for _, loaded in runs),
    }


MEASURE_METRICS = """
import json, resource, time
import numpy as np
from hue_edu import datasets, judges, metrics

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

rng, found = np.random.default_rng(0), {}
a, b = (rng.normal(size=(10_000, 64)) for _ in "ab")
statistics, before = metrics.feature_statistics(b), peak()
for name, run in {
    "Fréchet": lambda: metrics.frechet_distance(metrics.feature_statistics(a), statistics),
    "Fréchet infinity": lambda: metrics.frechet_infinity(a, statistics),
    "kernel": lambda: metrics.kernel_distance(a, b),
    "kernel in blocks": lambda: metrics.kernel_distance_in_blocks(a, b),
    "precision and recall": lambda: metrics.precision_recall(a, b),
    "density and coverage": lambda: metrics.density_coverage(a, b),
    "copying": lambda: metrics.copying_z(a, b, a),
}.items():
    started = time.perf_counter()
    run()
    found[name] = time.perf_counter() - started
images, middle = datasets.load_mnist("train")[0], peak()
started = time.perf_counter()
judges.evaluate(images)
print(json.dumps({
    "seconds": found, "mib": middle - before, "evaluate_seconds": time.perf_counter() - started,
    "evaluate_mib": peak() - before,
}))
"""


def measure_metrics():
    """Seconds of each metric, 10,000 against 10,000 features, and of evaluating 60,000 images;
    peak memory of both in MiB, above that of the imported package."""
    return json.loads(python(MEASURE_METRICS))


def forward_flops(model):
    """Multiplications and additions of one image's way through the model's large layers."""
    total = 0
    for layer in model.layers:
        kind, inputs, outputs = type(layer).__name__, layer.input.shape, layer.output.shape
        if kind == "Dense":
            total += 2 * inputs[-1] * outputs[-1]
        elif kind in ("Conv2D", "Conv2DTranspose"):
            places = outputs if kind == "Conv2D" else inputs
            total += (
                2 * places[1] * places[2] * layer.kernel_size[0] ** 2 * inputs[-1] * outputs[-1]
            )
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
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        product().numpy()
        times.append(time.perf_counter() - started)
    return 2 * size**3 / statistics.median(times)


def measure_step(name, num):
    """Milliseconds of a step inside `fit`, median of five rounds; share of matmul's rate."""
    from hue_edu import datasets
    from hue_edu.training.recipes import RECIPES, make_gan

    batch_size = RECIPES[name].batch_size
    gan = make_gan(name)
    data = datasets.batches(datasets.load_mnist("test")[0], batch_size, seed=0)
    gan.fit(data, steps_per_epoch=10, verbose=0)
    rounds = []
    for _ in range(5):
        started = time.perf_counter()
        gan.fit(data, steps_per_epoch=num, verbose=0)
        rounds.append((time.perf_counter() - started) / num)
    seconds, flops = statistics.median(rounds), step_flops(gan, batch_size)
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

    def middle(found):
        return sorted(found, key=lambda step: step["milliseconds"])[1]

    return {
        "tutorial_dcgan": measure_step("tutorial_dcgan", 6),
        "dcgan": middle(ours),
        "torch": middle(rivals) if all(rivals) else None,
        "gan_lab": measure_lab(),
    }


def measure_lab(num=40):
    """Frames a second of the GAN lab as it opens: ten steps of both players and a picture each."""
    from hue_edu import explorers

    lab, times = explorers.GanLab(), []
    lab.frame()
    for _ in range(num):
        started = time.perf_counter()
        lab.frame()
        times.append(time.perf_counter() - started)
    return {"frames_a_second": 1 / statistics.median(times), "steps_a_frame": 10}


def measure_lessons():
    """Seconds and the kernel's peak memory (MiB) of each lesson.

    At the smoke budget measured now; at the cpu budget as `make notebooks` saved it.
    """
    found = {}
    for path in lessons():
        code = (
            "import json, pathlib, sys; sys.path.insert(0, 'tools'); import notebooks;"
            f"print(json.dumps(notebooks.execute(pathlib.Path({str(path)!r}), 'smoke')[1]))"
        )
        saved = read(path).metadata["hue"]
        found[path.stem] = {
            "smoke": json.loads(python(code)),
            "cpu": {"seconds": saved["seconds"], "peak_mib": saved["peak_mib"]},
        }
        print(path.stem, found[path.stem], flush=True)
    return found


def table(bench, values):
    """The README's table, as Markdown lines, of the benchmark and the values of study 05."""
    compact, tutorial, floor = values["dcgan"], values["tutorial_dcgan"], values["floor"]
    lines = ["| figure | measured | goal |", "|---|---|---|"]
    for seconds, goal in ((60, 15), (120, 6)):
        at = compact["seconds"].index(seconds)
        ours, theirs = compact["frechet"][at], tutorial["frechet"][at]
        low, high = compact["frechet_range"][at]
        lines.append(
            f"| Fréchet distance after {compact['steps'][at]:,.0f} steps ({seconds} s) of the "
            f"compact DCGAN, floor {floor['frechet']:.1f} | **{ours:.1f}** ({low:.1f} to "
            f"{high:.1f}) | ≤ {goal} |"
        )
        lines.append(
            f"| the tutorial's DCGAN after {tutorial['steps'][at]:,.0f} steps, in the same time | "
            f"{theirs:.0f} | |"
        )
    sure, theirs = (f"{100 * run['sure_share'][-1]:.1f} %" for run in (compact, tutorial))
    lines += [
        f"| after as many steps, samples of which the judge is 90 % sure (real digits: "
        f"{100 * floor['sure_share']:.1f} %; the tutorial's: {theirs}) | {sure} | ≥ 92 % |",
        f"| after as many steps, rarest digit among samples, worst of 3 seeds | "
        f"{100 * compact['smallest_share_range'][-1][0]:.1f} % | ≥ 5 % |",
        f"| after as many steps, copy ratio (0 copies, 1 like new real digits) | "
        f"{compact['copy_ratio'][-1]:.2f} | no copying |",
    ]
    for name, title in (("dcgan", "compact DCGAN"), ("tutorial_dcgan", "tutorial's DCGAN")):
        step = bench["speed"][name]
        lines.append(
            f"| a step of the {title}, batch {step['batch_size']} | {step['milliseconds']:.1f} ms, "
            f"{100 * step['share_of_matmul']:.0f} % of the matrix-product rate | |"
        )
    if bench["speed"]["torch"]:
        rival, ours = (bench["speed"][name]["milliseconds"] for name in ("torch", "dcgan"))
        lines.append(
            f"| the compact step in PyTorch | {rival:.1f} ms, {rival / ours:.2f} of ours | ≥ 1 |"
        )
    lab = bench["speed"]["gan_lab"]
    lines.append(
        f"| the GAN lab, {lab['steps_a_frame']} steps and a picture a frame | "
        f"{lab['frames_a_second']:.0f} frames a second | ≥ 10 |"
    )
    slow = max(bench["metrics"]["seconds"].items(), key=lambda item: item[1])
    lines.append(
        f"| all metrics, 10,000 against 10,000 features; the slowest, {slow[0]} | "
        f"{sum(bench['metrics']['seconds'].values()):.1f} s; {slow[1]:.1f} s | ≤ 10 s |"
    )
    lines.append(
        f"| `hue evaluate` of 60,000 images, memory above the imported package | "
        f"{bench['metrics']['evaluate_seconds']:.0f} s, "
        f"{bench['metrics']['evaluate_mib'] / 1024:.2f} GiB | ≤ 1 GiB |"
    )
    lines.append(f"| `import hue_edu` | {1000 * bench['import']['seconds']:.0f} ms | ≤ 200 ms |")
    slowest = {
        budget: max(lesson[budget]["seconds"] for lesson in bench["lessons"].values())
        for budget in ("smoke", "cpu")
    }
    peak = bench["lessons"]["05_dcgan"]["cpu"]["peak_mib"] / 1024
    lines += [
        f"| slowest of lessons 00 to 05 at `smoke`, at `cpu` | {slowest['smoke']:.0f} s, "
        f"{slowest['cpu']:.0f} s | ≤ 20 s, ≤ 240 s |",
        f"| peak memory of lesson 05 | {peak:.2f} GiB | ≤ 2 GiB |",
    ]
    return lines


def rows_of_the_plane(values):
    """The table's lines on coverage, of the values of study 06."""
    lines = []
    goals = {
        "ring": "8, ≥ 97.5 %, ≤ .001, .85 to 1.1",
        "grid": "25, ≥ 97 %, ≤ .003, ≥ .75",
    }
    for name, goal in goals.items():
        found = values["planes"][name]["RpGAN + R1 + R2"]
        medians = {key: entry[0] for key, entry in found["newest"].items()}
        lines.append(
            f"| {name}, RpGAN + R1 + R2: modes, good samples, reverse KL, spread, after "
            f"{found['steps']:,.0f} steps ({found['seconds']:.0f} s at best) | "
            f"{medians['modes']:.0f}, **{100 * medians['quality']:.1f} %**, "
            f"{medians['reverse_kl']:.4f}, {medians['spread']:.2f} | {goal} |"
        )
    stacked = values["stacked"]
    longer, floor = values["stacked_runs"]["seed 0"], values["floors"]["stacked"]["kl"]
    lines.append(
        f"| Stacked MNIST: modes, KL after {stacked['steps'][-1]:,.0f} steps (240 s; true data "
        f"{floor:.3f}) | {stacked['modes'][-1]:.0f}, **{stacked['kl'][-1]:.3f}** | 1000, ≤ .04 |"
    )
    last = longer["measured"][-1]
    lines.append(
        f"| the same, one seed, after {longer['steps'][-1]:,} steps (480 s) | {last['modes']}, "
        f"{last['kl']:.3f} | ≤ .03 |"
    )
    return lines


def rows_of_wgan_gp(values):
    """The table's lines on WGAN-GP, of the values of study 07."""
    lines = []
    for name, steps in (("WGAN-GP", "3 critic steps"), ("WGAN-GP, 1 critic step", "1 critic step")):
        ours, longer = values["ways"][name], values["longer"][name]
        low, high = ours["frechet_range"][-1]
        lines.append(
            f"| Fréchet distance after {ours['steps'][-1]:,.0f} steps (120 s) of WGAN-GP, {steps} "
            f"| **{ours['frechet'][-1]:.1f}** ({low:.1f} to {high:.1f}) | ≤ 15 |"
        )
        lines.append(
            f"| the same, one seed, after {longer['steps'][-1]:,.0f} steps (300 s) | "
            f"{longer['frechet'][-1]:.1f} | ≤ 8 |"
        )
    return lines


def rows_of_the_vae(values):
    """The table's lines on the VAE, of the values of study 09."""
    lines = []
    goals = {"24 latents": ("within 300 s", "≤ 96"), "2 latents": ("within 120 s", "< 147")}
    for name, (limit, goal) in goals.items():
        found, steps = values["found"][name], values["steps"][name]
        low, high = found["negative_elbo_range"]
        seconds = steps * values["ms_per_step"][name] / 1000
        lines.append(
            f"| -ELBO of test digits, dense VAE, {name}, {steps:,} steps ({seconds:.0f} s), nats "
            f"| **{found['negative_elbo']:.1f}** ({low:.1f} to {high:.1f}) | {goal} {limit} |"
        )
    return lines


def rows_of_the_comparison(values):
    """The table's lines on GAN and VAE at equal seconds, of the values of study 10."""
    lines = []
    for key, name, digits in (
        ("frechet_distance", "Fréchet distance", 1),
        ("sharpness_ratio", "sharpness ratio", 2),
    ):
        ways = {way: values["ways"][way] for way in ("GAN", "WGAN-GP", "VAE")}
        steps = ", ".join(f"{found['steps']:,.0f}" for found in ways.values())
        found = ", ".join(
            f"{way[key]:.{digits}f} ({way[f'{key}_range'][0]:.{digits}f} to "
            f"{way[f'{key}_range'][1]:.{digits}f})"
            for way in ways.values()
        )
        lines.append(
            f"| {name} with as many parameters after {steps} steps ({values['seconds']} s each): "
            f"{', '.join(ways)} | {found} | |"
        )
    return lines


def median_at(k, summary, key, digits):
    """A measure after the k-th number of steps, as `study_11.summarise` has it: median (range)."""
    low, high = summary[f"{key}_range"][k]
    return f"{summary[key][k]:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def rows_of_the_labels(values):
    """The table's lines on GANs with and without labels, of the values of study 11."""
    lines, ways_shown = [], ("no label", "concatenation", "projection")
    for key, name, ways, digits in (
        ("accuracy", "asked for and drawn", ways_shown[1:], 3),
        ("within_class", "variety within a class", ways_shown, 2),
        ("frechet", "Fréchet distance", ways_shown, 1),
    ):
        found = []
        for way in ways:
            found.append(median_at(-1, values["ways"][way], key, digits))
        steps = values["ways"]["projection"]["steps"][-1]
        floor = f"real digits {values['floor'][key]:.{digits}f}"
        lines.append(
            f"| {name} after {steps:,} steps: {', '.join(ways)} ({floor}) | {', '.join(found)} | |"
        )
    return lines


def rows_of_the_captions(values):
    """The table's lines on pictures from held-out captions, of the values of study 12."""
    full, real, ms = values["full"], values["ceiling"], values["ms_per_step"]

    def after(k):
        reading, steps = values["reading_steps"], full["steps"][k]
        minutes = (reading * ms["reading"] + steps * ms["game"]) / 60_000
        return f"after {steps:,} steps ({minutes:.1f} minutes)"

    lines = []
    for k, key, name, digits, goal in (
        (-2, "held_all_right", "held-out captions, all five attributes right,", 3,
         "≥ 0.90 within 8 minutes"),
        (-2, "diversity", "variety within a caption", 2, "≥ 0.85"),
        (-2, "whole_z_held_all_right", "all five right, from z that is not cut off,", 3, None),
        (-2, "whole_z_diversity", "variety, from z that is not cut off,", 2, None),
        (-1, "held_all_right", "held-out captions, all five attributes right,", 3, None),
        (-1, "held_mean", "the same, mean over the attributes,", 3, "≥ 0.97"),
        (-1, "diversity", "variety within a caption", 2, "≥ 0.85"),
        (-1, "whole_z_held_all_right", "all five right, from z that is not cut off,", 3, None),
        (-1, "whole_z_diversity", "variety, from z that is not cut off,", 2, None),
        (-1, "swapped_kept", "digit or a colour swapped: other attributes that stay,", 3, "≥ 0.95"),
        (-1, "frechet", "Fréchet distance to real pictures of the captions", 1, None),
    ):  # fmt: skip
        floor = real[key.removeprefix("whole_z_")]
        lines.append(
            f"| {name} {after(k)} (real {floor:.{digits}f}) | {median_at(k, full, key, digits)} |"
            + (f" {goal} |" if goal else " |")
        )
    return lines


def whole_table(bench):
    """All lines of the README's table, of the benchmark and the studies."""
    return [
        *table(bench, study_05.STUDY.saved["values"]),
        *rows_of_the_plane(study_06.STUDY.saved["values"]),
        *rows_of_wgan_gp(study_07.STUDY.saved["values"]),
        *rows_of_the_vae(study_09.STUDY.saved["values"]),
        *rows_of_the_comparison(study_10.STUDY.saved["values"]),
        *rows_of_the_labels(study_11.STUDY.saved["values"]),
        *rows_of_the_captions(study_12.STUDY.saved["values"]),
    ]


def write_readme(lines):
    """Put the table between the README's markers."""
    readme = ROOT / "README.md"
    block = "<!-- bench -->\n" + "\n".join(lines) + "\n<!-- /bench -->"
    text = re.sub(
        r"<!-- bench -->.*<!-- /bench -->", lambda _: block, readme.read_text(), flags=re.S
    )
    readme.write_text(text)


def main():
    parts = sys.argv[1:] or PARTS
    if unknown := set(parts) - set(PARTS):
        raise SystemExit(f"error: no part {unknown.pop()!r}; expected some of: {', '.join(PARTS)}")
    bench = json.loads(RESULT.read_text()) if RESULT.is_file() else {}
    bench["command"] = "make bench"
    if "import" in parts:
        bench["import"] = measure_import()
    if "metrics" in parts:
        bench["metrics"] = measure_metrics()
    if "speed" in parts:
        bench["speed"] = measure_speed()
    if "quality" in parts:
        study_05.main()
    if "lessons" in parts:
        bench["lessons"] = measure_lessons()
    with files.written_whole(RESULT) as temporary:
        temporary.write_text(json.dumps(bench, indent=1) + "\n")
    lines = whole_table(bench)
    write_readme(lines)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
