"""Scoring a million indicator rows under 财预〔2020〕10号: jixiao against DuckDB, polars and a loop over rows.

All four do the same exact arithmetic on the same parsed targets on one core, in turn, in one run, and must agree row
by row. Parsing of target texts is measured apart; growth is measured from 10^4 to 10^6 rows.
    .venv/bin/python benchmarks/scoring.py [--rows 1000000] [--rounds 5]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import time
import tracemalloc
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"):
    os.environ[_name] = "1"

import duckdb
import numpy as np
import pandas as pd
import polars as pl

from jixiao.rules import points
from jixiao.rules.outcomes import Notice
from jixiao.rules.policy import Policy, in_force
from jixiao.values.measure_frame import NO_NUMBER, parse_frame

ROOT = Path(__file__).resolve().parents[1]
LOOP_ROWS = 20_000  # the loop is measured on these and its speed scaled
WORDS = ("达成年度指标", "部分达成年度指标并具有一定效果", "未达成年度指标且效果较差")


def indicators(rows: int) -> pd.DataFrame:
    """Target and actual texts as forms hold them, drawn from some thousands of distinct ones."""
    draw = random.Random(7)
    kinds = {"≥": 0.55, "≤": 0.2, "~": 0.05, "日": 0.05, "定性": 0.15}
    pool = [_texts(draw, kind) for kind, share in kinds.items() for _ in range(int(8000 * share))]
    texts = [pool[draw.randrange(len(pool))] for _ in range(rows)]
    return pd.DataFrame(texts, columns=["target", "actual", "nature"], dtype=object)


def _texts(draw: random.Random, kind: str) -> tuple[str, str, str]:
    target, share = draw.randint(10, 5000), draw.randint(40, 140)
    if kind == "~":
        return f"{target}~{target + 50}", str(target * share // 100), "定量"
    if kind == "日":
        return "2021年12月31日前", f"2021年{draw.randint(1, 12)}月{draw.randint(1, 28)}日", "定量"
    if kind == "定性":
        word = draw.choice(WORDS)
        return "达成年度指标", word, "定性"
    return f"{kind}{target}", f"{target * share / 100:.2f}", "定量"


def table(parsed: pd.DataFrame, weights: pd.Series) -> pd.DataFrame:
    """The plain columns that every engine reads; 0 where a row has no number."""
    words = parsed["actual_words"]  # categories: DuckDB makes an ENUM of them, polars an Enum
    numbers = parsed[["target_low", "target_high", "actual"]].replace(NO_NUMBER, 0)
    return pd.DataFrame(
        {
            "kind": parsed["kind"],
            "operator": parsed["operator"],
            "low": numbers["target_low"],
            "high": numbers["target_high"],
            "actual": numbers["actual"],
            "late": (parsed["actual_day"] > parsed["target_day"]).to_numpy(),
            "word": words,
            "weight": weights,
        }
    )


SQL = """
with base as (select *, kind = 'number' and operator in ('≤', '<') as down from rows),
ratio as (
  select *,
    case when kind = 'number' and not down then least(greatest(actual, 0), low)
         when kind = 'number' then case when actual <= high then 1 else high end
         when kind = 'interval' then case when actual < low then greatest(actual, 0)
                                          when actual <= high then 1 else high end
         when kind = 'date' then case when late then null else 1 end end as part,
    case when kind = 'number' and not down then low
         when kind = 'number' then case when actual <= high then 1 else actual end
         when kind = 'interval' then case when actual < low then low when actual <= high then 1 else actual end
         when kind = 'date' then 1 end as whole,
    case word when '达成年度指标' then 80 when '部分达成年度指标并具有一定效果' then 60
              when '未达成年度指标且效果较差' then 0 end as low_share,
    case word when '达成年度指标' then 100 when '部分达成年度指标并具有一定效果' then 80
              when '未达成年度指标且效果较差' then 60 end as high_share
  from base)
