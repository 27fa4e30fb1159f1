"""gpusched: an exact, deterministic simulator of Go's scheduler that runs real Go packages, thousands of worlds at once."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gpusched.results.reader import load

__version__ = "0.1.0"
__all__ = ["__version__", "load"]


def __getattr__(name: str) -> Any:
    """Imports ``load`` when it is first asked for."""
    if name == "load":
        from gpusched.results.reader import load

        return load
    raise AttributeError(f"module 'gpusched' has no attribute {name!r}")
