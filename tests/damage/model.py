"""A form as its author meant it, and the rows that its print shows. Damages change both."""

from dataclasses import dataclass, field
from typing import Any

from tests.damage.targets import PERIODS, Target

LEVELS = ("level1", "level2", "key_task")


@dataclass(slots=True, eq=False)
class Label:
    """A label that a merged cell prints for several rows.

    ``text`` is what the author wrote, ``shown`` what is printed, ``accepted`` what a fair reader may publish.
    ``standard`` names stand on every form of the family; ``lost`` ones are printed nowhere.
    """

    role: str
    text: str
    standard: bool = False
    shown: str = ""
    accepted: list[str | None] = field(default_factory=list)
    lost: bool = False

    def __post_init__(self) -> None:
        self.shown = self.shown or self.text
        self.accepted = self.accepted or [self.text]


@dataclass(slots=True, eq=False)
class Indicator:
    """An indicator with its labels and targets. ``also`` are further labels that the page leaves open."""

    name: str
    labels: dict[str, Label]
    targets: dict[str, Target]
    standard: bool = False
    subprojects: list[str] | None = None
    explanation: str | None = None
    source: str | None = None
    also: dict[str, list[Label | None]] = field(default_factory=dict)
    accepted: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.accepted = self.accepted or [self.name]

    def open_to(self, role: str, label: Label | None) -> None:
        """The page leaves open whether ``label`` (None: no label) is this row's."""
        if label is not self.labels.get(role) and label not in self.also.get(role, []):
            self.also.setdefault(role, []).append(label)


@dataclass(slots=True, eq=False)
class Field:
    """A labelled field; ``rewoven`` replaces the value where a page cut runs through it."""

    key: str
    label: str
    value: str | None
    shown_label: str = ""
    shown_value: str = ""
    accepted: list[str | None] = field(default_factory=list)
    rewoven: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        self.shown_label = self.shown_label or self.label
        self.shown_value = self.shown_value or self.value or ""
        self.accepted = self.accepted or [self.value]


@dataclass(slots=True, eq=False)
class Amount:
    """A printed sum; one printed line may hold several (its periods)."""

    section: str
    item: str
    parent: str | None
    is_total: bool
    period: str
    amount: float
    accepted: list[str] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Row:
    """A printed row: the text of each role, and which column each role has.

    ``cells`` replaces parts and columns where a shift has moved things. ``breaks`` blank lines stand before.
    ``under`` are all labels that cover a level row, printed on it or not.
    """

    kind: str
    columns: tuple[str, ...]
    parts: dict[str, str]
    indicator: Indicator | None = None
    labels: dict[str, Label] = field(default_factory=dict)
    fields: list[Field] = field(default_factory=list)
    amounts: list[Amount] = field(default_factory=list)
    breaks: int = 0
    block: str = ""
    under: dict[str, Label] = field(default_factory=dict)
    cells: list[str] | None = None

    def shown(self) -> dict[str, str]:
        """What is printed, by role."""
        shown = {role: label.shown for role, label in self.labels.items()}
        for number, one in zip(("", "2", "3"), self.fields, strict=False):
            shown |= {f"label{number}": one.shown_label, f"value{number}": one.shown_value}
        return shown | self.parts

    def covered(self) -> dict[str, Label]:
        """The labels that cover the row."""
        return self.indicator.labels if self.indicator else self.under

    def grid(self) -> list[str]:
        """The cells by column."""
        if self.cells is not None:
            return self.cells
        shown = self.shown()
        return [shown.get(role, "") if role else "" for role in self.columns]


@dataclass(slots=True, eq=False)
class Form:
    """A form with its rows. ``filing`` is the truth of its header.

    ``printing`` holds ways of the file (see style.py), ``above`` lines between the title and the table.
    """

    family: str
    filing: dict[str, Any]
    rows: list[Row]
    fields: list[Field]
    amounts: list[Amount]
    indicators: list[Indicator]
    title: str = ""
    year_line: str = ""
    damage: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    text: str = ""
    printing: set[str] = field(default_factory=set)
    above: list[str] = field(default_factory=list)

    def indicator_rows(self, *blocks: str) -> list[Row]:
        """The rows that hold an indicator, of the blocks named or of all."""
        return [row for row in self.rows if row.indicator and (not blocks or row.block in blocks)]

    def spans(self, role: str) -> list[tuple[Label, list[Row]]]:
        """Every label of a role with the rows that it covers, blank level rows included, in order."""
        found: list[tuple[Label, list[Row]]] = []
        for row in self.rows:
            label = row.covered().get(role)
            if label and found and found[-1][0] is label:
                found[-1][1].append(row)
            elif label:
                found.append((label, [row]))
        return found


def one_or_any(values: list[Any]) -> Any:
    """The value alone, or all that are right."""
    unique: list[Any] = []
    for value in values:
        if value not in unique:
            unique.append(value)
    return unique[0] if len(unique) == 1 else {"any": unique}


def _indicator_truth(indicator: Indicator, department: bool) -> list[dict[str, Any]]:
    row: dict[str, Any] = {}
    for role in LEVELS:
        labels: list[Label | None] = [indicator.labels.get(role), *indicator.also.get(role, [])]
        row[role] = one_or_any([text for label in labels for text in (label.accepted if label else [None])])
    row["indicator"] = one_or_any(list(indicator.accepted))
    if indicator.also:
        row["open"] = sorted(indicator.also)
    rows = []
    for period in [p for p in PERIODS if p in indicator.targets and (department or p == "full_year")]:
        target = indicator.targets[period]
        values: dict[str, Any] = {
            "period": period,
            "target": target.text,
            "comparator": target.comparator,
            "value": target.value,
            "unit": target.unit,
            "qualitative": target.qualitative,
        }
        if target.value_max is not None:
            values["value_max"] = target.value_max
        if not department:
            values |= {
                "subprojects": indicator.subprojects,
                "explanation": indicator.explanation,
                "evidence_source": indicator.source,
            }
        rows.append(row | values)
    return rows


def truth(form: Form) -> dict[str, Any]:
    """What a right reading of the damaged form yields."""
    department = form.family == "department"
    fields = [
        {"field": f.key, "label": f.label}
        | ({"rewoven": f.rewoven} if f.rewoven else {"value": one_or_any(list(f.accepted))})
        for f in form.fields
    ]
    amounts = [
        {
            "section": a.section,
            "item": one_or_any(a.accepted or [a.item]),
            "parent": a.parent,
            "is_total": a.is_total,
            "period": a.period,
            "amount": a.amount,
        }
        for a in form.amounts
    ]
    return {
        "damage": form.damage,
        "steps": form.steps,
        "family": form.family,
        "filing": form.filing,
        "fields": fields,
        "amounts": amounts,
        "indicators": [row for i in form.indicators for row in _indicator_truth(i, department)],
    }
