"""`python -m jixiao.reconstruction 2022`: data/2022/published.yml in, the CSV files of data/2022 out."""

from __future__ import annotations

from pathlib import Path

import click
import yaml

from jixiao.errors import JixiaoError
from jixiao.reconstruction import reconstruct, write


@click.command(help="由公布的统计数重构 YEAR 年度的数据表；在含有 data/ 的文件夹中运行。")
@click.argument("year")
@click.option("--departments", type=int, help="预算单位数；不给时同公布数")
@click.option("--projects", type=int, help="项目数；不给时同公布数")
@click.option("--seed", type=int, default=2022, show_default=True, help="随机种子")
@click.option(
    "--published", type=click.Path(path_type=Path), help="公布的统计数，默认 data/YEAR/published.yml"
)
@click.option("--into", type=click.Path(path_type=Path), help="写入的文件夹，默认 data/YEAR")
def main(
    year: str,
    departments: int | None,
    projects: int | None,
    seed: int,
    published: Path | None,
    into: Path | None,
) -> None:
    """Read the published aggregates, rebuild the tables and write them."""
    source = published or Path("data", year, "published.yml")
    if not source.is_file():
        raise click.ClickException(
            f"没有 {source}；请在仓库的根文件夹运行，或用 --published 指明公布的统计数"
        )
    aggregates = yaml.safe_load(source.read_text(encoding="utf-8"))
    try:
        tables = reconstruct(aggregates, seed, departments, projects)
    except JixiaoError as error:
        raise click.ClickException(str(error)) from error
    written = write(tables, into or Path("data", year))
    click.echo(f"已写入 {len(written)} 张表：{written[0].parent}")


if __name__ == "__main__":
    main()
