# Every target has one line of help after "##"; `make` prints them.
# Without make (Windows), in an environment of your own:
#   python -m pip install --require-hashes -r requirements.lock
#   python -m pip install --no-deps --no-build-isolation -e .
#   python tools/notebook_filter.py install
# and then the command of the target.

PYTHON ?= python3
YEAR ?= 2022
SAMPLE ?= 400
SEED ?= 1
MINUTES ?= 15
SECONDS ?= 60
UV ?= uv
BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help setup report test mutants fuzz lab lint audit pictures clean lock

help: ## 列出全部目标
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

setup: .venv/ready ## 准备运行环境 .venv（其他目标会自动先做这一步）

report: .venv/ready ## 生成 YEAR 年的全部报告（各笔记本）到 outputs/，如 make report YEAR=2022
	$(BIN)/jixiao report $(YEAR)

# A file stays with one worker, the longest first (tests/conftest.py). By loadgroup nothing would be grouped: xdist 3.8
# writes a test's group into item._nodeid, and pytest 9 no longer reads it.
test: .venv/ready ## 运行全部测试（以 root 身份且有 apt-get 时，自动安装测试所需程序）
	@sh tests/install_programs.sh
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

mutants: .venv/ready ## 细小地改动评分代码，看测试能否发现，如 make mutants SAMPLE=400 SEED=1（SAMPLE=0 为全部，MINUTES=0 不限时）
	$(BIN)/python tools/mutants.py --sample $(SAMPLE) --seed $(SEED) --minutes $(MINUTES)

fuzz: .venv/ready ## 随机改坏各种输入，看是否都能读入或用一行提示拒绝，如 make fuzz SECONDS=60 SEED=1
	$(BIN)/python tools/fuzz.py --seconds $(SECONDS) --seed $(SEED)

lab: .venv/ready ## 打开中文的 JupyterLab，笔记本、参数、数据都在文件列表里
	$(BIN)/jupyter lab --config tools/jupyter/jupyter_lab_config.py

lint: .venv/ready ## 检查代码、格式、类型、YAML，以及笔记本是否已清除输出
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/yamllint --strict .
	$(BIN)/python tools/notebook_filter.py check

audit: .venv/ready ## 按已取得的漏洞库核对 requirements.lock，如 make audit DATABASE=all.zip（OSV 的 PyPI 全库）
	$(BIN)/python tools/audit.py $(if $(DATABASE),--database "$(DATABASE)")

pictures: .venv/ready ## 维护者：由 outputs/2022 重做 README 的图片（需要 Chromium；先 make report）
	$(BIN)/python tools/pictures.py

clean: ## 删除 outputs/ 中的全部产物和各种缓存（保留 .venv）
	rm -rf outputs/* .pytest_cache .ruff_cache .mypy_cache .hypothesis build dist
	find . \( -path ./.venv -o -path ./.git \) -prune -o -type d \
		\( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

# One version of each package for all Pythons (fewest), so that they all make the same report.
lock: ## 维护者：按 pyproject.toml 更新 requirements.lock（需要 uv；全部升级用 make lock UPGRADE=--upgrade）
	$(UV) pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
		--extra lab --extra cluster --extra province --extra dev --no-annotate --custom-compile-command "make lock" $(UPGRADE) \
		--output-file requirements.lock pyproject.toml

# The stamps lie inside .venv, which --clear empties first: an interrupted set-up leaves none behind.
# setuptools goes first, because one package (fontmeta) has no wheel and is built: by the hashed version, not by
# whichever one pip would fetch for the build.
.venv/installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "需要 Python 3.11 或更高版本：$(PYTHON) 不存在或版本过低。请指定一个，如 make PYTHON=python3.13" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) 缺少 venv 模块。Debian/Ubuntu 请先执行：apt-get install python3-venv" >&2; exit 1; }
	@echo "正在准备运行环境 .venv，首次约需两分钟……"
	$(PYTHON) -m venv --clear .venv
	sed -n '/^setuptools==/,/[^\\]$$/p' requirements.lock > .venv/build-requirements.txt
	$(PIP_INSTALL) --require-hashes -r .venv/build-requirements.txt
	$(PIP_INSTALL) --require-hashes --no-build-isolation -r requirements.lock
	@touch $@

# The package is compiled here, since a run of a notebook may write nothing beside it and would compile it each time.
.venv/ready: .venv/installed pyproject.toml
	$(PIP_INSTALL) --no-deps --no-build-isolation -e .
	@$(BIN)/python tools/notebook_filter.py install
	@$(BIN)/python -m compileall -q lib
	@touch $@
