"""The command line: `hue train`, `hue sample`, `hue evaluate`."""

import argparse
import json
import math
import sys


def main(arguments=None):
    """Run one command; return the exit status. Errors are one line on standard error."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (OSError, ValueError) as error:
        print(f"hue: error: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        print(
            f"hue: error: this Python has no {error.name}; use the one that `make setup` made: "
            ".venv/bin/hue",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print(
            "\nhue: interrupted; a run goes on from its checkpoint with --resume", file=sys.stderr
        )
        return 130
    return 0


class _OneLineParser(argparse.ArgumentParser):
    """Reports a bad argument in one line, without the usage in front."""

    def error(self, message):
        self.exit(2, f"{self.prog}: error: {message} (see {self.prog} --help)\n")


def _parser():
    parser = _OneLineParser(prog="hue", description="Train, sample and evaluate image generators.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_OneLineParser)

    train = commands.add_parser("train", help="train a GAN or a VAE on handwritten digits")
    train.add_argument("recipe", help="dcgan, tutorial_dcgan, dense, smallest or vae")
    limit = train.add_mutually_exclusive_group()
    limit.add_argument("--minutes", type=_positive(float), help="length in all (default: 2)")
    limit.add_argument("--steps", type=_positive(int), help="train this many steps in all")
    train.add_argument("--out", required=True, help="folder for the run")
    train.add_argument("--seed", type=int, default=0, help="seed of weights, z and data order")
    train.add_argument("--resume", action="store_true", help="go on with the run in --out")
    train.set_defaults(run=_train)

    sample = commands.add_parser("sample", help="draw images from a trained run")
    sample.add_argument("source", metavar="RUN", help="run folder")
    sample.add_argument("--num", type=_positive(int), default=64, help="how many (default: 64)")
    sample.add_argument("--seed", type=int, default=0, help="seed of z")
    sample.add_argument("--out", required=True, help=".png for a grid, .npz for an array `images`")
    sample.set_defaults(run=_sample)

    evaluate = commands.add_parser("evaluate", help="measure generated digits")
    evaluate.add_argument("source", metavar="FILE_OR_RUN", help=".npz of images, or a run folder")
    evaluate.add_argument("--json", action="store_true", help="print JSON for programs")
    evaluate.set_defaults(run=_evaluate)
    return parser


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


def _train(options):
    from . import judges, runs

    seconds = None if options.steps else 60 * (options.minutes or 2)
    metrics = runs.train(
        options.recipe, options.out, seconds, options.steps, options.seed, options.resume
    )
    print(judges.report(metrics, recipe=options.recipe, seed=options.seed))
    print(f"Pictures, history, metrics and the generator are in {options.out}.")


def _sample(options):
    from . import runs
    from .training import generate

    if not options.out.endswith((".png", ".npz")):
        raise ValueError(f"--out is {options.out!r}; expected a name that ends in .png or .npz.")
    runs.save_images(
        generate(runs.load_generator(options.source), options.num, options.seed), options.out
    )
    print(f"Wrote {options.num:,} images to {options.out}.")


def _evaluate(options):
    from . import judges, runs

    metrics = runs.evaluate(options.source)
    print(json.dumps(metrics, indent=2) if options.json else judges.report(metrics))


if __name__ == "__main__":
    sys.exit(main())
