"""The mutations that matter most, by hand: formulas, players, defaults, reports and files.

Room → list of (text that occurs once, what takes its place, in a word). `make mutants` applies
each and names the test that notices.
"""

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
        ("softplus(fake_scores - real_scores)", "softplus(real_scores - fake_scores)",
         "a relativistic D for the fakes"),
        ("softplus(real_scores - fake_scores)", "softplus(-fake_scores)", "G without its pair"),
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
    "training/gan.py": [
        ("ops.minimum(self.averaging, step", "ops.minimum(1.0, step", "averaging ignores its "
         "momentum"),
        ("assign_add((1.0 - momentum)", "assign_sub((1.0 - momentum)", "sign of the averaging"),
        ("x_fake = self.generator(z, training=True)", "x_fake = self.generator(z, training=False)",
         "G's moving statistics in a step"),
        ("discriminator(x_real, training=True)\n            fake", "discriminator(x_real, "
         "training=False)\n            fake", "D's moving statistics in a step"),
        ("generator(z[start : start + batch_size], training=False)",
         "generator(z[start : start + batch_size], training=True)", "batch statistics in samples"),
        ("self.latent_dim, self._step_seed())", "self.latent_dim, 0)", "the same z in every step"),
        ("(d_loss, g_loss, penalty, d_real, d_fake)", "(d_loss, g_loss, penalty, d_fake, d_real)",
         "verdicts swapped in the report"),
        ("penalty = self.penalty_every * sum(", "penalty = sum(",
         "rare penalties without their factor"),
        ("penalty_every=8", "penalty_every=1", "default of the penalties' rhythm"),
        ("losses.r2_penalty, x_fake", "losses.r2_penalty, x_real", "R2 at real samples"),
        ("self.generator_loss(real_logits, fake_logits)", "self.generator_loss(fake_logits, "
         "real_logits)", "real and fake swapped in L_G"),
        ("fake_logits = self.discriminator(x_fake", "fake_logits = self.discriminator("
         "ops.stop_gradient(x_fake)", "G gets no gradient"),
    ],
    "training/wgan_gp.py": [
        ("        self._average_weights()\n", "", "averaging left out"),
        ("penalty = self.gp_weight * gp", "penalty = 2 * self.gp_weight * gp", "twice the penalty"),
        ("self._critic_step(x_real[k])", "self._critic_step(x_real[0])", "the same data again"),
        ("gp_weight=10.0", "gp_weight=1.0", "default of λ"),
        ("for k in range(self.critic_steps)", "for k in range(1)", "one critic step"),
    ],
    "training/planar.py": [
        ("self.penalty_weight * penalty", "penalty", "penalty without its weight"),
        ("-len(points) * tape", "len(points) * tape", "arrows turned round"),
        ("for _ in tf.range(d_steps)", "for _ in tf.range(1)", "steps of D ignored"),
    ],
    "training/recipes.py": [
        ("64, 2e-3, 0.5, 0.99, 0.2, 0.998", "64, 3e-3, 0.5, 0.99, 0.2, 0.998", "another rate"),
        ("64, 2e-3, 0.5, 0.99, 0.2, 0.998", "64, 2e-3, 0.5, 0.99, 0.2, 0.99", "another averaging"),
        ("self.learning_rate, self.beta_1, self.beta_2", "self.learning_rate, 0.9, self.beta_2",
         "β₁ ignored"),
        ("self.averaging, seed)", "self.averaging)", "z ignores the seed"),
    ],
    "training/checkpoints.py": [
        ("*(v for opt in trainer.optimizers for v in opt.variables)", "", "moments not saved"),
        ("if not all(np.isfinite(array).all()", "if not any(np.isfinite(array).all()",
         "NaN is saved"),
        ("\"seconds\": self.clock()", "\"seconds\": None", "seconds not kept"),
    ],
    "training/callbacks.py": [
        ("return self.spent + time", "return time", "earlier seconds forgotten"),
        ("        self.model.stop_training = True\n        print", "        print",
         "no stop at NaN"),
    ],
    "runs.py": [
        ("limit.spent = checkpoint.history[-1][\"seconds\"] if checkpoint.history else 0.0",
         "limit.spent = 0.0", "a resumed run forgets the seconds spent"),
        ("gan.averaged_generator.save_weights", "gan.generator.save_weights", "newest weights"),
        ("start_step=step)", "start_step=0)", "a resumed run sees the first batches again"),
        ("NUM_EVALUATED, EVALUATION_SEED = 2500, 1", "NUM_EVALUATED, EVALUATION_SEED = 2500, 0",
         "other samples measured"),
    ],
    "__main__.py": [
        ("60 * (options.minutes or 2)", "(options.minutes or 2)", "minutes taken as seconds"),
        ("sys.exit(main())", "main()", "exit status lost"),
        ("f\"{metrics['frechet_floor']:.2f}\"", "f\"{metrics['frechet_control']:.2f}\"",
         "control printed as floor"),
    ],
    "judges.py": [
        ("metrics.feature_statistics(features), features", "metrics.feature_statistics("
         "features[:5000]), features", "half the test digits"),
        ("judge.features_and_logits(datasets.load_mnist(\"test\")[0])", "judge."
         "features_and_logits(datasets.load_mnist(\"train\")[0][:10000])", "the wrong split"),
        ("rng.normal(0, 0.3, real.shape)", "rng.normal(0, 0.0, real.shape)",
         "a noisy control without noise"),
        ("\"frechet_floor\": distance(judge.features(real))",
         "\"frechet_floor\": distance(features)", "a floor of the wrong images"),
        ("metrics.sure_share(test_logits)", "metrics.sure_share(logits)", "a floor of the samples"),
        ("copy_ratio(images[some], held_out[some]", "copy_ratio(held_out[some], images[some]",
         "halves of the copy ratio swapped"),
        ("(judge.labels(images) == labels).mean()", "(judge.labels(images) != labels).mean()",
         "errors for accuracy"),
    ],
    "metrics/frechet.py": [
        ("- 2 * cross", "- cross", "factor 2"),
        ("gap @ gap + np", "np", "means left out"),
    ],
    "metrics/kernel.py": [
        ("(kernel_sum(x, x) - with_itself)", "kernel_sum(x, x)", "pairs with themselves"),
        ("+ 1) ** 3).sum() for", "+ 1) ** 2).sum() for", "exponent"),
    ],
    "metrics/neighbors.py": [
        ("np.median(from_generated) / np.median(from_held_out)",
         "np.median(from_held_out) / np.median(from_generated)", "fraction upside down"),
        ("flat[half : 2 * half]", "flat[:half]", "each image paired with itself"),
    ],
    "metrics/modes.py": [
        ("distance <= radius], minlength", "distance < radius], minlength", "border left out"),
        ("rel_entr(shares, 1 / len(shares))", "rel_entr(1 / len(shares), shares)", "forward KL"),
        ("np.sqrt((away**2).mean())", "(away**2).mean()", "variance for standard deviation"),
    ],
    "metrics/classes.py": [
        ("1 - significance / 2", "1 - significance", "one-sided"),
        ("(1 / len(real) + 1 / len(generated))", "(1 / len(real))", "one sample's error"),
    ],
    "datasets/images.py": [
        ("images /= 127.5", "images /= 255", "half the range"),
        ("low >= 0:", "low > 0:", "data in [0, 1] let through"),
    ],
    "datasets/batching.py": [
        ("seed=[seed, number]", "seed=[0, number]", "an order that ignores its seed"),
        ("seed=[seed, number]", "seed=[seed, 0]", "the same order in every pass"),
        ("passes.skip(skipped)", "passes", "a resumed run begins its pass anew"),
    ],
    "datasets/planar.py": [
        ("2 * np.pi * np.arange(modes) / modes", "np.linspace(0, 2 * np.pi, modes)",
         "seven modes for eight"),
        ("std=0.01", "std=0.02", "another σ"),
    ],
    "layers.py": [
        ("ops.sqrt(variance + 1e-8)", "variance", "variance for standard deviation"),
        ("(self.group_size, -1, *shape[1:])", "(-1, self.group_size, *shape[1:])", "other groups"),
    ],
    "models.py": [
        ("layers.Conv2DTranspose(filters, 4, strides=2", "layers.Conv2DTranspose(filters, 5, "
         "strides=2", "kernel 5: checkerboards"),
        ("RandomNormal(0.0, 0.02)", "RandomNormal(0.0, 0.05)", "another start"),
    ],
    "plots/planar.py": [
        ("\"origin\": \"lower\"", "\"origin\": \"upper\"", "a field drawn upside down"),
        ("self._real = ax.scatter([], [], color=theme.REAL", "self._real = ax.scatter([], [], "
         "color=theme.FAKE", "colours of real and fake swapped"),
        ("[\"#F6CDB2\", \"white\", \"#B5D6EC\"]", "[\"#B5D6EC\", \"white\", \"#F6CDB2\"]",
         "red for real"),
    ],
    "files.py": [
        ("if (found := sha256(path)) != expected:", "if path.stat().st_size < 2**20 and (found := "
         "sha256(path)) != expected:", "large files unchecked"),
        ("dir=path.parent, ", "", "the temporary file on another disk"),
        ("            os.fsync(file.fileno())", "            pass", "not flushed"),
        ("allow_pickle=False) as archive", "allow_pickle=True) as archive", "objects unpickled"),
    ],
    "exercises/guard.py": [
        ("        random.setstate(states[0])", "        pass", "Python's state left changed"),
        ("        np.random.set_state(states[1])", "        pass", "NumPy's left changed"),
        ("            frame.f_trace, frame = _raise_again, frame.f_back", "            frame = "
         "frame.f_back", "a loop that catches everything goes on"),
        ("    shell.ask_exit = sys.exit", "    shell.ask_exit = shell.ask_exit", "exit ends it"),
    ],
    "exercises/numbers.py": [
        ("array.dtype.kind in \"biuf\"", "array.dtype.kind in \"biufUS\"", "strings are numbers"),
        ("if got.shape != wanted.shape:", "if got.ndim != wanted.ndim:", "shapes hardly compared"),
    ],
    "exercises/record.py": [
        ("if trouble or name in done:", "if name in done:", "a damaged file overwritten"),
    ],
    "exercises/exercise.py": [
        ("*map(np.copy, drawn)", "*drawn", "an answer may change the inputs"),
        ("        seen.append(to_numbers(value))\n        if", "        seen.append(right)\n"
         "        if", "everything is right"),
        ("            seen += _what_follows(observed)\n", "", "known mistakes by their beginning"),
    ],
    "exercises/lesson_03.py": [
        ("outside == 0, f\"", "outside < 1, f\"", "points outside allowed"),
        ("_close(-slope, right)", "_close(slope, -2 * right)", "a turned sign without its name"),
    ],
    "exercises/networks.py": [
        ("1000.0 * (before + 1e-3)", "1.0 * before", "the range of pixels not seen"),
    ],
}  # fmt: skip
