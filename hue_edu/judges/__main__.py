"""`python -m hue_edu.judges --out FILE`: train the judge and print its accuracy."""

import argparse

from .. import files
from .digits import accuracy, save_compressed, train_judge


def main():
    parser = argparse.ArgumentParser(description="Train the judge of digits.")
    parser.add_argument("--out", required=True, help="file to write, ending in .weights.h5")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    judge = train_judge(seed=options.seed)
    save_compressed(judge.model, options.out)
    print(f"accuracy on the test set: {accuracy(judge):.4f}")
    print(f"{files.sha256(options.out)}  {options.out}")


if __name__ == "__main__":
    main()
