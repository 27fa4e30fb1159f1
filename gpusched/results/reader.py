"""Reads a results file as an xarray DataTree, after checking that it is one."""

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gpusched.errors import GpuschedError
from gpusched.results.schema import FORMAT, VERSION

if TYPE_CHECKING:
    from xarray import DataTree


def check_format(path: str | PathLike[str]) -> dict[str, Any]:
    """Returns the root's attributes of a results file.

    Raises:
        GpuschedError: if there is no such file, or it is no results file of a version known here.
    """
    import h5py

    if not Path(path).is_file():
        raise GpuschedError(f"no file {path}")
    try:
        with h5py.File(path, "r") as file:
            attributes = dict(file.attrs)
    except OSError:
        raise GpuschedError(f"{path} is no HDF5 file, or a broken one") from None
    if attributes.get("format") != FORMAT:
        raise GpuschedError(f"{path} is no file of gpusched's results", "attribute format", f"expected {FORMAT!r}")
    if not 1 <= int(attributes.get("format_version", 0)) <= VERSION:
        raise GpuschedError(f"{path} has format version {attributes.get('format_version')}", "", f"this gpusched reads up to {VERSION}: update it")
    return attributes


def load(path: str | PathLike[str]) -> "DataTree":
    """Loads a results file; docs/results.md lists what is in it.

    Raises:
        GpuschedError: if it is no results file of a version known here.
    """
    check_format(path)
    from xarray import open_datatree

    with open_datatree(path, engine="h5netcdf") as tree:
        return tree.load()
