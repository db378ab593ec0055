"""What others wrote is shown so that it steers no terminal, wherever it is printed, logged or kept."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile_texts import CONTROL, HOSTILE, TURNING
from jixiao.archive.run_record import RunRecord
from jixiao.commands import printing
from jixiao.exchange.importing import storing
from jixiao.forms.files import opening
from jixiao.forms.reading.batch import Received
from jixiao.kit import places, strict_yaml
from jixiao.kit.errors import Fault, FormError, ParameterError, one_line
from jixiao.kit.progress import Progress
from jixiao.kit.visible import escaped, visible
from jixiao.year import tables
from small_notebooks import write
from test_progress import Terminal

HERE = Path(__file__).parent


@given(st.text())
def test_a_visible_text_holds_nothing_that_steers(text):
    """Whatever the text, a terminal gets characters that can be seen, and what could be seen is still there."""
    assert visible(text).isprintable()
    assert [ch for ch in text if ch.isprintable() and ch not in visible(text) and ch.isascii()] == []


@given(st.dictionaries(st.text(), st.text()))
def test_an_escaped_document_says_the_same(value):
    """JSON is read back as it was, and shows no control character, mark of direction or half of a pair."""
    text = escaped(json.dumps(value, ensure_ascii=False, indent=1))
    assert json.loads(text) == value
    assert TURNING.findall(text) + CONTROL.findall(text) == []
    assert text.encode()  # no lone surrogate


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_one_line_wherever_it_is_told(text, capsys):
    """A fault, a line on either stream, a step, its detail, a finding as JSON."""
    told = io.StringIO()
    with Progress(stream=told) as progress:
        progress.step(text, 1, 2, text)
    printing.line(text)
    printing.line(text, error=True)
    printing.document({text: [text]})
    out, err = capsys.readouterr()
    lines = [
        str(Fault(text, text, text, text)),
        one_line(text),
        *told.getvalue().split("\n"),
        *err.split("\n"),
    ]
    assert [line for line in (*lines, *out.split("\n")) if not line.isprintable()] == []
    assert (len(told.getvalue().splitlines()), len(err.splitlines())) == (1, 1)
    assert json.loads(out[out.index("{\n") :]) == {text: [text]}


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_the_bar_on_a_terminal_obeys_no_label(text):
    """Behind the carriage returns of the bar itself, a label and a detail are what can be seen of them."""
    plain, hostile = Terminal(), Terminal()
    for stream, said in ((plain, "甲"), (hostile, text)):
        with Progress(stream=stream) as progress:
            progress.step(said, 1, 2, said)
    assert set(CONTROL.findall(hostile.getvalue())) <= set(CONTROL.findall(plain.getvalue()))
    assert TURNING.findall(hostile.getvalue()) == []


def test_a_run_record_keeps_single_lines(tmp_path):
    """Steps, details and remarks of a run, with every hostile text in them."""
    record = RunRecord(Progress(quiet=True))
    for text in HOSTILE:
        record.step(text, 1, 2, text)

    class Place:
        """Where the record goes."""

        outputs = tmp_path
        name = "2022"

    record.write(Place, "published", "", HOSTILE, [{"reason": text} for text in HOSTILE])
    content = (tmp_path / "2022.run.json").read_text(encoding="utf-8")
    kept = json.loads(content)
    assert TURNING.findall(content) + CONTROL.findall(content) == []
    assert [one["step"] for one in kept["log"]] == [one_line(text) for text in HOSTILE]
    assert kept["remarks"] == [one_line(text) for text in HOSTILE]


RAISING = """
import warnings
class Fehler(Exception):
    pass
Fehler.__name__ = {0!r}
warnings.warn({0!r})
print({0!r})
raise Fehler({0!r})
"""


@pytest.mark.parametrize("text", [HOSTILE[28], HOSTILE[30], " ".join(HOSTILE)], ids=range(3))
def test_an_error_in_a_notebook_is_one_line(text, tmp_path):
    """A plain `raise`, its class, warnings and prints of a cell steer no terminal, and papermill adds nothing."""
    notebook = write(tmp_path / "a.ipynb", RAISING.format(text))
    done = subprocess.run(
        [sys.executable, str(HERE / "small_notebooks.py"), notebook, tmp_path / "scratch", "60"],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    lines = done.stderr.splitlines()
    assert (done.returncode, done.stdout, lines[-1][:7]) == (1, "", "a.ipynb")
    assert [line for line in done.stderr.split("\n") if not line.isprintable()] == []
    assert [line for line in lines if not line.startswith(("运行 ", "a.ipynb"))] == []


LOGGING = """
import logging, sys, warnings
from jixiao.commands import printing
printing.logs()
for text in {0!r}:
    warnings.warn(text)
    logging.getLogger("library").warning("%s", text)
"""


def test_warnings_and_logs_of_libraries_are_lines():
    """What a library says of a text that it read is a line as all others."""
    done = subprocess.run(
        [sys.executable, "-c", LOGGING.format(HOSTILE)], capture_output=True, encoding="utf-8", timeout=60
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert len(done.stderr.splitlines()) == 2 * len(HOSTILE)
    assert [line for line in done.stderr.split("\n") if not line.isprintable()] == []


@pytest.mark.parametrize(
    "text", ["２０２２", "202２", "2022\n", " 2022", "²022", "٢٠٢٢", "2022\u200b", "02022", "1899"]
)
def test_a_year_is_four_plain_digits(text):
    """Digits of full width or of other scripts name no year and no folder."""
    with pytest.raises(ParameterError, match="四位数字"):
        places.year_of(text)


@pytest.mark.parametrize("text", ["2０22", "２０２２", "1.５"])
def test_numbers_of_parameters_are_plain_digits(text):
    """What YAML readers take for words is no number here either."""
    with pytest.raises(ParameterError, match="引号"):
        strict_yaml.parse(f"report_year: {text}\n", "params/2022.yml")


@pytest.mark.parametrize("suffix", [".ＸＬＳＸ", ".xlsｘ", ".xlsx\u200b", ".\u202exlsx", ".ｃｓｖ"])
def test_the_ending_of_a_form_is_in_plain_letters(suffix, tmp_path):
    """A look-alike of .xlsx is told before the file is opened."""
    path = tmp_path / f"表{suffix}"
    path.write_bytes(b"a,b\n1,2\n")
    with pytest.raises(FormError, match="全角或看不见的字符"):
        opening.contents(path, "表")


@pytest.mark.parametrize("name", ["3.1项目支出自评表", "表.xlsx", "表", "表.自评"])
def test_other_names_are_opened_by_what_is_in_the_file(name, tmp_path):
    """A dot in a name is no ending, and a file needs none."""
    path = tmp_path / name
    path.write_bytes(b"a,b\n1,2\n")
    assert opening.contents(path, name) == b"a,b\n1,2\n"


@pytest.mark.parametrize("text", [text for text in HOSTILE if "/" not in text and len(text) < 80], ids=repr)
def test_a_kept_form_has_a_name_that_can_be_printed(text, tmp_path):
    """Whatever its name or ending, the file in data/<year>/forms/ shows all of its name."""
    path = tmp_path / f"表{text}.xl{text}"
    path.write_bytes(b"x")
    (kept,) = storing.planned(
        [(path, Received("表", "digest", 1))], tmp_path / "forms", tables.empty("received")
    ).values()
    assert kept.name.isprintable() and kept.parent == tmp_path / "forms"
