"""The last word on a composed config: pydantic models made from the schema, closed and with ranges, and the rules across fields."""

import re
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from gpusched.config.schema import INT32_MAX, STRATEGIES, Config, Latency
from gpusched.errors import GpuschedError

MOST_CHOICES = 1 << 24
"""Choices of a schedule among which switches can be forced."""
MOST_CANDIDATES = 1 << 6
MOST_SWITCHES = 8
"""As many as ``goruntime.state.Params`` has room for."""
QUANTILES = tuple(f.name for f in fields(Latency))


@cache
def model(schema: type) -> type[BaseModel]:
    """Makes the pydantic model of a dataclass of the schema: same fields and defaults, closed, frozen, with its ranges."""
    hints = get_type_hints(schema)
    members: dict[str, Any] = {}
    for f in fields(schema):
        kind = hints[f.name]
        kind = model(kind) if is_dataclass(kind) and isinstance(kind, type) else kind
        default: Any = {"default": f.default} if f.default is not MISSING else {"default_factory": f.default_factory}
        if is_dataclass(hints[f.name]):
            default = {"default_factory": kind}
        members[f.name] = (kind, Field(**default, **f.metadata["limits"], allow_inf_nan=False) if kind is float else Field(**default, **f.metadata["limits"]))
    return create_model(schema.__name__, __config__=ConfigDict(extra="forbid", frozen=True), **members)


def validate(tree: dict[str, Any]) -> Any:
    """Checks a composed config (plain containers) and returns it as a frozen model with the attributes of ``schema.Config``.

    Raises:
        GpuschedError: one sentence for the first mistake.
    """
    try:
        config: Any = model(Config).model_validate(tree)
    except ValidationError as error:
        raise GpuschedError(*mistake(error)) from None
    _check_across(config)
    return config


def mistake(error: ValidationError, *, group: str = "", where: str = "") -> tuple[str, str, str]:
    """Returns what, where, instead for the first mistake that pydantic found; ``group``: of the config, that was checked alone."""
    first = error.errors()[0]
    path = ".".join(str(part) for part in ([group] if group else []) + list(first["loc"]))
    more = f" and {error.error_count() - 1} more" if error.error_count() > 1 else ""
    if first["type"] == "extra_forbidden":
        return f"unknown setting {path}{more}", where, f"known settings there: {', '.join(siblings(path))}"
    message = first["msg"].removeprefix("Input ")
    return f"{path}={first['input']!r}: {message[0].lower()}{message[1:]}{more}", where, ""


def siblings(path: str) -> list[str]:
    """Lists the settings of the schema beside ``path``."""
    schema: Any = Config
    for part in path.split(".")[:-1]:
        hints = get_type_hints(schema)
        if part not in hints or not is_dataclass(hints[part]):
            return []
        schema = hints[part]
    return [f.name for f in fields(schema)]


def describe(path: str) -> tuple[str, str]:
    """Returns the sentence and the unit of a setting of the schema by its config path; "" for what it does not declare, such as a workload's constant."""
    schema: Any = Config
    for part in path.split("."):
        declared = {f.name: f for f in fields(schema)} if is_dataclass(schema) else {}
        if part not in declared:
            return "", ""
        metadata, schema = declared[part].metadata, get_type_hints(schema)[part]
    return metadata["doc"], metadata["unit"]


def _check_explore(explore: Any) -> None:
    """Checks the settings of explore."""
    if explore.strategy not in STRATEGIES:
        raise GpuschedError(f"unknown strategy {explore.strategy!r}", "explore.strategy", f"choose one of {', '.join(STRATEGIES)}")
    if explore.until not in ("", "bug"):
        raise GpuschedError(f"unknown explore.until={explore.until!r}", "", "use until=bug, or leave it out")
    if len(explore.switches) > MOST_SWITCHES:
        raise GpuschedError(f"{len(explore.switches)} forced switches", "explore.switches", f"at most {MOST_SWITCHES} can be forced")
    for pair in explore.switches:
        whole = isinstance(pair, list) and len(pair) == 2 and all(isinstance(n, int) and not isinstance(n, bool) for n in pair)
        if not whole or not (0 <= pair[0] < MOST_CHOICES and 1 <= pair[1] < MOST_CANDIDATES):
            raise GpuschedError(f"{pair!r} is no forced switch", "explore.switches", "write [choice, candidate], the candidate from 1 on")


def _check_compare(compare: Any) -> None:
    """Checks the settings of compare."""
    if compare.gogc != "off" and not (re.fullmatch("[0-9]{1,10}", compare.gogc) and int(compare.gogc) <= INT32_MAX):
        raise GpuschedError(f"{compare.gogc!r} is no percentage for Go's garbage collector", "compare.gogc", "write off, or a whole number such as 100")


def _check_across(config: Any) -> None:
    """Checks the rules that concern more than one field."""
    for name in ("wake", "slack", "jitter", "load"):
        latency = getattr(config.machine, name)
        values = [getattr(latency, q) for q in QUANTILES]
        if values != sorted(values):
            raise GpuschedError(f"machine.{name} does not rise from p0 to max", str(values), "give quantiles in ascending order")
    _check_explore(config.explore)
    _check_compare(config.compare)
    if config.engine.name != "warp":
        raise GpuschedError(f"unknown engine {config.engine.name!r}", "", "known engines: warp")
    if config.workload.on_refused not in ("refuse", "trap"):
        raise GpuschedError(f"unknown choice {config.workload.on_refused!r}", "workload.on_refused", "use refuse or trap")
    if not (config.engine.device in ("auto", "cpu", "cuda") or config.engine.device.removeprefix("cuda:").isdigit()):
        raise GpuschedError(f"unknown device {config.engine.device!r}", "engine.device", "use auto, cpu, cuda or cuda:N")
    if not config.workload.name:
        raise GpuschedError("no workload is named", "", "choose one by workload=NAME or workload=./path/of/a/package")
    if "/" in config.results.file or not config.results.file.endswith(".h5"):
        raise GpuschedError(f"results.file={config.results.file!r} is not a plain name that ends in .h5")
    for name, value in config.workload.const.items():
        if isinstance(value, (list, dict)) or value is None:
            raise GpuschedError(f"workload.const.{name} is no number, bool or string", "", f"to sweep it write sweep.workload.const.{name}=[...]")
