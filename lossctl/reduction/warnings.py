"""What a person should know about a result although it stands."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import numpy as np

from lossctl.binding.binding import Binding, of_rows
from lossctl.binding.names import USUAL, typed, usual_for
from lossctl.binding.role_source import RoleSource
from lossctl.errors import plural, quoted
from lossctl.files.states import identity
from lossctl.question.question import Quantile
from lossctl.question.request import Request
from lossctl.reduction.group_losses import GroupLosses
from lossctl.results.results import Results
from lossctl.scoring.tally import Tally
from lossctl.statistics.loss_moments import LossMoments
from lossctl.text import number_text


def warnings_of(request: Request, binding: Binding, tally: Tally, groups: GroupLosses, results: Results) -> list[str]:
    """The warnings of one run."""
    said = [f"{plural(count, 'row')} {what} (--normalize)" for what, count in tally.facts.counts.items()]
    said += _of_quantiles(request.question.quantiles)
    if (weight := binding.unused_weight) is not None:
        said.append(f"the column {quoted(weight)} is not used; to weight rows: {typed('weight', weight)}")
    said += binding.doubts
    said += filter(None, map(_misnamed, binding.roles, binding.roles.values()))
    said += _one_column(binding.roles)
    said += filter(None, [binding.same_targets])
    said += (mispaired.warning() for mispaired in tally.shared.mispaired(binding.shared))
    said += tally.facts.standing(tally.used)
    for bound in of_rows(binding.losses):
        loss, total = bound.loss, tally.settled(bound).of(LossMoments).total(bound.loss)
        if total.infinite:
            ways = "; save logits and use --from logits, or limit probabilities: clip=1e-7" if loss.loss.reads_classes else ""
            first = binding.roles[next(iter(bound.form.roles))].text
            rows = f"{plural(total.infinite, 'row')}, first row {total.first_infinite} of {first}"
            said.append(f"{loss} is inf for {rows}{ways}")
        elif math.isinf(results.columns[binding.losses.index(bound)]["sum"].item(0)):
            said.append(f"the sum of {loss} overflows")
    said += words_of_groups(groups, results)
    return [f"{binding.run}: {words}" for words in said]


def _of_quantiles(quantiles: Sequence[Quantile]) -> list[str]:
    """Words for quantiles that may have been meant as shares, 0.5 for the median: they are percentages."""
    if not quantiles or not all(0 < quantile.share < Fraction(1, 100) for quantile in quantiles):
        return []
    meant = ",".join(number_text(float(100**2 * quantile.share)) for quantile in quantiles)
    shares = ",".join(quantile.text[1:] for quantile in quantiles)
    return [f"quantiles are percentages; the shares {shares} would be --quantiles {meant}"]


def words_of_groups(groups: GroupLosses, results: Results) -> list[str]:
    """Words for groups that losses leave out, and for how many of `--by` each has no value."""
    if results.places == 1:
        return groups.said
    counted = plural(results.places - 1, "group")
    return groups.said + [
        f"{head['loss']} has no value in {count:,} of {counted}"
        for head, columns in zip(results.losses, results.columns, strict=True)
        if (count := np.count_nonzero(np.isnan(columns["value"][1:])))
    ]


def _one_column(roles: Mapping[str, RoleSource]) -> Iterator[str]:
    """Words for each two roles that are read from the same columns, by whatever name of the file."""
    for (name, source), (other, second) in itertools.combinations(roles.items(), 2):
        same = [
            [(identity(table.path), selection.columns) for table, selection in shards]
            for shards in (zip(role.tables, role.selections, strict=True) for role in (source, second))
        ]
        if same[0] != same[1]:
            continue
        from lossctl.formats.numpy.arrays import ArrayTable  # rarely the same

        if not isinstance(source.tables[0], ArrayTable):
            yield f"the {name} and the {other} are one column, {source.text}"


def _misnamed(role: str, source: RoleSource) -> str | None:
    """Words for a file's only column that serves as pred or target though its name is usual for the other."""
    if not source.by_itself or role not in USUAL or len(source.selections[0].columns) != 1:
        return None
    other = usual_for(source.columns[0])
    if other in (role, None):
        return None
    return f"the {role} is {source.text}, by its name a {other}; if that is meant, name the column"
