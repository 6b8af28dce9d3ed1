# Two commands are enough: `make lab` to learn, `make test` to check. `make help` lists the rest.

PYTHON ?= $(shell tools/find_python.sh)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BROWSER_READY := $(VENV)/.ready-browser
COLAB := .venv-colab
COLAB_READY := $(COLAB)/.ready
SIDE_BY_SIDE := -n auto --dist worksteal --durations 5

.DEFAULT_GOAL := help
.PHONY: help setup lab check test test-all test-portable spot-checks test-colab test-browser mutants notebooks stale studies bench badges release private doctor pictures judge attribute-judge generator text-generator clean

help:  ## this list
	@grep -hE '^[a-z0-9%-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9%-]+):.*## (.*)/make \1\t\2/' | expand -t 20

setup: $(READY)  ## make .venv with the package and its extras, in the versions of constraints.txt

$(READY): pyproject.toml constraints.txt
	@"$(PYTHON)" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null || { echo "Hue needs Python 3.11, 3.12 or 3.13, for which TensorFlow is built: install one, such as python3.13 from your package manager, or name it: make setup PYTHON=/path/to/python3.13"; exit 1; }
	$(if $(filter file,$(origin PYTHON)),[ -x $(BIN)/python ] ||) "$(PYTHON)" -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[lab,test]'
	$(BIN)/jupyter labextension disable --level=sys_prefix @jupyter/nbgrader 2>/dev/null  # its menu is no learner's
	@touch $@

lab: $(READY)  ## open JupyterLab on the first lesson
	$(BIN)/jupyter lab --ip=127.0.0.1 --ServerApp.root_dir=. $(if $(filter 0,$(shell id -u)),--allow-root) notebooks/00_start_here.ipynb

check: $(READY)  ## in a minute: lint, formulas, architecture; `make test` does all
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m pytest $(addprefix tests/test_,$(addsuffix .py,architecture losses theory metrics latent captions))

test: $(READY)  ## all tests, and every notebook from top to bottom at the smoke budget
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) -m 'not nightly and not browser'

test-all: $(READY)  ## the same with the long ones
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) -m 'not browser'

test-portable: $(READY)  ## the core tests as other processors would compute them (about an hour)
	$(BIN)/python tools/portable.py

spot-checks: $(READY)  ## measure the studies' spot checks as other processors would (STUDY=05: one)
	$(BIN)/python tools/spot_checks.py $(STUDY)

$(COLAB_READY): tests/colab-requirements.txt
	"$(PYTHON)" -m venv $(COLAB)
	$(COLAB)/bin/python -m pip install --quiet --disable-pip-version-check -r tests/colab-requirements.txt
	@touch $@

test-colab: $(COLAB_READY)  ## the notebooks and core tests in Colab's versions, and in plain arithmetic
	PYTHONPATH=. TF_ENABLE_ONEDNN_OPTS=0 TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1 \
	$(COLAB)/bin/python -m pytest $(SIDE_BY_SIDE) -m 'core and not nightly'

$(BROWSER_READY): $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[lab,test,browser]'
	@touch $@

test-browser: $(BROWSER_READY)  ## a lesson in JupyterLab in a real Chromium; pictures in runs/browser
	$(BIN)/python -m pytest -m browser

mutants: $(READY)  ## break the code on purpose: which test notices? (NUM=100 SEED=1: a random sample)
	$(BIN)/python tools/mutants.py $(if $(NUM),--num $(NUM) --seed $(or $(SEED),1)) $(WORD)

notebooks: $(READY)  ## run and save the lessons whose cells changed (STALE=1: or rooms; ALL=1: all)
	$(BIN)/python tools/notebooks.py run $(if $(STALE),--stale) $(if $(ALL),--all)

stale: $(READY)  ## what was saved with other code than lies here; it fails nothing
	$(BIN)/python tools/stale.py

studies: $(READY)  ## renew the studies that `make stale` lists, each where it stopped
	$(BIN)/python tools/stale.py studies

doctor: $(READY)  ## the GAN doctor on its patients: right codes, false alarms, seconds
	$(BIN)/python tools/doctor.py $(WORD)

study-%: $(READY)  ## one study, such as study-05: quality over seconds (KEEP=1: keep runs of other code)
	$(BIN)/python tools/study_$*.py
	$(BIN)/python tools/spot_checks.py $*

badges: $(READY)  ## write where the repository lies into badges and set-up cells (REPO=owner/name)
	$(BIN)/python tools/notebooks.py badges $(if $(REPO),--repo $(REPO))

release: $(READY)  ## make the students' versions of the assignments of their sources
	$(BIN)/python -m hue_edu.grading.release

private: $(READY)  ## are the hidden values of this fork's assignments its own?
	$(BIN)/python -m hue_edu.grading.release --private

bench: $(READY)  ## the figures that the README quotes (about half an hour on two cores)
	$(BIN)/python tools/bench.py

pictures: $(READY)  ## draw the README's pictures anew (about a minute)
	$(BIN)/python tools/pictures.py

judge: $(READY)  ## train the shipped judge anew, into runs/judge.weights.h5
	$(BIN)/python tools/train_judge.py --out runs/judge.weights.h5

attribute-judge: $(READY)  ## train the shipped judge of captions anew, into runs/attribute_judge.weights.h5
	$(BIN)/python tools/train_judge.py --kind attributes --out runs/attribute_judge.weights.h5

generator: $(READY)  ## train the shipped generator anew, into runs/shipped
	$(BIN)/hue train dcgan --minutes 5 --seed 0 --out runs/shipped

text-generator: $(READY)  ## train the shipped text-to-image generator anew, into runs/; goes on where it stopped
	$(BIN)/python tools/text_generator.py

clean:  ## remove the virtual environments
	rm -rf $(VENV) $(COLAB)
