"""The commands that show the rules: how points come about, the policies, the checks."""

from __future__ import annotations

from typing import Any

import click

from jixiao.commands import printing, usage
from jixiao.kit import places
from jixiao.kit.errors import Fault, ParameterError


@click.command(cls=usage.Command)
@click.argument("rule_id", metavar="[ID]", required=False)
@usage.JSON
def rules(rule_id: str | None, as_json: bool) -> None:
    """列出全部审核规则；给出 ID 时，说明该规则的含义、依据、参数、误报和处理办法。"""
    from jixiao.checks import cards
    from jixiao.proofreading.rules import cards as proofreading_cards

    known: dict[str, Any] = {**cards.read(), **proofreading_cards.read()}
    rule_id = rule_id and rule_id.upper()
    if rule_id and rule_id not in known:
        from jixiao.kit.strict_yaml import suggestion

        raise ParameterError(Fault("审核规则", f"没有“{rule_id}”", remedy=suggestion(rule_id, tuple(known))))
    found = [known[rule_id]] if rule_id else list(known.values())
    if as_json:
        printing.document([card.as_json() for card in found])
    elif rule_id:
        as_text = proofreading_cards.as_text if rule_id in proofreading_cards.read() else cards.as_text
        printing.lines(as_text(found[0]).splitlines())
    else:
        rows = (
            (card.id, "校对" if card.id in proofreading_cards.read() else card.severity.words, card.name)
            for card in found
        )
        printing.lines(printing.aligned(rows))


@click.command(cls=usage.Command)
@click.option(
    "--policy", "policy_id", default="mof-2020-10", show_default=True, help="评分规则，见 jixiao policies。"
)
@click.option("--on", "on", metavar="DATE", help="取哪一天施行的规则，如 2021-12-31；默认为今天。")
@click.option("--weight", metavar="POINTS", help="指标分值。")
@click.option("--target", metavar="TEXT", help="年度指标值，照表里写，如 ≥50个。")
@click.option("--actual", metavar="TEXT", help="实际完成值，照表里写，如 45个。")
@click.option("--claimed", metavar="POINTS", help="自评得分，与规则得分对照。")
@click.option("--unit", metavar="TEXT", default="", help="单独一列的度量单位。")
@click.option("--nature", metavar="TEXT", default="", help="单独一列的指标性质：定量 或 定性。")
@click.option("--name", metavar="TEXT", default="", help="指标名称（规则按名称计分时用）。")
@click.option("--satisfaction", is_flag=True, help="这是满意度指标。")
@click.option("--elements", nargs=2, metavar="MET OF", help="按要素计分：符合几项，共几项。")
@click.option("--goal-review", metavar="TEXT", help="目标审核各要素得分，如 完整性=18,相关性=27。")
@click.option("--execution", nargs=2, metavar="BUDGET SPENT", help="全年预算数和全年执行数。")
@click.option("--finished/--unfinished", default=None, help="项目是否已完成（分档计分时用）。")
@click.option("--total", metavar="SCORE", help="总分，看执行率封顶后是多少。")
@click.option(
    "--groups",
    metavar="TEXT",
    help="各一级指标的得分和分值，如 产出指标=48/50,效益指标=24/30，看怎样合成总分。",
)
@click.option("--execution-rate", metavar="RATE", help="预算执行率，如 0.75 或 75%。")
@click.option("--grade", metavar="SCORE", help="分数，看属于哪个等级。")
@usage.JSON
def explain(policy_id: str, on: str | None, as_json: bool, **asked: Any) -> None:
    """说明一项指标、一个执行率、一个总分或等级按规则如何得分：分数、算式、规则和条款。"""
    from jixiao.rules import questions
    from jixiao.rules.policy import on_date

    policy = on_date(places.find_root(), policy_id, questions.day(on))
    explanation = questions.answer(policy, questions.Question(**asked))
    if as_json:
        printing.document(explanation.as_json() | {"policy": policy_id})
    else:
        printing.lines(explanation.as_text().splitlines())


@click.command(cls=usage.Command)
@click.argument("policy_id", metavar="[ID]", required=False)
@click.option("--on", "on", metavar="DATE", help="取哪一天施行的规则，如 2021-12-31；默认为今天。")
@usage.JSON
def policies(policy_id: str | None, on: str | None, as_json: bool) -> None:
    """列出评分规则；给出 ID 时，列出该规则各项的取值和出处。"""
    from jixiao.rules import policy as policy_
    from jixiao.rules import questions

    root = places.find_root()
    date = questions.day(on)
    found = [policy_.on_date(root, policy_id, date)] if policy_id else policy_.all_in_force(root, date)
    if as_json:
        printing.document([questions.policy_as_json(each) for each in found])
    else:
        for each in found:
            printing.lines(questions.policy_as_text(each, whole=policy_id is not None))
