"""Opens the files of a run and finds in them what its losses need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field

from lossctl.binding.binding import Binding, BoundForm, class_count
from lossctl.binding.checks import check_fit, check_form, check_given, check_orders, check_tables, observed
from lossctl.binding.class_names import alphabetical, names_of_classes
from lossctl.binding.columns import Columns, whole_array
from lossctl.binding.forms import choose_forms, fit_alike, uses_of, vectors_of
from lossctl.binding.headers import NoSuchColumn, header_meant
from lossctl.binding.keys import keys_of, shared_keys
from lossctl.binding.kinds import read_for
from lossctl.binding.labelled_scores import labelled_scores
from lossctl.binding.levels import check_levels, other_levels
from lossctl.binding.named_tables import NamedTables, also_in, find_first, places_of
from lossctl.binding.names import column_option, find_classes, find_usual, find_weight, typed
from lossctl.binding.opened import OpenedTables
from lossctl.binding.role_source import RoleSource, check_distinct, find, select, shards
from lossctl.binding.same_targets import same_targets
from lossctl.binding.unnamed import Unnamed, condition_on, elsewhere, longer_meant
from lossctl.errors import DataError, NoColumn, UsageError, listed
from lossctl.files.streams import name_of, name_of_source
from lossctl.formats.table import Kind, Table
from lossctl.losses.declaration import WHOLE, Form
from lossctl.losses.roles.roles import BATCH, GroupRole, Role
from lossctl.losses.roles.shapes import Fit, ShapesDisagree, fit_of
from lossctl.losses.text import BoundLoss
from lossctl.question.inputs import RunInput
from lossctl.question.request import Request
from lossctl.question.src import ASIDE, Src
from lossctl.record import record, replace


@record(frozen=False)
class Binder:
    """Opens the files of one run, each once, and finds the roles in them. compared: with other runs, row by row."""

    request: Request
    run: RunInput
    compared: bool = False
    tables: tuple[Table, ...] = ()
    opened: OpenedTables = field(init=False)
    _found: dict[str, RoleSource] = field(default_factory=dict)
    _doubts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.opened = OpenedTables(self.request.inputs, self.run)

    def bind(self) -> Binding:
        """Every role that the losses need, and weights, keys, groups and kept columns where asked for; DataError otherwise."""
        inputs, found = self.request.inputs, self._found
        self.tables = self.opened.of(self.run.preds)
        if inputs.model is not None:
            from lossctl.binding.models import of_model  # most tables are of one model

            self.tables = self.opened.narrowed(of_model(self.tables, self.run, self.request))
        chosen, left_out = choose_forms(self.request.question.losses, self._choose_form, leave_out=not self.compared)
        wanted = self._uses(chosen)
        labels = tuple(name for name, uses in wanted.items() if all(role.labels for role, _ in uses))
        ignored = labels or observed(wanted)
        check_given(self.request, wanted, labels, ignored, found)
        own = {name: found[name] for name in wanted if all(src.of_own_table for src in inputs.roles.get(name, ()))}
        check_distinct(own, inputs.roles)
        names = names_of_classes(self.request, wanted, labels, found, class_count(chosen))
        self._doubts += filter(None, (alphabetical(bound, names, found) for bound in chosen))
        binding = Binding(
            run=self.run.name,
            left_out=left_out,
            losses=tuple(
                replace(bound, fitted=bound.loss.for_classes(bound.fit.classes, names.names if names is not None else ()))
                for bound in chosen
            ),
            roles={name: read_for(uses, found[name], names, [found[label] for label in labels]) for name, uses in wanted.items()},
            weight=self._source("weight", inputs.weight).read_single() if inputs.weight else None,
            groups=self._aside("by", inputs.groups, repeats=True),
            keep=self._aside("keep", inputs.keep),
            unit=self._source("unit", inputs.unit).read_as(Kind.TEXT, repeats=True) if inputs.unit else None,
            conditions=tuple(
                (condition, self._source("where", [condition.src]).read_as(Kind.TEXT, repeats=True)) for condition in inputs.where
            ),
            label_names=names,
            labels=labels,
            ignored=ignored,
            doubts=tuple(dict.fromkeys(self._doubts)),
            unused_weight=None if inputs.weight else find_weight(self.tables),
        )
        check_tables(self.tables, binding, inputs.roles)
        same = same_targets(binding.roles.get("target"), lambda path: inputs.syntax_of(path, None, self.run))
        binding = self._paired(replace(binding, same_targets=same))
        return replace(binding, losses=tuple(replace(bound, columns=binding.columns_of(bound)) for bound in binding.losses))

    def _uses(self, chosen: Sequence[BoundForm]) -> dict[str, list[tuple[Role, Fit]]]:
        """How the losses read each of their roles; losses of the whole dataset read the batches that rows are in, if they are."""
        wanted = uses_of(chosen)
        batches = self.request.inputs.roles.get(BATCH)
        if batches is not None and any(bound.loss.loss.unit == WHOLE for bound in chosen):
            wanted.setdefault(BATCH, [(GroupRole(), Fit())])
            self._found.setdefault(BATCH, self._source(BATCH, batches))
        return wanted

    def _paired(self, binding: Binding) -> Binding:
        """The binding with the keys by which rows pair, or that show whether rows which pair by order belong together."""
        inputs, sources = self.request.inputs, [source for _, source in binding.uses()]
        if inputs.keys or inputs.in_order:
            return replace(binding, keys=self._keys(sources))
        used = [*binding.roles.values(), *([] if binding.weight is None else [binding.weight])]
        return replace(binding, shared=shared_keys(sources, used, alone=self.compared))

    def _choose_form(self, loss: BoundLoss) -> BoundForm:
        """The form of which most roles are given and all are there. Roles are looked up once for all losses."""
        found, given = self._found, set(self.request.inputs.roles)
        forms = sorted(loss.loss.forms, key=lambda form: -len(given & set(form.roles)))
        decided = len(forms) == 1 or len(given & set(forms[0].roles)) > len(given & set(forms[1].roles))
        if self.request.question.scale is not None and loss.loss.reads_classes:
            forms = [form for form in forms if form.reads_scale]
        problems: list[DataError] = []
        fitting: list[BoundForm] = []
        for form in forms[:1] if decided else forms:
            if any(set(form.roles) == set(other.form.roles) for other in fitting):
                continue
            try:
                for place, name in enumerate(form.roles):
                    if name not in found:
                        source = self._find(name, first=place == 0)
                        found[name] = source.as_classes() if form.roles[name].of_classes else source
                fit = self._fit(loss, form)
                fitting.append(BoundForm(loss, form, fit, loss, vectors_of(form, found, self.request.inputs.roles)))
            except DataError as missing:
                problems.append(missing)
        if len(fitting) == 1:
            self._doubts += other_levels(loss, found[next(iter(fitting[0].form.roles))])
            self._doubts += labelled_scores(fitting[0].form, fitting[0].fit, found)
            return fitting[0]
        if problems and not fitting:
            raise next((problem for problem in problems if isinstance(problem, NoColumn) and problem.inner), problems[0])
        raise fit_alike(loss, fitting, self.run.name)

    def _fit(self, loss: BoundLoss, form: Form) -> Fit:
        """How the sources of a form go together; UsageError or DataError where they do not."""
        question, found = self.request.question, self._found
        check_form(loss, form, found, question.scale)
        check_orders(form, found)
        for name, role in form.roles.items():
            if role.as_words:
                found[name].check_single()
            elif not role.labels and not role.text:  # labels may be words, as the names of the predictions' columns will tell
                found[name].check(Kind.LABEL if role.or_labels else Kind.NUMBER, ragged=True)
            if role.or_labels and found[name].begins_with_word:
                raise DataError(f"the {name} holds words", where=found[name].text)
        try:
            lists = [name for name in form.roles if found[name].lists]
            fit = fit_of(form.roles, {name: found[name].shape for name in form.roles}, lists, question.class_axis)
        except ShapesDisagree as apart:
            where = " and ".join(dict.fromkeys(name_of_source(found[name].text) for name in form.roles))
            raise DataError(f"{loss.loss.name}: {apart.problem}", where=where, hint=apart.hint) from None
        check_fit(loss, form, fit, found)
        check_levels(loss, found[next(iter(form.roles))])
        return fit

    def _find(self, name: str, *, first: bool) -> RoleSource:
        if name in self.request.inputs.roles:
            return self._source(name, self.request.inputs.roles[name])
        if not self.tables:
            raise UsageError(f"no file given for the {name}", hint=f"name one: {column_option(name)}FILE, or give a PRED")
        if not first and self.tables[0].is_array:
            problem = f"no {name} given, and {name_of(self.tables[0].path)} is a bare array"
            array = "give it as an array, or " if self.request.inputs.handed else ""
            raise DataError(problem, hint=f"{array}name its file: {column_option(name)}FILE")
        return self._usual(name, self.tables, self.run.files, alone=first)

    def _source(self, name: str, sources: Sequence[Src]) -> RoleSource:
        """The source that SRCs name: a column of the run's own tables, or files that are shards."""
        if all(src.of_own_table for src in sources):
            if len(sources) > 1:
                if name in ASIDE:
                    raise UsageError(f"several columns for the {name}, which is one: {listed(src.text for src in sources)}")
                problem = f"several columns for the {name}; shards are files"
                raise UsageError(problem, hint=f"for a vector use a pattern: {column_option(name)}'p_*'")
            return self._own(name, sources[0])
        if any(src.of_own_table for src in sources):
            raise UsageError(f"the shards of the {name} are files; {sources[0].text} and the others must each name one")
        parts, start = [], 0
        with header_meant(sources, self.tables):
            tables = self.opened.of(sources)
        for src in sources:
            own = tables[start : start + self.opened.count(src)]
            start += len(own)
            file = src.file or src.text
            if src.column is None:
                parts.append(self._usual(name, own, file, alone=True, named=src.file))
            else:
                with longer_meant(name, src, own, self.request):
                    parts.append(find(own, src, file, self.request.question.classes))
        return parts[0] if len(parts) == 1 else shards(parts)

    def _own(self, name: str, src: Src) -> RoleSource:
        """What an option names without a file."""
        own = NamedTables(self.tables, self.run.files)
        places = places_of(name, own, self.request.inputs.roles, self._found)
        inputs = self.request.inputs
        if not places:
            problem = (
                f"{typed(name, src.text, None, condition_on(inputs, src))} names a column, and there is no PRED to find it in"
            )
            raise UsageError(problem, hint="name its file, as in truth.csv:y")
        try:
            with longer_meant(name, src, self.tables, self.request):
                found = find_first(places, src, self.request.question.classes)
        except NoSuchColumn as missing:
            missing.hint = elsewhere(inputs, self.opened, name, src, missing)
            raise
        if said := also_in(places, src, self.request.inputs.keys):
            self._doubts.append(f"{name} {said}")
        return found

    def _aside(self, option: str, sources: Sequence[Src], *, repeats: bool = False) -> dict[str, RoleSource]:
        """Columns of text that are no roles, by their names; where several have one name, as typed, `g1.csv:g`."""
        found = [self._source(option, (src,)).read_as(Kind.TEXT, repeats=repeats) for src in sources]
        names = [src.column or source.columns[0] or source.tables[0].path for src, source in zip(sources, found, strict=True)]
        names = [src.text if names.count(name) > 1 else name for src, name in zip(sources, names, strict=True)]
        if len(set(names)) < len(names):
            raise UsageError(f"two columns of --{option} have one name: {listed(names)}")
        return dict(zip(names, found, strict=True))

    def _usual(self, name: str, tables: Sequence[Table], file: str, *, alone: bool, named: str | None = None) -> RoleSource:
        """The columns of a role by their usual names. named: the file as an option named it, None for the run's own table."""
        columns = [whole_array(table) if table.is_array else self._look_up(table, name, named, alone) for table in tables]
        for table, chosen in zip(tables, columns, strict=True):
            if chosen is None:
                others = (source for source in self._found.values() if len(source.columns) == 1)
                same = next((source.columns[0] for source in others), None)
                raise Unnamed(table, name, named, same, self.request).error()
        return select(tables, [chosen for chosen in columns if chosen is not None], file, by_itself=True)

    def _look_up(self, table: Table, name: str, named: str | None, alone: bool) -> Columns | None:
        """The columns of a role by their usual names; predictions may be called as the classes of --classes."""
        found = find_usual(table, name, named, alone=alone)
        classes = self._classes_of(name)
        return find_classes(table, classes) if found is None and classes is not None else found

    def _classes_of(self, name: str) -> Sequence[str] | None:
        """The classes that columns of a role may be called as, None where it is no predictions, or nothing names the classes."""
        return self.request.question.classes if self.request.question.predicts(name) else None

    def _keys(self, sources: Iterable[RoleSource]) -> tuple[tuple[RoleSource, ...], ...]:
        """The key columns of each set of tables, by which their rows are paired."""
        ids = self.request.inputs.keys
        if not ids:
            return ()
        if any(src.array is not None for src in ids):
            return ((self._source("id", ids).read_as(Kind.TEXT),),)
        return keys_of(
            [*dict.fromkeys(source.tables for source in sources)], ids, self.request.inputs.syntaxes.everywhere.input_format
        )
