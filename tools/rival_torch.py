"""The compact DCGAN's training step in PyTorch: same networks, losses, batch and optimizer.

Prints {"milliseconds": …} as JSON; fails where PyTorch is not installed. `make bench` calls it.
"""

import copy
import json
import statistics
import time

import torch
import torch.nn.functional as F
from torch import nn

BATCH, LATENT, R1_WEIGHT, R1_EVERY, AVERAGING = 64, 64, 0.2, 8, 0.998


def networks():
    """Generator and discriminator as `hue_edu.models.build_dcgan_*` build them."""
    generator = nn.Sequential(
        nn.Linear(LATENT, 256, bias=False),
        nn.BatchNorm1d(256),
        nn.ReLU(),
        nn.Linear(256, 7 * 7 * 48, bias=False),
        nn.Unflatten(1, (48, 7, 7)),
        nn.BatchNorm2d(48),
        nn.ReLU(),
        nn.ConvTranspose2d(48, 24, 4, 2, 1, bias=False),
        nn.BatchNorm2d(24),
        nn.ReLU(),
        nn.ConvTranspose2d(24, 1, 4, 2, 1),
        nn.Tanh(),
    )
    discriminator = nn.Sequential(
        nn.Conv2d(1, 32, 4, 2, 1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(32, 64, 4, 2, 1, bias=False),
        nn.BatchNorm2d(64),
        nn.LeakyReLU(0.2),
        nn.Flatten(),
        nn.Linear(7 * 7 * 64, 128),
        nn.LeakyReLU(0.2),
        nn.Linear(128, 1),
    )
    networks = generator, discriminator
    return [network.to(memory_format=torch.channels_last) for network in networks]


def main():
    torch.manual_seed(0)
    generator, discriminator = networks()
    averaged = copy.deepcopy(generator)
    g_optimizer, d_optimizer = (
        torch.optim.Adam(network.parameters(), 2e-3, betas=(0.5, 0.99), fused=True)
        for network in (generator, discriminator)
    )
    data = torch.tanh(torch.randn(2048, 1, 28, 28))

    def step(number):
        x_real = data[torch.randint(0, len(data), (BATCH,))]
        x_fake = generator(torch.randn(BATCH, LATENT))
        real_logits, fake_logits = discriminator(x_real), discriminator(x_fake.detach())
        d_loss = F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()
        if number % R1_EVERY == 0:
            x_watched = x_real.clone().requires_grad_()
            (slope,) = torch.autograd.grad(
                discriminator(x_watched).sum(), x_watched, create_graph=True
            )
            d_loss = d_loss + R1_EVERY * R1_WEIGHT / 2 * slope.square().sum((1, 2, 3)).mean()
        d_optimizer.zero_grad(set_to_none=True)
        d_loss.backward()
        for weight in discriminator.parameters():
            weight.requires_grad_(False)
        g_loss = F.softplus(-discriminator(x_fake)).mean()
        g_optimizer.zero_grad(set_to_none=True)
        g_loss.backward()
        for weight in discriminator.parameters():
            weight.requires_grad_(True)
        d_optimizer.step()
        g_optimizer.step()
        with torch.no_grad():
            newest = list(generator.state_dict().values())
            for average, value in zip(averaged.state_dict().values(), newest):
                average.lerp_(value, 1 - AVERAGING) if value.is_floating_point() else None

    for number in range(16):
        step(number)
    rounds = []
    for _ in range(5):
        started = time.perf_counter()
        for number in range(80):
            step(number)
        rounds.append((time.perf_counter() - started) / 80)
    print(
        json.dumps({"milliseconds": 1000 * statistics.median(rounds), "version": torch.__version__})
    )


if __name__ == "__main__":
    main()
