"""The words of the command explore."""

from dataclasses import fields

from gpusched.config.schema import Explore
from gpusched.errors import GpuschedError

EXPLORE_LIMITS = ("limits.horizon_s=60", "limits.max_actions=1000000")
"""What explore says of limits unless it is told otherwise: a schedule that does not end must not hold up the others."""


def explore_overrides(arguments: list[str]) -> list[str]:
    """Turns the short words of explore to overrides: a path to workload=PATH, strategy=pct to explore.strategy=pct, --trace N to explore.trace=N."""
    short = {f.name for f in fields(Explore)}
    words, result = iter(arguments), []
    for word in words:
        name, equals, value = word.partition("=")
        if name == "--trace":
            number = value if equals else next(words, "")
            if not number.isdigit():
                raise GpuschedError("--trace needs the number of a schedule", "", "write --trace 17")
            result.append(f"explore.trace={number}")
        elif equals and name in short:
            result.append(f"explore.{word}")
        elif not equals and not word.startswith("-"):
            result.append(f"workload={word}")
        else:
            result.append(word)
    if not any(word.startswith("explore.strategy=") for word in result):
        result.append("explore.strategy=realistic")
    return result + [limit for limit in EXPLORE_LIMITS if not any(word.lstrip("+").startswith(limit.partition("=")[0] + "=") for word in result)]
