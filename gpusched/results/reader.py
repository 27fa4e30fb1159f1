"""Reads a results file, after checking that it is one: as an xarray DataTree, or as plain arrays by path."""

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

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
    version = attributes.get("format_version")
    if not isinstance(version, (int, np.integer)) or not 1 <= version <= VERSION:
        raise GpuschedError(f"{path} has format version {version}", "", f"this gpusched reads up to {VERSION}: update it")
    return attributes


def read(path: str | PathLike[str]) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Returns the datasets by path and the root's attributes, without xarray, which is slow to import.

    Raises:
        GpuschedError: if it is no results file of a version known here.
    """
    import h5py

    attributes = check_format(path)
    arrays: dict[str, NDArray[Any]] = {}

    def visit(name: str, item: Any) -> None:
        """Keeps a dataset."""
        if isinstance(item, h5py.Dataset):
            arrays[name] = np.asarray(item.asstr()[...] if h5py.check_string_dtype(item.dtype) else item[...])

    with h5py.File(path, "r") as file:
        file.visititems(visit)
    return arrays, attributes


def load(path: str | PathLike[str]) -> "DataTree":
    """Loads a results file; docs/results.md lists what is in it.

    Raises:
        GpuschedError: if it is no results file of a version known here.
    """
    check_format(path)
    from xarray import open_datatree

    with open_datatree(path, engine="h5netcdf") as tree:
        return tree.load()
