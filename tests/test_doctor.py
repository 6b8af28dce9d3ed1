"""The doctor on patients: right code first, healthy ones healthy, and nobody changed."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from patients import BROKEN, HALVES, HEALTHY, look
from patients.parts import patient

from hue_edu import doctor

FOLLOWED = {code for code, about in doctor.CODES.items() if about.group == "dynamics"}
ONE_OF_EACH = {code: name for name, (code, _) in reversed(BROKEN.items())}  # the first guise
QUICK = {code: name for code, name in ONE_OF_EACH.items() if code not in FOLLOWED}
WITHOUT = {"unbounded-loss"}  # that is found beside others
PATIENTS = [(half, name) for half in ("known", "strangers") for name in HALVES[half][0]]
WELL = [(half, name) for half in ("known", "strangers") for name in HALVES[half][1]]


def examine(parts):
    return look(parts, steps=0)


def codes(report):
    return [finding.code for finding in report.findings]


def test_every_code_has_patients_and_each_patient_a_code():
    assert {code for code, _ in BROKEN.values()} | WITHOUT == set(doctor.CODES)
    assert len(BROKEN) >= 70 and len(HEALTHY) >= 25


@pytest.mark.parametrize("name", QUICK.values(), ids=QUICK)
def test_each_code_comes_first_in_a_patient_and_not_in_its_repaired_twin(name):
    code, make = BROKEN[name]
    report = examine(make(False))
    assert codes(report)[0] == code, report
    first = report.findings[0]
    assert first.evidence.endswith((".", "?")) or ":" in first.evidence
    assert first.repair and first.lesson and not report.healthy
    assert examine(make(True)).healthy


@pytest.mark.parametrize("name", list(HEALTHY)[::4])
def test_healthy_patients_are_left_alone(name):
    report = examine(HEALTHY[name]())
    assert report.healthy, report


@pytest.mark.nightly
@pytest.mark.parametrize(("half", "name"), PATIENTS)
def test_every_broken_patient_and_its_twin(half, name):
    code, make = HALVES[half][0][name]
    options = {} if code in FOLLOWED else {"steps": 0}
    assert codes(look(make(False), **options))[:1] == [code]
    assert look(make(True), **options).healthy


@pytest.mark.nightly
@pytest.mark.parametrize(("half", "name"), WELL)
def test_every_healthy_patient(half, name):
    assert look(HALVES[half][1][name]()).healthy


@pytest.mark.parametrize("style", ["function", "compiled", "keras", "objects"])
def test_the_patient_is_as_before_bit_for_bit(style):
    def adams():
        return {
            "generator": keras.optimizers.Adam(1e-3),
            "discriminator": keras.optimizers.SGD(0.1),
        }

    parts = patient(style=style, adams=adams)
    networks = parts["generator"], parts["discriminator"]

    def state():
        owner = getattr(parts["train_step"], "__self__", None)
        return [w for network in networks for w in network.get_weights()], [
            keras.random.normal((2,)).numpy(), np.random.random(2), tf.random.normal((2,)).numpy(),
            getattr(owner, "rounds", 0)]  # fmt: skip

    keras.utils.set_random_seed(5)
    before, drawn = state()
    keras.utils.set_random_seed(5)
    examine(parts)
    after, again = state()
    assert all(np.array_equal(a, b) for a, b in zip(before, after))
    assert all(np.array_equal(a, b) for a, b in zip(drawn, again))
    for optimizer in parts["optimizers"].values():
        values = [v.numpy() for v in optimizer.variables if v.name != "learning_rate"]
        assert all((value == 0).all() for value in values)


def test_what_is_not_given_is_said_and_what_cannot_be_restored():
    parts = patient(style="none", tell=False)
    report = examine(parts)
    assert "no train_step was given" in report.left_out["updates"] and "losses" in report.left_out
    batches = iter([parts["data"][:32], parts["data"][32:64]])
    report = examine(parts | {"data": batches})
    assert "iterator" in report.not_restored[0] and "Not put back" in str(report)


def test_a_report_as_text_as_a_page_and_as_json():
    report = examine(BROKEN["pictures_from_0_to_1_function"][1](False))
    (first, *_) = json.loads(report.to_json())["findings"]
    assert first["code"] == "range-mismatch" and first["group"] == "data"
    assert first["evidence"] in str(report) and "Repair:" in str(report)
    assert "<td>range-mismatch</td>" in report._repr_html_()
    healthy = examine(HEALTHY["a_dcgan_none"]())
    assert str(healthy).startswith("Nothing found.") and json.loads(healthy.to_json())["healthy"]


def test_data_without_a_sample_are_refused():
    parts = patient(style="none")
    with pytest.raises(ValueError, match="empty: not one batch"):
        examine(parts | {"data": []})
