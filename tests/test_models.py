"""The corrected systems: their layers, parameter counts worked by hand, and what they put out."""

import keras
import numpy as np
import pytest

from hue_edu import models

pytestmark = pytest.mark.core

PAIRS = {
    "smallest": (models.build_smallest_generator, models.build_smallest_discriminator),
    "dense": (models.build_dense_generator, models.build_dense_discriminator),
    "tutorial_dcgan": (
        models.build_tutorial_dcgan_generator,
        models.build_tutorial_dcgan_discriminator,
    ),
    "dcgan": (models.build_dcgan_generator, models.build_dcgan_discriminator),
    "colour": (models.build_colour_generator, models.build_colour_discriminator),
}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_generators_draw_and_discriminators_score(pair):
    generator, discriminator = (build() for build in pair)
    z = np.random.default_rng(0).normal(size=(5, generator.input_shape[-1])).astype("float32")
    images = generator(z, training=False)
    assert images.shape == (5, *discriminator.input_shape[1:])
    assert float(abs(np.asarray(images)).max()) <= 1
    logits = discriminator(images, training=False)
    assert logits.shape == (5, 1)
    assert discriminator.layers[-1].activation is keras.activations.linear


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_generators_use_z(pair):
    generator = pair[0]()
    z = np.random.default_rng(0).normal(size=(2, generator.input_shape[-1])).astype("float32")
    one, other = np.asarray(generator(z, training=True))
    assert not np.allclose(one, other)


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_both_networks_end_in_float32_under_mixed_precision(pair):
    keras.config.set_dtype_policy("mixed_float16")
    try:
        generator, discriminator = (build() for build in pair)
        images = generator(np.zeros((2, generator.input_shape[-1]), "float32"))
        assert keras.backend.standardize_dtype(images.dtype) == "float32"
        assert keras.backend.standardize_dtype(discriminator(images).dtype) == "float32"
        assert "float16" in {layer.compute_dtype for layer in generator.layers}
    finally:
        keras.config.set_dtype_policy("float32")


def count(model):
    return model.count_params()


def test_parameters_of_the_dense_systems_by_hand():
    assert count(models.build_smallest_generator()) == 10 * 64 + 64 + 64 * 784 + 784
    assert count(models.build_smallest_discriminator()) == 784 * 64 + 64 + 64 + 1
    assert count(models.build_dense_generator()) == (
        100 * 128 + 128 + 128 * 256 + 256 + 256 * 784 + 784
    )
    assert count(models.build_dense_discriminator()) == (
        784 * 256 + 256 + 256 * 128 + 128 + 128 + 1
    )


def test_parameters_of_the_tutorial_system_by_hand():
    assert count(models.build_tutorial_dcgan_generator()) == (
        100 * 6272 + 4 * 6272  # dense and its batch normalisation
        + 25 * 128 * 128 + 4 * 128 + 25 * 128 * 64 + 4 * 64 + 25 * 64 + 1
    )  # fmt: skip
    assert count(models.build_tutorial_dcgan_discriminator()) == (
        25 * 64 + 64 + 25 * 64 * 128 + 128 + 7 * 7 * 128 + 1
    )


def test_transposed_convolutions_double_the_side():
    for build in (models.build_tutorial_dcgan_generator, models.build_dcgan_generator):
        sides = [layer.output.shape[1] for layer in build().layers if len(layer.output.shape) == 4]
        assert sorted(set(sides)) == [7, 14, 28]


def rows(model):
    """What each layer is, as the papers' tables list it; Flatten, Reshape and ReLU by name."""
    found = []
    for layer in model.layers:
        config, kind = layer.get_config(), type(layer).__name__
        initializer = config.get("kernel_initializer") or {"class_name": "", "config": {}}
        named = {"HeNormal": "he_normal"}.get(initializer["class_name"])
        start = initializer["config"].get("stddev", named)
        if kind == "Dense":
            row = (config["units"], config["activation"], config["use_bias"], start)
        elif kind in ("Conv2D", "Conv2DTranspose"):
            (kernel, _), (stride, _) = config["kernel_size"], config["strides"]
            row = (config["filters"], kernel, stride, config["use_bias"], start)
            assert config["padding"] == "same"
        elif kind == "BatchNormalization":
            row = (config["momentum"],)
        elif kind == "LeakyReLU":
            row = (config["negative_slope"],)
        elif kind == "Dropout":
            row = (config["rate"],)
        elif kind == "Embedding":
            start = config["embeddings_initializer"]["config"].get("stddev")
            row = (config["input_dim"], config["output_dim"], start)
        elif kind == "Conv1D":
            (width,) = config["kernel_size"]
            row = (config["filters"], width, config["activation"], config["padding"])
        elif kind == "Rescaling":
            row = (config["scale"],)
        else:
            row = (config["activation"],) if kind == "Activation" else ()
        found.append((kind, *row))
    return found


