"""Flow matching as a `keras.Model`: one network, one regression, no second player."""

from keras import ops, random

from .. import models
from ..checks.data import check_batch, check_images_alone
from ..checks.networks import check_network, check_trainable
from ..checks.settings import check_compile_options
from ..models.flow import PREDICTS
from .averages import copy_of, move_average
from .optimizers import optimizer_for
from .sampling import generate, output
from .settings import Fixed, Setting
from .trainer import Player, Trainer

TIMES = ("uniform", "logit_normal")


class Flow(Trainer):
    """A velocity field that carries noise to the data, learned by one regression.

        x_t = (1-t) z + t x,  z ~ N(0, I):   minimise  E |v(x_t, t) - (x - z)|²

        flow = Flow(build_flow_network(dim=2))
        flow.compile(Adam(1e-3))
        flow.fit(points, batch_size=256, epochs=20)
        samples = flow.generate(500, seed=1)

    Args:
        network: x_t of (batch, dim) and t of (batch, 1) → (batch, dim).
        predicts: `"velocity"`, x - z; or `"data"`, x, of which the velocity is (x - x_t) / (1 - t).
        averaging: As for `GAN`.
        seed: Of z and t in training.

    Raises:
        TypeError, ValueError: The network is not as above, or another prediction.

    Reported: `flow_loss`, the squared error, a mean over dimensions.

    Reference: Lipman et al. (2023), equation 14, with σ_min = 0; Liu et al. (2023), equation 1.
    """

    averaging, times = Setting(below=1, schedule=False), Fixed()

    def __init__(self, network, predicts="velocity", averaging=0.998, seed=0):
        super().__init__("flow", seed)
        check_network(network, "flow network", num_inputs=2)
        check_trainable(network)
        x, t = (tuple(part.shape) for part in network.inputs)
        if len(x) != 2 or t != (None, 1) or network.output_shape != x:
            raise ValueError(
                f"{network.name} takes {x} and {t} and returns {network.output_shape}; expected "
                "x_t of (None, dim) and t of (None, 1), and (None, dim) back."
            )
        if predicts not in PREDICTS:
            raise ValueError(f"predicts is {predicts!r}; expected one of {PREDICTS}.")
        self.network, self.predicts, self.averaging = network, predicts, averaging
        self.averaged_network = copy_of(network)
        self.averaged_network.trainable = False
        self.sampler = models.build_flow_sampler(self.averaged_network, predicts=predicts)

    def terms(self, batch, training):
        """The squared error of the network's prediction at a random time of a random path.

        Args:
            batch: Points of (batch, dim), as `fit` gets them.
            training: Whether dropout and normalisations learn.

        Returns:
            As `Trainer.terms`.
        """
        x = check_images_alone(batch)
        z = random.normal(ops.shape(x), seed=self.seed_generator)
        t = self._draw_times(ops.shape(x)[0])
        x_t = (1 - t) * z + t * x
        wanted = x if self.predicts == "data" else x - z
        error = ops.mean((output(self.network, [x_t, t], training) - wanted) ** 2, axis=1)
        return {"flow": {"_minimised": ops.mean(error)}}, {"flow_loss": error}  # (batch,)

    def _draw_times(self, num):
        """t of (num, 1): uniform, or σ of a normal, which is in the middle more often."""
        if self.times == "uniform":
            return random.uniform((num, 1), seed=self.seed_generator)
        return ops.sigmoid(random.normal((num, 1), seed=self.seed_generator))

    @property
    def players(self):
        """One."""
        return {"flow": Player(self.network, self.optimizer)}

    def compile(self, optimizer, times="logit_normal", **kwargs):
        """Set the optimizer, and how often each time is learned from.

        Args:
            optimizer: A Keras optimizer.
            times: `"uniform"`, or `"logit_normal"` (Esser et al. 2024, section 3.1).
            kwargs: As for `GAN.compile`.

        Raises:
            TypeError, ValueError: Another choice, or a setting that this trainer does not use.
        """
        check_compile_options(kwargs)
        if times not in TIMES:
            raise ValueError(f"times is {times!r}; expected one of {TIMES}.")
        super().compile(optimizer=optimizer_for(optimizer, self.network), **kwargs)
        self.settings.fix(times=times)

    def call(self, z, training=False):
        """Samples from z."""
        return self.sampler(z, training=training)

    def velocity(self, x, t):
        """The averaged network's velocity at points, NumPy of (num, dim).

        Args:
            x: Points of (num, dim).
            t: A number from 0 to 1.
        """
        return ops.convert_to_numpy(self.sampler.layers[-1].velocity(ops.convert_to_tensor(x), t))

    def _check(self, x):
        check_batch(x, self.network.output_shape)

    def _after_step(self):
        momentum, step = self.now("averaging"), self.optimizer.iterations
        move_average(self.averaged_network, self.network, momentum, step)

    def generate(self, num, seed, num_steps=20, method="heun"):
        """Samples: z carried along the averaged network's velocity.

        Args:
            num, seed: As for `GAN.generate`.
            num_steps, method: As for `theory.follow`.

        Returns:
            NumPy float32 of (num, dim).
        """
        options = num_steps, method, self.predicts
        return generate(models.build_flow_sampler(self.averaged_network, *options), num, seed)
