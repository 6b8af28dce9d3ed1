"""`make judge`, `make attribute-judge`: train a judge and print how often it is right.

python tools/train_judge.py --out FILE [--kind digits] [--seed 0]
"""

import argparse

from hue_edu import files
from hue_edu.evaluation import ceiling
from hue_edu.judges import accuracy, train_attribute_judge, train_judge
from hue_edu.judges.digits import save_compressed


def main():
    parser = argparse.ArgumentParser(description="Train a judge: of digits, or of captions.")
    parser.add_argument("--kind", choices=("digits", "attributes"), default="digits")
    parser.add_argument("--out", required=True, help="file to write, ending in .weights.h5")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.kind == "digits":
        judge = train_judge(seed=options.seed)
        lines = [f"accuracy on the test set: {accuracy(judge):.4f}"]
    else:
        judge = train_attribute_judge(seed=options.seed)
        lines = [
            f"on real pictures of test digits, {name} combinations: "
            + ", ".join(f"{key} {value:.4f}" for key, value in ceiling(judge, held_out).items())
            for name, held_out in (("training", False), ("held-out", True))
        ]
    save_compressed(judge.model, options.out)
    print("\n".join(lines))
    print(f"{files.sha256(options.out)}  {options.out}")


if __name__ == "__main__":
    main()
