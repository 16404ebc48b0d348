"""What a person should know about a result although it stands."""

from __future__ import annotations

import math
from collections.abc import Sequence

from lossctl.binding.binder import Binding
from lossctl.binding.names import USUAL
from lossctl.binding.role_source import RoleSource
from lossctl.engine.score import Tally
from lossctl.errors import plural
from lossctl.results.document import Result


def warnings_of(binding: Binding, tally: Tally, results: Sequence[Result]) -> list[str]:
    """The warnings of one run."""
    said = [f"{binding.run}: {plural(count, 'row')} {what} (--normalize)" for what, count in tally.facts.counts.items()]
    if binding.unused_weight:
        said.append(f"{binding.run}: the column 'weight' is not used; to weight rows: -w weight")
    said += [f"{binding.run}: {words}" for name, source in binding.sources.items() if (words := _misnamed(name, source))]
    for result, statistics, (bound, form) in zip(results, tally.statistics, binding.losses, strict=False):
        if statistics.infinite:
            ways = "; save logits and use --from logits, or limit probabilities: clip=1e-7" if bound.loss.reads_classes else ""
            first = binding.sources[next(iter(form.roles))].text
            rows = f"{plural(statistics.infinite, 'row')}, first row {statistics.first_infinite} of {first}"
            said.append(f"{binding.run}: {result.loss} is inf for {rows}{ways}")
        elif math.isinf(result.sum):
            said.append(f"{binding.run}: the sum of {result.loss} overflows")
    return said


def _misnamed(role: str, source: RoleSource) -> str | None:
    """Words for a file's only column that serves as pred or target though its name is usual for the other."""
    if not source.by_itself or role not in USUAL or len(source.columns) != 1:
        return None
    other = next((one for one, names in USUAL.items() if one != role and source.columns[0] in names), None)
    return other and f"the {role} is {source.text}, by its name a {other}; if that is meant, name the column"