def leaky(slope=0.2):
    return ("LeakyReLU", slope)


TABLES = {
    "build_smallest_generator": [
        ("Dense", 64, "relu", True, None), ("Dense", 784, "tanh", True, None), ("Reshape",),
    ],
    "build_smallest_discriminator": [
        ("Flatten",), ("Dense", 64, "linear", True, None), leaky(),
        ("Dense", 1, "linear", True, None),
    ],
    "build_dense_generator": [
        ("Dense", 128, "linear", True, None), leaky(), ("Dense", 256, "linear", True, None),
        leaky(), ("Dense", 784, "tanh", True, None), ("Reshape",),
    ],
    "build_dense_discriminator": [
        ("Flatten",), ("Dense", 256, "linear", True, None), leaky(),
        ("Dense", 128, "linear", True, None), leaky(), ("Dense", 1, "linear", True, None),
    ],
    "build_tutorial_dcgan_generator": [
        ("Dense", 6272, "linear", False, None), ("BatchNormalization", 0.99), leaky(0.3),
        ("Reshape",), ("Conv2DTranspose", 128, 5, 1, False, None), ("BatchNormalization", 0.99),
        leaky(0.3), ("Conv2DTranspose", 64, 5, 2, False, None), ("BatchNormalization", 0.99),
        leaky(0.3), ("Conv2DTranspose", 1, 5, 2, True, None), ("Activation", "tanh"),
    ],
    "build_tutorial_dcgan_discriminator": [
        ("Conv2D", 64, 5, 2, True, None), leaky(0.3), ("Dropout", 0.3),
        ("Conv2D", 128, 5, 2, True, None), leaky(0.3), ("Dropout", 0.3), ("Flatten",),
        ("Dense", 1, "linear", True, None),
    ],
    "build_dcgan_generator": [
        ("Dense", 256, "linear", False, 0.02), ("BatchNormalization", 0.9), ("ReLU",),
        ("Dense", 2352, "linear", False, 0.02), ("BatchNormalization", 0.9), ("ReLU",),
        ("Reshape",), ("Conv2DTranspose", 24, 4, 2, False, 0.02), ("BatchNormalization", 0.9),
        ("ReLU",), ("Conv2DTranspose", 1, 4, 2, True, 0.02), ("Activation", "tanh"),
    ],
    "build_dcgan_discriminator": [
        ("Conv2D", 32, 4, 2, True, 0.02), leaky(), ("Conv2D", 64, 4, 2, False, 0.02),
        ("BatchNormalization", 0.9), leaky(), ("Flatten",), ("Dense", 128, "linear", True, 0.02),
        leaky(), ("Dense", 1, "linear", True, 0.02),
    ],
    "build_critic": [
        ("Conv2D", 32, 4, 2, True, "he_normal"), leaky(),
        ("Conv2D", 64, 4, 2, True, "he_normal"), leaky(),
        ("Flatten",), ("Dense", 128, "linear", True, "he_normal"), leaky(),
        ("Dense", 1, "linear", True, None),
    ],
    "build_colour_generator": [
        ("Dense", 256, "linear", True, None), leaky(), ("Dense", 512, "linear", True, None),
        leaky(), ("Dense", 1024, "linear", True, None), leaky(),
        ("Dense", 1568, "linear", True, None), leaky(), ("Reshape",),
        ("UpSampling2D",), ("Conv2D", 32, 3, 1, True, None), leaky(),
        ("UpSampling2D",), ("Conv2D", 16, 3, 1, True, None), leaky(),
        ("Conv2D", 3, 3, 1, True, None), ("Activation", "tanh"),
    ],
    "build_colour_discriminator": [
        ("Flatten",), ("Dense", 512, "linear", True, None), leaky(),
        ("Dense", 256, "linear", True, None), leaky(), ("Dense", 1, "linear", True, None),
    ],
    "build_planar_generator": [
        ("Dense", 64, "linear", True, None), leaky(), ("Dense", 64, "linear", True, None), leaky(),
        ("Dense", 2, "linear", True, None),
    ],
    "build_planar_discriminator": [
        ("Dense", 64, "linear", True, None), leaky(), ("Dense", 64, "linear", True, None), leaky(),
        ("Dense", 1, "linear", True, None),
    ],
    "build_dense_encoder": [
        ("InputLayer",), ("Flatten",), ("Dense", 512, "relu", True, None),
        ("Dense", 256, "relu", True, None),
        ("Dense", 20, "linear", True, None), ("Dense", 20, "linear", True, None),
    ],
    "build_dense_decoder": [
        ("Dense", 256, "relu", True, None), ("Dense", 512, "relu", True, None),
        ("Dense", 784, "linear", True, None), ("Reshape",),
    ],
    "build_vae_encoder": [
        ("InputLayer",), ("Conv2D", 32, 4, 2, True, "he_normal"), leaky(),
        ("Conv2D", 64, 4, 2, True, "he_normal"), leaky(), ("Flatten",),
        ("Dense", 128, "linear", True, "he_normal"), leaky(),
        ("Dense", 16, "linear", True, None), ("Dense", 16, "linear", True, None),
    ],
    "build_vae_decoder": [
        ("Dense", 256, "relu", True, "he_normal"), ("Dense", 2352, "relu", True, "he_normal"),
        ("Reshape",), ("Conv2DTranspose", 24, 4, 2, True, "he_normal"),
        ("Conv2DTranspose", 1, 4, 2, True, None),
    ],
}  # fmt: skip
PARTS = {  # of networks that read: by the name of the model inside
    "build_conditional_generator": {
        "": [
            ("InputLayer",), ("InputLayer",), ("Embedding", 10, 16, None), ("Concatenate",),
            ("Sequential",),
        ],
        "painter": TABLES["build_dcgan_generator"],
    },
    "build_conditional_discriminator": {
        "": [
            ("InputLayer",), ("InputLayer",), ("Sequential",), ("Embedding", 10, 128, 0.02),
            ("Dense", 1, "linear", True, 0.02), ("Dot",), ("Add",),
        ],
        "picture": TABLES["build_dcgan_discriminator"][:-1],
    },
    "build_text_encoder": {
        "": [
            ("InputLayer",), ("Embedding", 46, 64, 0.3), ("Conv1D", 64, 3, "relu", "same"),
            ("Add",), ("GlobalAveragePooling1D",), ("Rescaling", 12),
        ],
    },
    "build_text_generator": {
        "painter": [
            ("InputLayer",), ("InputLayer",), ("Concatenate",),
            ("Dense", 256, "linear", False, 0.02), ("BatchNormalization", 0.9), ("ReLU",),
            ("Dense", 2048, "linear", False, 0.02), ("BatchNormalization", 0.9), ("ReLU",),
            ("Reshape",), ("Conv2DTranspose", 64, 4, 2, False, 0.02), ("BatchNormalization", 0.9),
            ("ReLU",), ("Conv2DTranspose", 32, 4, 2, False, 0.02), ("BatchNormalization", 0.9),
            ("ReLU",), ("Conv2DTranspose", 3, 4, 2, True, 0.02), ("Activation", "tanh"),
        ],
    },
    "build_text_discriminator": {
        "picture": [
            ("InputLayer",), ("Conv2D", 32, 4, 2, True, "he_normal"), leaky(),
            ("Conv2D", 64, 4, 2, False, "he_normal"), ("BatchNormalization", 0.9), leaky(),
            ("Conv2D", 128, 4, 2, False, "he_normal"), ("BatchNormalization", 0.9), leaky(),
            ("Flatten",), ("Dense", 128, "linear", True, "he_normal"), leaky(),
        ],
        "match": [
            ("InputLayer",), ("InputLayer",), ("Dense", 1, "linear", True, 0.02), ("Dot",),
            ("Add",),
        ],
        "text_encoder": [
            ("InputLayer",), ("Embedding", 46, 128, 0.05), ("Conv1D", 128, 3, "relu", "same"),
            ("Add",), ("GlobalAveragePooling1D",), ("Rescaling", 12),
        ],
    },
}  # fmt: skip


