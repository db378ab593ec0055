"""`python -m tools.reconstruction 2022`: data/2022/published.yml in, the CSV files of data/2022 out.

A year of which nothing was published is made from invented totals: tools/reconstruction/totals_2023.yml.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from tools.reconstruction import reconstruct
from tools.reconstruction.following import Earlier

from jixiao.kit import commits, places, strict_yaml
from jixiao.kit.errors import Fault, JixiaoError, TableError
from jixiao.year import table_files, tables
from jixiao.year.params import RECONSTRUCTION

TOTALS = Path("tools", "reconstruction")


@click.command(help="由公布的统计数重构 YEAR 年度的数据表；在含有 data/ 的文件夹中运行。")
@click.argument("year")
@click.option("--departments", type=int, help="预算单位数；不给时同公布数")
@click.option("--projects", type=int, help="项目数；不给时同公布数")
@click.option("--seed", type=int, help="随机种子，默认 YEAR")
@click.option(
    "--published",
    type=click.Path(path_type=Path),
    help="公布的统计数，默认 data/YEAR/published.yml；没有公布过的，默认编造的 tools/reconstruction/totals_YEAR.yml",
)
@click.option("--into", type=click.Path(path_type=Path), help="写入的文件夹，默认 data/YEAR")
def main(
    year: str,
    departments: int | None,
    projects: int | None,
    seed: int | None,
    published: Path | None,
    into: Path | None,
) -> None:
    """Read the published aggregates, rebuild the tables and write them."""
    places_of_totals = (Path("data", year, "published.yml"), TOTALS / f"totals_{year}.yml")
    source = published or next((path for path in places_of_totals if path.is_file()), places_of_totals[0])
    if not source.is_file():
        raise click.ClickException(
            f"没有 {source}；请在仓库的根文件夹运行，或用 --published 指明公布的统计数"
        )
    folder = into or Path("data", year)
    try:
        _refuse_recorded(Path("params", f"{year}.yml"), folder)
        aggregates = strict_yaml.read(source, str(source)).value
        root = Path.cwd()
        chosen = int(year) if seed is None else seed
        made = reconstruct(aggregates, chosen, departments, projects, earlier(root, aggregates))
        files = {f"{name}.csv": table_files.csv_text(frame).encode() for name, frame in made.items()}
        if places.resolved(folder).parent == root / commits.SOURCES:
            with commits.held(root, folder):
                contents = ((f"{commits.SOURCES}/{folder.name}/{name}", files[name]) for name in files)
                commits.write(root, folder, f"reconstruction {year}", contents)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            for name, content in files.items():
                places.write_whole(folder / name, content)
    except JixiaoError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"已写入 {len(made)} 张表：{folder}")


def earlier(root: Path, aggregates: Mapping[str, Any]) -> Earlier | None:
    """What the year takes from the tables of the one that it follows; None where it follows none."""
    if "follows" not in aggregates:
        return None
    year = aggregates["follows"]["year"]
    problems, subjects = (tables.read_one(root, str(year), name) for name in ("problems", "subjects"))
    return Earlier(year, problems, subjects)


def _refuse_recorded(params: Path, folder: Path) -> None:
    """Recorded data are never replaced by invented rows."""
    if folder.parent.name != "data" or not params.is_file() or not any(folder.glob("*.csv")):
        return
    if strict_yaml.read(params, str(params)).value.get("data_origin") != RECONSTRUCTION:
        raise TableError(
            Fault(str(folder), "已有实际填报的数据，不能用重构数据覆盖", remedy="用 --into 另指文件夹")
        )


if __name__ == "__main__":
    main()
