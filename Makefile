PYTHON ?= python3
CHAPTER ?= 15_intel
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
FONTS := @fontsource-variable/source-serif-4@5.3.1 source-sans@3.52.0 source-code-pro@2.42.0 \
	@fontsource/stix-two-math@5.3.0
AXE := axe-core@4.14.1  # like the fonts, from npm

.PHONY: book check-pages notebooks check-notebooks kaggle lab serve test slow mutants bench execute setup-cells readme kernels fonts clean

book: notebooks  ## the rendered course, and beside its pages the open editions, in _build/html
	rm -rf _build/html
	$(BIN)/jupyter-book build . --all -W -n --keep-going --quiet
	$(BIN)/python book/check_pages.py

check-pages: .venv/test .venv/axe  ## every page of the built book, in headless Chromium
	$(BIN)/pytest -n 2 book --ignore book/test_open.py --ignore book/test_ways.py --ignore book/test_kaggle.py

notebooks: .venv/book  ## every chapter as an ordinary notebook, and the wheel that they need, in _build/open
	rm -rf _build/open build
	$(BIN)/jupyter-book build . --all -W -n --keep-going --quiet --builder custom --custom-builder open
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir _build/open .
	@echo "The open editions and their package are" _build/open/*

check-notebooks: .venv/test .venv/book  ## the open editions against the book, and one run: after make book notebooks
	$(BIN)/pytest -n 2 --dist loadfile tests/test_open_edition.py book/test_open.py book/test_ways.py book/test_kaggle.py

kaggle: $(if $(OWNER),notebooks .venv/test)  ## a chapter's runs, to be pushed to Kaggle: OWNER=name [CHAPTER=15_intel]
	@[ -n "$(OWNER)" ] || { echo "whose? make kaggle OWNER=your-name-on-Kaggle"; exit 1; }
	$(BIN)/python book/kaggle.py _build/open/$(CHAPTER).ipynb --owner "$(OWNER)"

lab: notebooks .venv/test .venv/lab  ## copies of them in JupyterLab; a copy in lab/ is yours and is never replaced
	mkdir -p lab
	for file in _build/open/*.ipynb; do [ -e lab/$${file##*/} ] || cp $$file lab; done
	$(BIN)/jupyter lab lab

serve: book  ## show it at http://localhost:8000
	$(BIN)/python -m http.server --directory _build/html 8000

test: .venv/test  ## unit tests and notebooks
	$(BIN)/ruff check .
	$(BIN)/pytest --nbval -n 2 --dist loadfile

slow: .venv/test  ## the tests that take longer
	$(BIN)/pytest -m slow tests

mutants: .venv/test  ## break cvlib on purpose: each damage must turn a test red
	$(BIN)/python tests/mutate.py

bench: .venv/test  ## against torchvision's own way; the photographs where $$CVLIB_DATA has them
	for file in benchmarks/*.py; do $(BIN)/python $$file; done

execute: .venv/test  ## run NOTEBOOK=notebooks/... in place
	$(BIN)/python book/execute.py $(NOTEBOOK)

setup-cells: .venv/test  ## write the set-up cell into every chapter from its one source
	$(BIN)/python book/share_setup_cell.py

readme: .venv/test  ## write the README's table and figure from the records
	$(BIN)/python book/readme.py

kernels: .venv/test  ## write the pages' strips of kernels from the records
	$(BIN)/python book/kernels.py

fonts: .venv/test  ## cut the pages' fonts from their originals, which npm fetches
	npm install --silent --no-save --prefix .venv/fonts $(FONTS)
	$(PIP) "fonttools[woff]>=4.60"
	$(BIN)/python book/fonts.py .venv/fonts/node_modules

clean:  ## forget everything that was built or installed
	rm -rf .venv _build

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/book: book/requirements.txt constraints.txt | .venv/bin/python
	$(PIP) --requirement book/requirements.txt
	touch $@

.venv/axe: Makefile | .venv/bin/python
	@if command -v npm >/dev/null; then npm install --silent --prefix .venv/npm --no-save $(AXE) && touch $@; \
	else echo "no npm: axe-core's rules are skipped"; fi

.venv/lab: constraints.txt | .venv/bin/python
	$(PIP) "jupyterlab>=4"
	touch $@

.venv/test: requirements.txt constraints.txt pyproject.toml | .venv/bin/python
	$(PIP) --requirement requirements.txt --editable .
	touch $@