select coalesce((2 * weight * part + whole * 100) // (2 * whole * 100), -1)::bigint as points,
  case when kind = 'words' then (weight * low_share + 5000) // 10000 else -1 end::bigint as low_points,
  case when kind = 'words' then (weight * high_share + 5000) // 10000 else -1 end::bigint as high_points,
  (kind = 'number' and not down and actual * 100 >= low * 130) as far
from ratio
"""


def in_duckdb(data: pd.DataFrame) -> Callable[[], pd.DataFrame]:
    """The same in DuckDB SQL, on a table of its own."""
    connection = duckdb.connect(config={"threads": 1})
    connection.register("given", data)
    connection.execute("create table rows as select * from given")
    return lambda: connection.execute(SQL).fetchnumpy()


def in_polars(data: pd.DataFrame) -> Callable[[], pl.DataFrame]:
    """The same in polars expressions."""
    frame = pl.DataFrame({name: _column(column) for name, column in data.items()})
    number, weight = pl.col("kind") == "number", pl.col("weight")
    down = number & pl.col("operator").is_in(["≤", "<"])
    low, high, actual = pl.col("low"), pl.col("high"), pl.col("actual")
    inside = (actual >= low) & (actual <= high)
    span = pl.col("kind") == "interval"
    due = (pl.col("kind") == "date") & ~pl.col("late")
    part = (
        pl.when(down).then(pl.when(actual <= high).then(1).otherwise(high))
        .when(number).then(pl.min_horizontal(actual.clip(lower_bound=0), low))
        .when(span).then(pl.when(inside).then(1).when(actual < low).then(actual.clip(lower_bound=0)).otherwise(high))
        .when(due).then(1)
    )  # fmt: skip
    whole = (
        pl.when(down).then(pl.when(actual <= high).then(1).otherwise(actual))
        .when(number).then(low)
        .when(span).then(pl.when(inside).then(1).when(actual < low).then(low).otherwise(actual))
        .when(due).then(1)
    )  # fmt: skip
    shares = {
        "low_points": dict(zip(WORDS, (80, 60, 0), strict=True)),
        "high_points": dict(zip(WORDS, (100, 80, 60), strict=True)),
    }
    words = [
        pl.when(pl.col("kind") == "words")
        .then(
            (weight * pl.col("word").replace_strict(share, default=None, return_dtype=pl.Int64) + 5000)
            // 10000
        )
        .otherwise(-1)
        .alias(name)
        for name, share in shares.items()
    ]
    given = ((2 * weight * part + whole * 100) // (2 * whole * 100)).fill_null(-1).alias("points")
    far = (number & ~down & (actual * 100 >= low * 130)).alias("far")
    return lambda: frame.lazy().select(given, *words, far).collect()


def _column(column: pd.Series) -> pl.Series:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return pl.Series(
            column.astype(str).to_numpy(dtype=object), dtype=pl.Enum(list(map(str, column.cat.categories)))
        )
    return pl.Series(column.to_numpy())


def in_a_loop(data: pd.DataFrame) -> Callable[[], list[tuple]]:
    """The same row by row with Decimal, as one would write it first."""
    rows = list(data.itertuples(index=False))
    return lambda: [_loop_row(row) for row in rows]


def _loop_row(row) -> tuple:
    weight, cent = Decimal(row.weight) / 10_000, Decimal("0.01")
    ratio, far, band = None, False, None
    if row.kind == "number" and row.operator not in ("≤", "<"):
        ratio = min(max(row.actual, 0), row.low), row.low
        far = row.actual * 100 >= row.low * 130
    elif row.kind == "number":
        ratio = (1, 1) if row.actual <= row.high else (row.high, row.actual)
    elif row.kind == "interval":
        ends = (max(row.actual, 0), row.low) if row.actual < row.low else (row.high, row.actual)
        ratio = (1, 1) if row.low <= row.actual <= row.high else ends
    elif row.kind == "date":
        ratio = None if row.late else (1, 1)
    elif row.kind == "words":
        band = dict(zip(WORDS, ((80, 100), (60, 80), (0, 60)), strict=True))[row.word]
    given = None if ratio is None else (weight * ratio[0] / ratio[1]).quantize(cent, ROUND_HALF_UP)
    low_high = band and [(weight * share / 100).quantize(cent, ROUND_HALF_UP) for share in band]
    return given, low_high, far


def ours(parsed: pd.DataFrame, weights: pd.Series, policy: Policy) -> Callable[[], pd.DataFrame]:
    """jixiao's own scoring."""
    satisfaction = pd.Series(np.zeros(len(parsed), dtype=bool), parsed.index)
    return lambda: points.score(parsed, weights, satisfaction, policy)


def seconds(work: Callable[[], object], rounds: int) -> float:
    """The median wall time of `work`."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def peak(work: Callable[[], object]) -> float:
    """The most memory (MiB) that Python and numpy hold more while `work` runs."""
    tracemalloc.start()
    work()
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found / 2**20


def agree(data: pd.DataFrame, mine: pd.DataFrame) -> None:
    """Every engine gives the same points, bounds and warnings."""
    sql, frame = in_duckdb(data)(), in_polars(data)()
    far = (mine["notice"] == Notice.FAR_ABOVE.label).to_numpy()
    for name, column in (("points", "points"), ("low_points", "low"), ("high_points", "high")):
        assert (np.asarray(sql[name]) == mine[column].to_numpy()).all(), name
        assert (frame[name].to_numpy() == mine[column].to_numpy()).all(), name
    assert (np.asarray(sql["far"]) == far).all() and (frame["far"].to_numpy() == far).all()
    for row, (given, _, _) in enumerate(in_a_loop(data.head(LOOP_ROWS))()):
        assert (-1 if given is None else int(given * 100)) == mine["points"].iat[row], row


def main() -> None:
    """Print one JSON document with speeds, ratios, memory and growth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    policy = in_force(ROOT, "mof-2020-10", 2021)
    texts = indicators(arguments.rows)
    parsing = seconds(lambda: parse_frame(texts, 2021), 1)
    parsed = parse_frame(texts, 2021)
    draw = np.random.default_rng(7)
    weights = pd.Series(draw.integers(1, 31, len(parsed)) * 5000, parsed.index)
    data = table(parsed, weights)
    agree(data, ours(parsed, weights, policy)())
    works = {
        "jixiao": ours(parsed, weights, policy),
        "duckdb": in_duckdb(data),
        "polars": in_polars(data),
    }
    times = {name: seconds(work, arguments.rounds) for name, work in works.items()}
    loop = seconds(in_a_loop(data.head(LOOP_ROWS)), 1) * arguments.rows / min(LOOP_ROWS, arguments.rows)
    sizes = [10**power for power in range(4, 7) if 10**power <= arguments.rows]
    growth = {n: seconds(ours(parsed.head(n), weights.head(n), policy), arguments.rounds) for n in sizes}
    result = {
        "rows": arguments.rows,
        "rows_per_second": {n: round(arguments.rows / t) for n, t in [*times.items(), ("loop", loop)]},
        "jixiao_against_the_slower_engine": round(max(times["duckdb"], times["polars"]) / times["jixiao"], 2),
        "jixiao_against_the_faster_engine": round(min(times["duckdb"], times["polars"]) / times["jixiao"], 2),
        "jixiao_against_the_loop": round(loop / times["jixiao"], 1),
        "peak_MiB": round(peak(works["jixiao"]), 1),
        "microseconds_per_row_by_size": {n: round(t / n * 1e6, 3) for n, t in growth.items()},
        "parsing_rows_per_second": round(arguments.rows / parsing),
        "distinct_texts": len(texts.drop_duplicates()),
    }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
