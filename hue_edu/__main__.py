"""The command line: `hue train`, `sample`, `evaluate`, `draw`, `studio`, `doctor` and `grade`."""

import argparse
import contextlib
import math
import os
import signal
import sys
import threading

from . import __version__, commands


def main(arguments=None):
    """Run one command; return the exit status. Errors are one line on standard error."""
    if hasattr(sys.stdout, "reconfigure"):  # a terminal or file that has no é gets a ?
        sys.stdout.reconfigure(errors="replace")
    parser = _parser()
    options = parser.parse_args(arguments)
    if not options.command:
        parser.print_help()
        return 0
    try:
        with _ends_in_order():
            from . import runtime

            if options.command not in ("grade", "doctor"):  # which need no Keras of their own
                runtime.check_settings()
            status = options.run(options)
    except (OSError, ValueError, OverflowError) as error:
        return _fail(f"error: {error}", 1)
    except MemoryError as error:
        return _fail(f"error: not enough memory; ask for less. {error}", 1)
    except ModuleNotFoundError as error:
        return _fail(f"error: {_mend(error.name)}", 1)
    except Terminated as stop:
        before = "\n" if options.command == "train" else ""  # after the progress bar
        return _fail(f"ended{_last_words(options)}", 128 + stop.args[0], before)
    except KeyboardInterrupt:
        return _fail(f"interrupted{_last_words(options)}", 130, before="\n")
    return status or 0


def _last_words(options):
    """How a training run that was cut off goes on."""
    if options.command != "train":
        return ""
    if not os.path.isfile(os.path.join(options.out, "run.json")):
        return "; nothing was saved yet, so start the run again"
    if not os.path.isfile(os.path.join(options.out, "checkpoint.npz")):
        return "; nothing was saved yet, so --resume begins at step 0"
    return "; continue the run from its checkpoint with --resume"


class Terminated(BaseException):
    """The system asked this process to end, by the signal in `args`."""


@contextlib.contextmanager
def _ends_in_order():
    """Turn the signals to end into an exception, so that no half-written file stays behind."""

    def end(number, frame):
        raise Terminated(number)

    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    names = [n for n in names if signal.getsignal(getattr(signal, n)) != signal.SIG_IGN]  # nohup
    if threading.current_thread() is not threading.main_thread():
        names = []  # Python lets only the main thread handle signals
    before = {name: signal.signal(getattr(signal, name), end) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


def _fail(message, status, before=""):
    """Print one line on standard error; return the status."""
    print(f"{before}hue: {' '.join(message.split())}", file=sys.stderr)
    return status


def _mend(module):
    """What to do where a module is missing."""
    if module == "jinja2":
        return 'grading needs more packages: pip install "hue-edu[classroom]"'
    if module == "flask":
        return 'the studio needs Flask: pip install "hue-edu[studio]"'
    return f"this Python has no {module}; use the one that `make setup` made: .venv/bin/hue"


class _OneLineParser(argparse.ArgumentParser):
    """Reports a bad argument in one line, without the usage; keeps the lines of examples."""

    def __init__(self, **options):
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, **options)

    def error(self, message):
        self.exit(2, f"{self.prog}: error: {message} (see {self.prog} --help)\n")


