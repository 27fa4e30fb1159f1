"""The table of outcomes for people."""

from typing import Any

from gpusched.stats.interval import share_interval

MOST_ROWS = 40


def percent(share: float) -> str:
    """Returns a share with three digits."""
    return f"{100 * share:.3g} %"


def print_outcomes(explored: Any, explore: Any, commands: Any) -> None:
    """Prints each outcome with its count, share, interval and first schedule, then the commands that repeat the bad ones."""
    from rich.console import Console

    console = Console(soft_wrap=False)
    if not console.is_terminal:
        console = Console(width=160)
    console.print(_table(explored.tally, explore))
    rate = explored.tally.number / max(explored.seconds, 1e-9)
    console.print(f"{explored.tally.number:,} schedules in {explored.seconds:.1f} s ({rate:,.0f}/s): {explored.stopped}.", highlight=False)
    for key, found in explored.tally.ordered():
        if key.bad:
            for line in _repeat(key, found, explored, commands):
                print(line)


def _table(tally: Any, explore: Any) -> Any:
    """Makes the table."""
    from rich import box
    from rich.table import Table

    title = f"Outcomes, strategy {explore.strategy}" + (f" of depth {explore.depth}, {explore.steps:,} steps" if explore.strategy == "pct" else "")
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for name, justify in (("outcome", "left"), ("where", "left"), ("schedules", "right"), ("share", "right"), ("95 % interval", "right"), ("first", "right")):
        table.add_column(name, justify=justify, no_wrap=justify == "right")  # pyright: ignore[reportArgumentType]
    for key, found in tally.ordered()[:MOST_ROWS]:
        low, high = share_interval(found.count, tally.number)
        name = f"{key.kind}: {key.message}" if key.message else key.kind
        cells = (_shown(name), _shown("\n".join(key.places)), f"{found.count:,}")
        table.add_row(*cells, percent(found.count / tally.number), f"{percent(low)} .. {percent(high)}", str(found.first))
    if len(tally.found) > MOST_ROWS:
        table.caption = f"{len(tally.found) - MOST_ROWS} more outcomes are in outcomes.json"
    return table


def _shown(text: str) -> Any:
    """Returns text without markup, what cannot be printed replaced."""
    from rich.text import Text

    return Text("".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text))


def _repeat(key: Any, found: Any, explored: Any, commands: Any) -> list[str]:
    """Returns the lines that say how to see a bad outcome again."""
    lines = [f"{key.kind}: {commands.schedule(found.first)}"]
    if key in explored.smallest:
        one = explored.smallest[key]
        count = len(one.switches)
        lines.append(f"  smallest found: {count} forced {'switch' if count == 1 else 'switches'}, {one.actions:,} actions: {commands.forced(one)}")
    return lines
