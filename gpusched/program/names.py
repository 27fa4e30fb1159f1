"""Names of functions as Go prints them, from those of go/ssa."""

import re


def go_name(name: str, package: str) -> str:
    """``(*path/of/main.T).M$1`` as ``main.(*T).M.func1``; ``package`` is the path of the main package."""
    name = re.sub(r"(^|[(*\[,])" + re.escape(package) + r"\.", r"\1main.", name)
    bound = re.match(r"^\((\*?)([^()]*)\.([^().]+)\)(.*)$", name)
    if bound:
        star, path, type_name, rest = bound.groups()
        name = f"{path}.({star}{type_name}){rest}" if star else f"{path}.{type_name}{rest}"
    name = re.sub(r"\[.*\]", "[...]", name).replace("$bound", "-fm").replace("$thunk", "")
    first, *rest = name.split("$")
    if rest and rest[0].isdigit():
        return first + ".func" + rest[0] + "".join("." + part for part in rest[1:])
    return name
