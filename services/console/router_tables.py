"""How an evaluation is told: to a person, and as JSON."""

from collections.abc import Mapping
from typing import Any

import click

from services.router.classifier.evaluating import Evaluation

COLUMNS_MAX = 30  # a wider confusion table is left to --json


def evaluation_document(one: Evaluation) -> dict[str, Any]:
    return one._asdict() | {"by_code": [code._asdict() for code in one.by_code]}


def tell_evaluation(one: Evaluation, names: Mapping[str, str]) -> None:
    """names: code -> name."""
    click.echo(f"macro-F1                  {one.macro_f1:.4f}   accuracy {one.accuracy:.4f}")
    click.echo(f"coverage at 98 % right    {one.coverage:.1%}   from {one.sure_from:.4f} on")
    click.echo(f"calibration error         {one.calibration_error:.4f}")
    click.echo("item        texts  precision  recall     F1")
    for of in one.by_code:
        figures = f"{of.texts:>6}{of.precision:>11.3f}{of.recall:>8.3f}{of.f1:>7.3f}"
        click.echo(f"{of.code:<11}{figures}  {names.get(of.code, '')}")
    if len(one.codes) > COLUMNS_MAX:
        return
    click.echo("confusion: a row per true item, a column per answer")
    width = max(map(len, one.codes)) + 2
    width = max(width, len(str(one.texts)) + 1)
    click.echo(" " * width + "".join(f"{code:>{width}}" for code in one.codes))
    for code, row in zip(one.codes, one.confusion, strict=True):
        click.echo(f"{code:<{width}}" + "".join(f"{count:>{width}}" for count in row))