@pytest.mark.parametrize("name", PARTS)
def test_networks_that_read_have_their_parts(name):
    model = getattr(models, name)()
    assert model.name == name.removeprefix("build_")
    for part, table in PARTS[name].items():
        assert rows(model.get_layer(part) if part else model) == table


@pytest.mark.parametrize("name", TABLES)
def test_networks_are_built_as_their_tables_say(name):
    model = getattr(models, name)()
    assert rows(model) == TABLES[name] and model.name == name.removeprefix("build_")


def test_every_builder_has_a_table_and_the_stated_latent_size():
    # The layers of samplers are those that they are given; test_clusters.py has the clusters,
    # test_flows.py the flows, test_vae_gan.py what stands before a decoder.
    others = {"build_sampler", "build_cluster_sampler", "build_clusters", "build_chain"}
    others |= {"build_flow_network", "build_flow_sampler", "build_mixture_sampler"}
    assert {name for name in dir(models) if name.startswith("build_")} == {*TABLES, *PARTS} | others
    sizes = {
        "smallest": 10,
        "dense": 100,
        "tutorial_dcgan": 100,
        "dcgan": 64,
        "planar": 2,
        "colour": 100,
    }
    for name, size in sizes.items():
        build = getattr(models, f"build_{name}_generator")
        assert build().input_shape == (None, size) and build(7).input_shape == (None, 7)
    assert models.build_planar_discriminator().input_shape == (None, 2)