def _parser():
    parser = _OneLineParser(
        prog="hue",
        description="Train, sample and measure image generators, and draw from a sentence.",
        epilog=_examples('draw "a red three on white" --out three.png', "train dcgan --out runs/a"),
    )
    parser.add_argument("--version", action="version", version=f"hue {__version__}")
    subcommands = parser.add_subparsers(dest="command", parser_class=_OneLineParser)

    train = subcommands.add_parser(
        "train",
        help="train a GAN or a VAE on digits or your own pictures",
        epilog=_examples(
            "train dcgan --minutes 2 --out runs/first",
            "train dcgan --minutes 4 --out runs/first --resume",
            "train dcgan --data pictures --size 32 --steps 400 --out runs/mine",
        ),
    )
    train.add_argument(
        "recipe", help="dcgan, clusters, latent, tutorial_dcgan, dense, smallest or vae"
    )
    train.add_argument("--data", metavar="PATH", help="folder of pictures, .npz or .npy file")
    train.add_argument(
        "--size", type=int, choices=(28, 32, 64), help="size of a folder's pictures (default: 28)"
    )
    limit = train.add_mutually_exclusive_group()
    limit.add_argument("--minutes", type=_positive(float), help="total training time (default: 2)")
    limit.add_argument("--steps", type=_positive(int), help="train this many steps in all")
    train.add_argument("--out", required=True, help="folder for the run")
    train.add_argument("--seed", type=int, default=0, help="seed of weights, z and data order")
    train.add_argument("--resume", action="store_true", help="continue the run in --out")
    train.set_defaults(run=commands.train)

    sample = subcommands.add_parser(
        "sample",
        help="draw images from a trained run",
        epilog=_examples(
            "sample runs/first --num 100 --out digits.png", "sample runs/first --out digits.npz"
        ),
    )
    sample.add_argument("source", metavar="RUN", help="run folder")
    sample.add_argument("--num", type=_positive(int), default=64, help="how many (default: 64)")
    sample.add_argument("--seed", type=int, default=0, help="seed of z")
    sample.add_argument("--out", required=True, help=".png for a grid, .npz for an array `images`")
    sample.set_defaults(run=commands.sample)

    evaluate = subcommands.add_parser(
        "evaluate",
        help="measure generated pictures",
        epilog=_examples("evaluate runs/first", "evaluate digits.npz --json"),
    )
    evaluate.add_argument(
        "source", metavar="FILE_OR_RUN", help="run folder, folder of pictures, .npz or .npy of them"
    )
    evaluate.add_argument("--json", action="store_true", help="print JSON for programs")
    evaluate.set_defaults(run=commands.evaluate)

    draw = subcommands.add_parser(
        "draw",
        help="draw pictures of a sentence, or of a file of captions",
        epilog=_examples(
            'draw "a red three on a white background" --out three.png',
            'draw "seven" --seed 5 --num 16 --out sevens.png',
            "draw --captions captions.txt --out drawn.npz",
        ),
    )
    asked = draw.add_mutually_exclusive_group(required=True)
    asked.add_argument("sentence", nargs="?", help='such as "a red three on a white background"')
    asked.add_argument("--captions", metavar="FILE", help="text, one caption per line")
    draw.add_argument("--num", type=_positive(int), help="pictures per sentence (default: 8)")
    draw.add_argument(
        "--seed", type=int, default=0, help="seed of z, and of what a sentence leaves open"
    )
    draw.add_argument(
        "--as-is", action="store_true", help="let the network decide what a sentence leaves open"
    )
    draw.add_argument(
        "--out", required=True, help=".png for a sentence; for --captions, .npz with array `images`"
    )
    draw.set_defaults(run=commands.draw)

    studio = subcommands.add_parser(
        "studio",
        help="a page that draws what you type, at 127.0.0.1",
        epilog=_examples("studio --open", "studio --port 9000"),
    )
    studio.add_argument(
        "--port", type=_positive(int), default=8765, help="first port to try (default: 8765)"
    )
    studio.add_argument("--open", action="store_true", help="show it in a browser")
    studio.set_defaults(run=commands.studio)

    doctor = subcommands.add_parser(
        "doctor",
        help="examine a GAN or a VAE of yours, or a finished run",
        epilog=_examples(
            "doctor mine.py:build", "doctor mine.py:build --json", "doctor --run runs/first"
        ),
    )
    patient = doctor.add_mutually_exclusive_group(required=True)
    patient.add_argument(
        "source",
        nargs="?",
        metavar="FILE.py[:BUILD]",
        help="a file, and its function that returns what doctor.examine takes (default: build)",
    )
    patient.add_argument("--run", dest="folder", metavar="RUN", help="run folder of hue train")
    doctor.add_argument("--json", action="store_true", help="print JSON for programs")
    doctor.add_argument(
        "--seconds", type=_positive(float), default=300, help="limit for a file (default: 300)"
    )
    doctor.set_defaults(run=commands.doctor)

    grade = subcommands.add_parser(
        "grade",
        help="grade a folder of submitted assignments",
        epilog=_examples("grade submissions.zip --assignment ps1 --out graded"),
    )
    grade.add_argument("folder", metavar="FOLDER", help="folder or zip file of notebooks")
    grade.add_argument("--assignment", required=True, metavar="NAME", help="such as ps1")
    grade.add_argument(
        "--out", required=True, help="folder for grades.csv, odd.csv and feedback; goes on there"
    )
    grade.add_argument(
        "--jobs", type=_positive(int), help="how many at a time (default: one for each core)"
    )
    grade.set_defaults(run=commands.grade)
    return parser


def _examples(*lines):
    """The end of a help text."""
    return "\n  ".join(["examples:", *(f"hue {line}" for line in lines)])


def _positive(kind):
    def parse(text):
        try:
            value = kind(text)
        except ValueError:
            value = math.nan
        if not (value > 0 and math.isfinite(value)):
            expected = "a whole number" if kind is int else "a number"
            raise argparse.ArgumentTypeError(f"expected {expected} above 0, got {text!r}")
        return value

    return parse


if __name__ == "__main__":
    sys.exit(main())
