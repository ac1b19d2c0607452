"""Other ways of printing the same: spaces of line wraps, full width, colons, synonyms, lines around.

What is printed says the same, so the truth stays, but for a title that has the year in it.
"""

from random import Random

from tests.damage.model import Form, one_or_any

SYNONYMS = {
    "department": {
        "indicator": ("三级指标", "指标名称", "指标内容"),
        "full_year": ("年度指标值", "全年指标值", "指标值"),
        "half_year": ("半年指标值",),
        "level1": ("一级指标",),
    },
    "project": {
        "level1": ("类别", "一级指标"),
        "indicator": ("三级指标", "指标内容", "指标名称"),
        "full_year": ("指标值", "年度指标值", "目标值"),
    },
}
WIDE = str.maketrans({"%": "％", "=": "＝"} | {str(d): chr(0xFF10 + d) for d in range(10)})


def wrap(rng: Random, text: str) -> str:
    """A space where a line wrap was, between two characters of Chinese."""
    places = [
        at
        for at in range(2, len(text) - 1)
        if all("一" <= c <= "鿿" for c in text[at - 1 : at + 1]) and " " not in text
    ]
    return text[: (at := rng.choice(places))] + " " + text[at:] if places else text


def _wrap_all(form: Form, rng: Random) -> None:
    """Labels, headers and names wrapped, each kind at a rate of its own."""
    labels, heads, names, fields = (rng.choice([0.0, 0.15, 0.5]) for _ in range(4))
    for role in ("level1", "level2", "key_task"):
        for label, _ in form.spans(role):
            if rng.random() < labels:
                label.shown = wrap(rng, label.shown)
    for row in form.rows:
        if row.kind == "header":
            row.parts = {r: wrap(rng, t) if rng.random() < heads else t for r, t in row.parts.items()}
        elif row.kind == "indicator" and rng.random() < names:
            row.parts["indicator"] = wrap(rng, row.parts["indicator"])
        for one in row.fields:
            if rng.random() < fields:
                one.shown_label = wrap(rng, one.shown_label)


def _widen(form: Form, rng: Random) -> None:
    """Digits and signs in full width."""
    for row in form.rows:
        for role in ("half_year", "full_year", "indicator"):
            if row.kind == "indicator" and row.parts.get(role) and rng.random() < 0.8:
                row.parts[role] = row.parts[role].translate(WIDE)
    form.year_line = form.year_line.translate(WIDE)


def _colons(form: Form, rng: Random) -> None:
    """Labels with a colon."""
    levels = rng.random() < 0.3
    for row in form.rows:
        for one in row.fields:
            if not one.shown_label.endswith((":", "：")):
                one.shown_label += "："
    for role in ("level1", "level2") if levels else ():
        for label, _ in form.spans(role):
            label.shown += "："


def _synonyms(form: Form, rng: Random) -> None:
    """Headers in other words."""
    chosen = {role: rng.choice(words) for role, words in SYNONYMS[form.family].items()}
    for row in form.rows:
        if row.kind == "header":
            row.parts |= {role: chosen[role] for role in row.parts if role in chosen and row.parts[role]}


def _in_yuan(form: Form, rng: Random) -> None:
    """Sums in 元."""
    shape = rng.choice(["{:.0f}", "{:.2f}", "{:,.2f}"])
    for row in form.rows:
        if row.kind not in ("income", "expenditure", "subproject", "funding_source"):
            continue
        for role, text in row.parts.items():
            row.parts[role] = text.replace("（万元）", "（元）")
            if role not in ("item", "group") and text.replace(",", "").replace(".", "").isdigit():
                row.parts[role] = shape.format(float(text.replace(",", "")) * 10000)


def _year_in_title(form: Form, rng: Random) -> None:
    """The year stands in the title's line."""
    title = str(form.filing["title"])
    year = form.filing["fiscal_year"]
    shown = rng.choice([f"{year}年度{title}", f"{title}（{year}年度）", f"{year}年{title}"])
    form.title = form.title.replace(title, shown)
    form.filing["title"] = one_or_any([title, shown])
    form.year_line = ""


def _unit_line(form: Form, rng: Random) -> None:
    """A line that says the unit of the sums."""
    yuan = any("（元）" in text for row in form.rows for text in row.parts.values())
    form.above.append(rng.choice(["单位：", "金额单位："]) + ("元" if yuan else "万元"))
    if rng.random() < 0.4:
        for row in form.rows:
            if row.kind in ("income", "expenditure", "subproject", "funding_source"):
                row.parts = {r: t.replace("（万元）", "").replace("（元）", "") for r, t in row.parts.items()}


def _markup(form: Form, rng: Random) -> None:
    """Long texts with indents, entities, and more tags."""
    indent = rng.choice(["　　", "&nbsp;&nbsp;", "&emsp;", ""])
    wrapped = rng.choice([("", ""), ("<span>", "</span>"), ("<strong>", "</strong>")])
    for row in form.rows:
        for one in row.fields:
            if len(one.shown_value) > 60 and "value" not in row.parts:
                text = one.shown_value
                opened, closed = f"<p>{wrapped[0]}{indent}", f"{wrapped[1]}</p>"
                text = text.replace("<p>", opened).replace("</p>", closed) if "<p>" in text else indent + text
                one.shown_value = text


def _thousands(form: Form, rng: Random) -> None:
    """Sums with separators and two places."""
    for row in form.rows:
        for role, text in row.parts.items():
            if row.amounts and role not in ("item", "group") and text.replace(".", "").isdigit():
                row.parts[role] = f"{float(text):,.2f}"


def restyle(form: Form, rng: Random) -> None:
    """Two to five of these, and ways of the file."""
    ways = [
        _in_yuan,
        _thousands,
        _wrap_all,
        _widen,
        _colons,
        _synonyms,
        _unit_line,
        _year_in_title,
        _markup,
    ]
    chosen = rng.sample(ways, rng.randint(2, 5))
    for way in ways:
        if way in chosen:
            way(form, rng)
    files = ["strip_tabs", "no_leading", "crlf", "bare_title"]
    form.printing |= set(rng.sample(files, rng.randint(1, 3)))
    if "bare_title" in form.printing:
        form.title = form.title.removeprefix("# ")
    elif rng.random() < 0.4 and not form.title.startswith("#"):
        form.title = f"# {form.title}"
    if rng.random() < 0.3:
        form.printing.add("rule")


def printed(form: Form, text: str) -> str:
    """The text in the ways of the file."""
    if "strip_tabs" in form.printing:
        text = "\n".join(line.rstrip("\t") for line in text.split("\n"))
    if "no_leading" in form.printing:
        text = text.lstrip("\n")
    return text.replace("\n", "\r\n") if "crlf" in form.printing else text