def test_networks_follow_their_options():
    generator = models.build_planar_generator(3, width=9, depth=1, negative_slope=0.0)
    assert rows(generator) == [
        ("Dense", 9, "linear", True, None), ("LeakyReLU", 0.0), ("Dense", 2, "linear", True, None)
    ]  # fmt: skip
    assert [row[0] for row in rows(models.build_planar_discriminator(5, 3))].count("LeakyReLU") == 3
    colour = models.build_dcgan_generator(100, width=32, image_shape=(28, 28, 3))
    assert [layer.shape for layer in colour.outputs] == [(None, 28, 28, 3)]
    assert rows(colour)[3][:2] == ("Dense", 7 * 7 * 64) and rows(colour)[7][:2] == (
        "Conv2DTranspose", 32
    )  # fmt: skip
    judge = models.build_dcgan_discriminator(minibatch_std=True, image_shape=(28, 28, 3))
    assert judge.input_shape == (None, 28, 28, 3)
    kinds = [row[0] for row in rows(judge)]
    place = kinds.index("MinibatchStandardDeviation")
    assert kinds[place + 1] == "Flatten" and judge.layers[place].output.shape[1:] == (7, 7, 65)
    assert kinds[:place] + kinds[place + 1 :] == [
        row[0] for row in TABLES["build_dcgan_discriminator"]
    ]


def test_the_start_is_dcgans_and_each_layer_has_its_own():
    discriminator = models.build_dcgan_discriminator()
    kernels = [layer.kernel.numpy() for layer in discriminator.layers if hasattr(layer, "kernel")]
    for kernel in kernels:
        assert kernel.std() == pytest.approx(0.02, rel=0.2)
        assert abs(kernel.mean()) < 4 * 0.02 / np.sqrt(kernel.size)
    assert not np.allclose(kernels[0].ravel()[:9], kernels[1].ravel()[:9])


def test_the_discriminators_hidden_layer_draws_its_seed_first():
    keras.utils.set_random_seed(0)
    network = models.build_dcgan_discriminator()
    seeds = [layer.kernel_initializer.seed for layer in network.layers if hasattr(layer, "kernel")]
    keras.utils.set_random_seed(0)
    drawn = [keras.initializers.RandomNormal().seed for _ in seeds]
    assert seeds == [*drawn[1:3], drawn[0], drawn[3]]


def test_the_hidden_layers_can_be_left_out_or_resized():
    for build, name in (
        (models.build_dcgan_generator, "build_dcgan_generator"),
        (models.build_dcgan_discriminator, "build_dcgan_discriminator"),
    ):
        units = 256 if "generator" in name else 128
        table = TABLES[name]
        place = next(k for k, row in enumerate(table) if row[:2] == ("Dense", units))
        length = 3 if "generator" in name else 2
        assert rows(build(hidden=None)) == table[:place] + table[place + length :]
        assert rows(build(hidden=10))[place][1] == 10


