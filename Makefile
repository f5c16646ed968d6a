# Everything that is done with Caseflow from a shell. `make help` lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.ONESHELL:
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory

export PORT ?= 8000
export CASEFLOW_VAR ?= var
PYTHON ?= python3
PY := .venv/bin/python
STAMPS := .venv/stamps
PIP := $(PY) -m pip --disable-pip-version-check --no-input -qq install --require-hashes
COMPILE := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url
T ?=

.PHONY: help run setup check test bench trust screenshots requirements venv environment tools front browser peers

help: ## list the targets
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20
	echo
	echo '  PORT=8000 and CASEFLOW_VAR=var may be set, so that several live side by side.'

run: environment front ## a bureau at work on this machine; Ctrl-C stops all
	@exec .venv/bin/caseflow up --demo

setup: environment tools front browser peers ## environment in .venv, front end, browser for the tests; starts nothing

check: environment tools front ## style, types, import rules, architecture
	@.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(PY) -m pytest -q -p no:cacheprovider tests/architecture

test: setup ## all tests; T=fast leaves out browser, crash and scale, T=PATH runs one file or folder
	@if [ "$(T)" = fast ]; then
	  $(PY) -m pytest -q -n 2 -m 'not browser and not crash and not scale'
	elif [ -n "$(T)" ]; then
	  $(PY) -m pytest $(T)
	else
	  $(PY) -m pytest -q -n 2
	fi

bench: setup ## what a step, bulk work, waking and screening cost, against their floors and budgets
	@failed=0; for bench in benchmarks/[a-z]*.py; do \
	  $(PY) -m "benchmarks.$$(basename $$bench .py)" || failed=1; done; exit $$failed

trust: setup ## the long counts of crash, tamper, powers and fuzz; T=tamper runs one, COUNT=100 says how long
	@# No stacks are written while a long count runs: that can end the process that runs it.
	@CASEFLOW_TRUST=long $(PY) -m pytest -o faulthandler_timeout=0 $(if $(T),tests/trust/test_$(T)*.py,tests/trust)

screenshots: setup ## pictures of every page in both languages, from the product that runs at PORT
	@$(PY) -m tests.support.screenshots

requirements: venv ## compile requirements/*.in into pinned and hashed *.txt
	@$(COMPILE) requirements/run.in -o requirements/run.txt
	$(COMPILE) requirements/dev.in -c requirements/run.txt -o requirements/dev.txt

venv:
	@[ -x $(PY) ] && exit
	.ci/machine $(PYTHON)
	$(PYTHON) -m venv .venv

environment: venv
	@.ci/once $(STAMPS)/run '准备 Python 环境…  Installing the Python packages…' requirements/run.txt \
	  -- $(PIP) --no-compile -r requirements/run.txt
	.ci/once $(STAMPS)/caseflow '安装 Caseflow…  Installing Caseflow…' pyproject.toml requirements/run.in \
	  -- $(PY) -m pip --disable-pip-version-check -qq install --no-deps --no-build-isolation -e .

tools: environment
	@.ci/once $(STAMPS)/dev '安装测试工具…  Installing the test tools…' requirements/dev.txt \
	  -- $(PIP) --no-compile -r requirements/dev.txt

front: environment
	@[ -d frontend/node_modules ] || rm -f $(STAMPS)/npm
	[ -e caseflow/web/static/dist/manifest.json ] || rm -f $(STAMPS)/front
	.ci/once $(STAMPS)/npm '下载前端组件与字体…  Fetching front-end parts and fonts…' \
	  frontend/package.json frontend/package-lock.json -- .ci/npm frontend ci --silent
	.ci/once $(STAMPS)/front '构建前端…  Building the front end…' frontend -- .ci/npm frontend run build --silent

browser: tools
	@[ -d tests/browser/node_modules ] || rm -f $(STAMPS)/browser
	.ci/once $(STAMPS)/browser '下载测试浏览器…  Fetching the browser of the tests…' \
	  tests/browser/package.json tests/browser/package-lock.json -- .ci/npm tests/browser ci --silent
	[ -e tests/browser/node_modules/.unpacked ] || rm -f $(STAMPS)/chromium
	.ci/once $(STAMPS)/chromium '解开测试浏览器…  Unpacking the browser…' \
	  tests/browser/package-lock.json tests/browser/unpack.mjs -- .ci/npm tests/browser run unpack --silent

peers: tools
	@[ -d tests/peers/node_modules ] || rm -f $(STAMPS)/peers
	.ci/once $(STAMPS)/peers '下载对照用的库…  Fetching the peers of the tests…' \
	  tests/peers/package.json tests/peers/package-lock.json -- .ci/npm tests/peers ci --silent
	[ -d benchmarks/peers/node_modules ] || rm -f $(STAMPS)/rivals
	.ci/once $(STAMPS)/rivals '下载对照用的流程引擎…  Fetching the engine to compare with…' \
	  benchmarks/peers/package.json benchmarks/peers/package-lock.json -- .ci/npm benchmarks/peers ci --silent
