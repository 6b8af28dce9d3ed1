"""Break each formula on purpose and see that a test notices: `make mutants`.

    python tools/mutants.py [WORD]

Applies one small mutation at a time (a sign, a factor, a sum for a mean …) to a copy of the
package, runs the tests of that room on the copy, and prints which test killed it. With a WORD,
only the mutations whose file or text holds it. The exit status is 1 if one survived.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fingerprints import ROOT

MUTATIONS = {
    "latent.py": [
        ("random.normal((num", "random.uniform((num", "uniform for normal"),
        ("stateless_normal", "stateless_uniform", "uniform for normal, seeded pair"),
        ("ops.sin((1 - t) * angle) * z_start", "ops.sin(t * angle) * z_start", "ends swapped"),
        ("/ ops.sin(angle)", "/ angle", "sine left out"),
        ("ops.arccos(", "ops.arcsin(", "arcsine for arccosine"),
        ("(1 - t) * z_start + t * z_end\n", "(1 - t) * z_start - t * z_end\n", "sign"),
        ("ops.sum(z_start * z_end)", "ops.mean(z_start * z_end)", "mean for sum"),
    ],
    "losses/cross_entropy.py": [
        ("- labels * logits", "+ labels * logits", "sign of the label's term"),
        ("ops.softplus(logits) -", "ops.softplus(-logits) -", "sign in the softplus"),
        ("binary_cross_entropy(1.0 - label_smoothing, real", "binary_cross_entropy(0.0, real",
         "real labelled as fake"),
        ("1.0 - label_smoothing", "1.0 - 0.5 * label_smoothing", "half the smoothing"),
        ("binary_cross_entropy(0.0, fake_logits)", "binary_cross_entropy(label_smoothing, "
         "fake_logits)", "smoothing on both sides"),
        ("ops.mean(on_real) + ops.mean(on_fake)", "ops.mean(on_real) - ops.mean(on_fake)", "sign"),
        ("ops.mean(on_real) + ops.mean(on_fake)", "ops.sum(on_real) + ops.mean(on_fake)",
         "sum for mean"),
        ("ops.mean(on_real) + ops.mean(on_fake)", "0.5 * (ops.mean(on_real) + ops.mean(on_fake))",
         "halved"),
        ("-ops.mean(ops.softplus(fake_logits))", "ops.mean(ops.softplus(fake_logits))", "sign"),
        ("-ops.mean(ops.softplus(fake_logits))", "-ops.sum(ops.softplus(fake_logits))",
         "sum for mean"),
        ("ops.mean(binary_cross_entropy(1.0, fake", "ops.mean(binary_cross_entropy(0.0, fake",
         "labels swapped"),
    ],
    "losses/scores.py": [
        ("(real_scores - b)", "(real_scores - a)", "label of real"),
        ("(fake_scores - a)", "(fake_scores + a)", "sign of the label"),
        ("+ ops.mean((fake_scores - a) ** 2)) / 2", "+ ops.mean((fake_scores - a) ** 2))",
         "factor ½"),
        ("ops.mean((fake_scores - c) ** 2) / 2", "ops.mean((fake_scores - c) ** 2)", "factor ½"),
        ("(fake_scores - c)", "(fake_scores + c)", "sign of the target"),
        ("relu(1.0 - real_scores)", "relu(1.0 + real_scores)", "sign on real"),
        ("relu(1.0 + fake_scores)", "relu(fake_scores)", "margin left out"),
        ("ops.mean(fake_scores) - ops.mean(real_scores)",
         "ops.mean(real_scores) - ops.mean(fake_scores)", "players swapped"),
        ("return -ops.mean(fake_scores)", "return ops.mean(fake_scores)", "sign"),
        ("return -ops.mean(fake_scores)", "return -ops.sum(fake_scores)", "sum for mean"),
    ],
    "losses/penalties.py": [
        ("random.uniform(", "random.normal(", "normal for uniform"),
        ("(1,) * (len(x_real.shape) - 1)", "tuple(x_real.shape[1:])", "a weight for each pixel"),
        ("(1.0 - epsilon) * x_fake", "(1.0 + epsilon) * x_fake", "sign of the mixing weight"),
        ("epsilon * x_real + (1.0 - epsilon) * x_fake", "x_real + 0.0 * epsilon * x_fake",
         "slope taken at real"),
        ("ops.maximum(_squared_slopes(critic, x_interp), 1e-12)",
         "_squared_slopes(critic, x_interp)", "no guard at slope 0"),
        ("(ops.sqrt(squares) - 1.0)", "ops.relu(ops.sqrt(squares) - 1.0)", "one-sided"),
        ("(ops.sqrt(squares) - 1.0)", "(squares - 1.0)", "square root left out"),
        ("return 0.5 * ops.mean(_squared_slopes(discriminator, x_real))",
         "return ops.mean(_squared_slopes(discriminator, x_real))", "factor ½ of R1"),
        ("return 0.5 * ops.mean(_squared_slopes(discriminator, ops", "return 0.5 * ops.sum("
         "_squared_slopes(discriminator, ops", "sum for mean in R2"),
        ("ops.stop_gradient(x_fake)", "x_fake", "R2 moves the generator"),
        ("ops.sum(slopes**2, axis=1)", "ops.mean(slopes**2, axis=1)", "mean over pixels"),
        ("ops.sum(slopes**2, axis=1)", "ops.sum(ops.abs(slopes), axis=1)", "no square"),
    ],
    "losses/table.py": [
        ("scores.hinge_discriminator_loss, scores.raise", "scores.wasserstein_critic_loss, "
         "scores.raise", "another loss under the name"),
        ("penalties.r2_penalty(discriminator, x_fake)", "penalties.r2_penalty(discriminator, "
         "x_real)", "R2 on real"),
    ],
    "theory/densities.py": [
        ("np.exp(-0.5 * ((x", "np.exp(-((x", "factor ½ in the exponent"),
        ("(std * np.sqrt(2 * np.pi))", "(std**2 * np.sqrt(2 * np.pi))",
         "variance for standard deviation"),
        ("np.divide(p, p + q, out", "np.divide(q, p + q, out", "labels swapped"),
        ("a + (b - a) * optimal", "b + (a - b) * optimal", "labels swapped"),
        ("xlogy(p, real) + xlogy(q, fake)", "xlogy(p, real) - xlogy(q, fake)", "sign"),
        ("xlogy(p, real) + xlogy(q, fake)", "xlogy(p, real) + xlogy(q, real)", "D for 1 - D"),
        ("rel_entr(p, q)", "rel_entr(q, p)", "reverse KL"),
        ("kl_divergence(q, middle, x)) / 2", "kl_divergence(q, middle, x))", "factor ½"),
        ("middle = (p + q) / 2", "middle = (p * q) ** 0.5", "geometric mean"),
        ("np.abs(p - q), x)) / 2", "np.abs(p - q), x))", "factor ½"),
        ("(q - p) ** 2, p, out", "(q - p) ** 2, q, out", "the other reference"),
        ("np.abs(np.concatenate", "np.square(np.concatenate", "square for modulus"),
    ],
    "theory/normals.py": [
        ("np.log(std_q / std_p)", "np.log(std_p / std_q)", "fraction upside down"),
        ("(2 * std_q**2)", "(2 * std_q)", "standard deviation for variance"),
        ("spread - 0.5", "spread - 1", "constant"),
        ("(np.sqrt(8) * std)", "(np.sqrt(2) * std)", "factor"),
        ("np.exp(-(m**2) / (2 * s**2))", "np.exp(-(m**2) / s**2)", "factor in the exponent"),
        ("mean_p - mean_q, std_p - std_q)", "mean_p - mean_q, std_p + std_q)", "sign"),
    ],
    "theory/f_divergences.py": [
        ("np.exp(t - 1)", "np.exp(t)", "conjugate of KL"),
        ("-1 - np.log(-t)", "1 - np.log(-t)", "conjugate of reverse KL"),
        ("t**2 / 4 + t", "t**2 / 2 + t", "conjugate of Pearson"),
        ("-np.log(1 - np.exp(t))", "-np.log(2 - np.exp(t))", "conjugate of JSD for GAN"),
        ("2 * (u - 1)", "(u - 1)", "derivative of Pearson"),
        ("-np.logaddexp(0, -v)", "np.logaddexp(0, -v)", "sign of the activation"),
        ("p * output - q *", "p * output + q *", "sign of the bound"),
    ],
    "theory/dirac_gan.py": [
        ("return psi * sigmoid(psi * theta)", "return -psi * sigmoid(psi * theta)",
         "sign of minimax"),
        ("return psi * sigmoid(-psi * theta)", "return psi * sigmoid(psi * theta)",
         "saturating for non-saturating"),
        ("return -theta * sigmoid(psi * theta)", "return -theta * sigmoid(-psi * theta)",
         "labels swapped in D"),
        ("np.abs(psi) - 1)", "np.abs(psi))", "the target slope"),
        ("(theta, psi, None) - weight * psi", "(theta, psi, None) - 0.5 * weight * psi",
         "factor of R1"),
        ("theta + step_size * chosen", "theta - step_size * chosen", "ascent for descent"),
        ("new_theta if alternating else theta", "theta if alternating else new_theta",
         "taking turns"),
        ("std * _NODES\n    return psi", "std**2 * _NODES\n    return psi",
         "variance for standard deviation"),
        ("on_real - noisy", "on_real + noisy", "sign on fake"),
        ("/ (2 * delta)", "/ delta", "factor of the difference"),
    ],
}  # fmt: skip
TESTS = {"latent": ["latent"], "losses": ["losses"], "theory": ["theory", "losses"]}


def mutated(source, old, new):
    """The source with the one occurrence of `old` replaced; an error if there is not just one."""
    if source.count(old) != 1:
        raise SystemExit(f"error: {old!r} occurs {source.count(old)} times; expected once")
    return source.replace(old, new)


def all_mutations(word=""):
    """Every (file, old, new, what) that holds the word, in order."""
    listed = [(file, *rest) for file, found in MUTATIONS.items() for rest in found]
    return [mutation for mutation in listed if word in " ".join(mutation)]


def killer(file, old, new):
    """The test that fails when the formula is broken, or None if all pass."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "hue_edu", place / "hue_edu", ignore=ignored)
        shutil.copytree(ROOT / "tests", place / "tests", ignore=ignored)
        shutil.copy(ROOT / "pyproject.toml", place)
        broken = place / "hue_edu" / file
        broken.write_text(mutated(broken.read_text(), old, new))
        names = TESTS[Path(file).parts[0].removesuffix(".py")]
        command = [sys.executable, "-m", "pytest", "-x", "--tb=no"]
        command += [f"tests/test_{name}.py" for name in names]
        environment = {**os.environ, "PYTHONPATH": folder, "HUE_DATA": str(ROOT / "data")}
        done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True)
    if done.returncode == 0:
        return None
    found = re.search(r"^(?:FAILED|ERROR) tests/(\S+)", done.stdout, re.M)
    if done.returncode != 1 or not found:  # the tests did not run: no verdict
        raise SystemExit(done.stdout + done.stderr)
    return found[1]


def main():
    mutations = all_mutations(" ".join(sys.argv[1:]))
    for file, old, new, _ in mutations:
        mutated((ROOT / "hue_edu" / file).read_text(), old, new)
    survivors = 0
    print("| room | mutation | killed by |\n|---|---|---|")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        killers = pool.map(lambda mutation: killer(*mutation[:3]), mutations)
        for (file, _, _, what), test in zip(mutations, killers):
            survivors += test is None
            print(f"| {file} | {what} | {test or '**survived**'} |", flush=True)
    print(f"\n{len(mutations) - survivors} of {len(mutations)} mutations killed")
    return 1 if survivors or not mutations else 0


if __name__ == "__main__":
    sys.exit(main())
