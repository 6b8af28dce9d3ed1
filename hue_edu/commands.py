"""What each command of `hue` does with its options; each imports only what it needs."""

import contextlib
import json


def train(options):
    """`hue train`.

    Raises:
        ValueError: Settings that do not go together.
    """
    from . import evaluation, runs, sources

    if options.size and not options.data:
        raise ValueError("--size is for your own pictures; give their folder with --data.")
    pictures = sources.OwnPictures(options.data, options.size) if options.data else None
    seconds = None if options.steps else 60 * (options.minutes or 2)
    metrics = runs.train(
        options.recipe, options.out, seconds, options.steps, options.seed, options.resume, pictures
    )
    about = {"recipe": options.recipe, "seed": options.seed}
    print(evaluation.report(metrics, runs.table_of(options.out), **about))
    print(f"In plain words: {evaluation.verdict(metrics)}")
    print(f"Pictures, history, metrics and the generator are in {options.out}.")


def sample(options):
    """`hue sample`.

    Raises:
        ValueError: `--out` ends in something else.
    """
    from . import runs
    from .training import generate

    if not options.out.lower().endswith((".png", ".npz")):
        raise ValueError(f"--out is {options.out!r}; expected a name that ends in .png or .npz.")
    runs.save_images(
        generate(runs.load_generator(options.source), options.num, options.seed), options.out
    )
    print(f"Wrote {options.num:,} images to {options.out}.")


def evaluate(options):
    """`hue evaluate`."""
    from . import evaluation, runs

    metrics = runs.evaluate(options.source)
    if options.json:
        print(json.dumps(metrics, indent=2))
    else:
        print(evaluation.report(metrics, runs.table_of(options.source)))
        print(f"In plain words: {evaluation.verdict(metrics)}")


def draw(options):
    """`hue draw`.

    Raises:
        ValueError: `--out` ends in something else, or `--num` beside captions.
    """
    from . import files, models, studio
    from .training import generate_from_text

    suffix, what = (".npz", "--captions") if options.captions else (".png", "a sentence")
    if not options.out.lower().endswith(suffix):
        raise ValueError(
            f"--out is {options.out!r}; expected a name that ends in {suffix} for {what}."
        )
    if options.captions and options.num:
        raise ValueError("--num is for a sentence; with --captions each line gives one picture.")
    if options.captions:
        lines = studio.read_lines(options.captions)
        if not options.as_is:
            lines = studio.completed(lines, options.seed)
        images = generate_from_text(models.load_text_generator(), lines, options.seed)
        files.save_arrays(options.out, images=images)
    else:
        generator = models.load_text_generator()
        sheet = studio.sheet(
            generator, options.sentence, "", options.num or 8, options.seed, as_is=options.as_is
        )
        images = sheet.images
        with files.written_whole(options.out) as temporary:
            temporary.write_bytes(sheet.png())
        print(sheet.understood[:1].upper() + sheet.understood[1:])
    print(f"Wrote {len(images):,} pictures to {options.out}.")


def studio(options):
    """`hue studio`, until Ctrl-C."""
    from . import models
    from .studio import page

    with contextlib.suppress(KeyboardInterrupt):
        page.serve(models.load_text_generator(), options.port, options.open)


def grade(options):
    """`hue grade`."""
    from . import grading

    marks = grading.grade(options.folder, options.assignment, options.out, options.jobs)
    num_held = sum(bool(each.held) for each in marks)
    print(f"Graded {len(marks):,} students; {num_held:,} wait for you.")
    print(f"{options.out} holds grades.csv, odd.csv (read it before you return anything) and, in")
    print("feedback/, a page for each student.")


def doctor(options):
    """Examine a learner's file in a process of its own, or a finished run; 1 if it is ill."""
    if options.folder:
        from . import runtime
        from .doctor import examine_run

        runtime.check_settings()
        report = examine_run(options.folder)
        text, about, healthy = str(report), report.to_json(), report.healthy
    else:
        from .doctor.visit import visit

        text, about, healthy = visit(options.source, options.seconds)
    print(about if options.json else text)
    return 0 if healthy else 1
