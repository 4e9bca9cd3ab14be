"""Shows the outcome of a bench: show.py [--json] FILE.json …

The objects of the files are put together, in the order of the files. A list of objects is shown as a table of its own.
Targets stand in "targets", as {"figure": [comparison, limit]}.
"""

import json
import sys


def text(value: object) -> str:
    if isinstance(value, list):
        return "  ".join(text(item) for item in value)
    return "" if value is None else str(value)


def table(rows: list[dict]) -> list[str]:
    columns = list(rows[0])
    cells = [columns] + [[text(row.get(column)) for column in columns] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(columns))]
    numeric = [isinstance(rows[0][column], (int, float)) for column in columns]
    return [
        "  " + "  ".join(cell.rjust(w) if n else cell.ljust(w) for cell, w, n in zip(row, widths, numeric)).rstrip()
        for row in cells
    ]


def verdict(value: float | None, target: list) -> str:
    comparison, limit = target
    met = value is not None and (value <= limit if comparison == "<=" else value >= limit)
    return f"  {'meets' if met else 'MISSES'} the target {comparison} {limit}"


def show(result: dict) -> list[str]:
    targets = result.get("targets", {})
    lines, tables = [], []
    for name, value in result.items():
        if name == "targets":
            continue
        if isinstance(value, list) and value and isinstance(value[0], dict):
            tables += ["", f"{name}:", *table(value)]
        else:
            lines.append(f"{name:<28} {text(value)}{verdict(value, targets[name]) if name in targets else ''}")
    return lines + tables


def main() -> None:
    files = [name for name in sys.argv[1:] if name != "--json"]
    result: dict = {}
    for name in files:
        with open(name, encoding="utf-8") as file:
            result |= json.load(file)
    print(json.dumps(result) if "--json" in sys.argv else "\n".join(show(result)))


main()