SHAPED = ("smallest", "dense", "tutorial_dcgan", "dcgan", "colour")


@pytest.mark.parametrize("shape", [(32, 32, 3), (64, 64, 3), (32, 64, 1), (8, 8, 2)])
def test_builders_take_an_image_shape(shape):
    for name in SHAPED:
        generator = getattr(models, f"build_{name}_generator")(image_shape=shape)
        discriminator = getattr(models, f"build_{name}_discriminator")(image_shape=shape)
        assert generator.output_shape == (None, *shape) == discriminator.input_shape
        assert discriminator.output_shape == (None, 1)
    assert models.build_critic(shape).input_shape == (None, *shape)
    for name in ("dense", "vae"):
        encoder = getattr(models, f"build_{name}_encoder")(image_shape=shape)
        decoder = getattr(models, f"build_{name}_decoder")(image_shape=shape)
        assert encoder.input_shape == (None, *shape) == decoder.output_shape
    generator = models.build_conditional_generator(image_shape=shape)
    assert generator.output_shape == (None, *shape)
    for projection in (True, False):
        build = models.build_conditional_discriminator
        discriminator = build(projection=projection, image_shape=shape)
        assert discriminator.input_shape == [(None, *shape), (None,)]
        assert discriminator.output_shape == (None, 1)


def test_the_tutorials_start_is_a_quarter_of_the_side():
    for build, channels in (
        (models.build_tutorial_dcgan_generator, 128), (models.build_colour_generator, 32)
    ):  # fmt: skip
        shapes = [layer.output.shape[1:] for layer in build(image_shape=(64, 32, 3)).layers]
        kept = list(dict.fromkeys(shape for shape in shapes if len(shape) == 3))
        assert kept[0] == (16, 8, channels) and kept[-1] == (64, 32, 3)


def test_a_larger_picture_gets_one_doubling_more_from_eight():
    generator = models.build_dcgan_generator(width=10, image_shape=(64, 64, 3))
    shapes = [layer.output.shape[1:] for layer in generator.layers]
    kept = list(dict.fromkeys(shape for shape in shapes if len(shape) == 3))
    assert kept == [(8, 8, 40), (16, 16, 20), (32, 32, 10), (64, 64, 3)]
    judge = models.build_dcgan_discriminator(image_shape=(64, 64, 3))
    assert [row[1] for row in rows(judge) if row[0] == "Conv2D"] == [32, 64, 128]


@pytest.mark.parametrize(
    "shape, message",
    [
        ((30, 30, 1), "multiples of 4"),
        ((64, 60, 3), "multiples of 8"),
        ((28, 28), "expected .height, width, channels."),
        ((28, 28, 0), "expected .height, width, channels."),
        ((28.0, 28, 1), "expected .height, width, channels."),
        (28, "expected .height, width, channels."),
    ],
)
def test_shapes_that_cannot_be_halved_are_refused(shape, message):
    for build in (
        models.build_dcgan_generator, models.build_dcgan_discriminator, models.build_critic,
        models.build_vae_encoder, models.build_vae_decoder, models.build_conditional_generator,
        models.build_conditional_discriminator,
    ):  # fmt: skip
        with pytest.raises(ValueError, match=message):
            build(image_shape=shape)
    if shape != (64, 60, 3):  # the tutorials' networks halve twice, whatever the side
        for build in (models.build_tutorial_dcgan_generator, models.build_colour_generator):
            with pytest.raises(ValueError, match=message):
                build(image_shape=shape)


@pytest.mark.parametrize("kind", [list, np.array, lambda shape: np.array(shape, "uint8")])
def test_an_image_shape_may_be_of_numpys_types_and_the_network_can_be_saved(kind, tmp_path):
    for name in (
        "dcgan_generator", "dcgan_discriminator", "critic", "smallest_generator",
        "smallest_discriminator", "dense_generator", "vae_encoder", "vae_decoder", "dense_encoder",
    ):  # fmt: skip
        network = getattr(models, f"build_{name}")(image_shape=kind((32, 32, 3)))
        network.save(tmp_path / "network.keras")
        again = keras.models.load_model(tmp_path / "network.keras")
        assert again.input_shape == network.input_shape
        assert again.output_shape == network.output_shape
