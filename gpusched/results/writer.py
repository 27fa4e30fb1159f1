"""Writes a results file: from arrays by path and attributes, checked against the schema, whole or not at all."""

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.ensemble.points import describe_setting
from gpusched.errors import GpuschedError
from gpusched.results.schema import ATTRIBUTES, Variable, by_path

COMPRESS_FROM = 4096
"""Elements from which on a dataset is compressed."""


def check_absent(path: Path) -> None:
    """Refuses to overwrite a file."""
    if path.exists():
        raise GpuschedError(f"{path} exists already", "", "results are never overwritten: name another by results.file=... or hydra.run.dir=...")


def check_writable(path: Path) -> None:
    """Refuses a file that cannot be written, before the work is done that it is for; what it holds stays."""
    there = os.path.lexists(path)
    if there and not path.is_file() and not path.is_dir():
        return
    try:
        path.open("ab").close()
    except OSError as error:
        raise GpuschedError(f"{path} cannot be written: {error.strerror}", "", "name another file") from None
    if not there:
        path.unlink(missing_ok=True)


def write(path: Path, arrays: dict[str, NDArray[Any]], attributes: dict[str, Any]) -> None:
    """Writes the file under a temporary name and renames it when whole.

    Args:
        path: of the file; must not exist.
        arrays: by the paths of the schema; groups may be missing.
        attributes: all of the schema's.

    Raises:
        GpuschedError: if the file exists, or cannot be written.
    """
    check_absent(path)
    image = _image(arrays, attributes)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("xb") as file:
            file.write(image)
            file.flush()
            os.fsync(file.fileno())
        check_absent(path)
        temporary.rename(path)
    except OSError as error:
        raise GpuschedError(f"cannot write {path}: {error.strerror}", "", "nothing was kept; name another place by hydra.run.dir=...") from None
    finally:
        temporary.unlink(missing_ok=True)


def _image(arrays: dict[str, NDArray[Any]], attributes: dict[str, Any]) -> bytes:
    """Builds the file in memory, readable by HDF5 1.10 and later, and returns its bytes."""
    import h5py

    if missing := {a.name for a in ATTRIBUTES} ^ set(attributes):
        raise ValueError(f"attributes differ from the schema: {sorted(missing)}")
    with h5py.File("results", "w", driver="core", backing_store=False, libver=("earliest", "v110")) as file:
        for attribute in ATTRIBUTES:
            file.attrs[attribute.name] = attributes[attribute.name]
        declared = by_path()
        order = sorted(arrays, key=lambda name: not _is_scale(_variable(name, declared)))
        for name in order:
            _create(file, _variable(name, declared), arrays[name])
        file.flush()
        return file.id.get_file_image()


def _clean(array: NDArray[Any]) -> NDArray[Any]:
    """Returns texts that HDF5 can hold: NUL and bytes that are no UTF-8 replaced."""
    flat = [str(text).encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "\N{SYMBOL FOR NULL}") for text in array.flat]
    return np.array(flat, object).reshape(array.shape)


def _variable(path: str, declared: dict[str, Variable]) -> Variable:
    """Returns the declaration of a path; swept settings under points have none of their own."""
    if path in declared:
        return declared[path]
    group, _, name = path.partition("/")
    if group != "points":
        raise ValueError(f"{path} is not in the schema")
    doc, units = describe_setting(name)
    return Variable(group, name, ("point",), "", units, f"swept setting: {doc}" if doc else "value of a swept setting")


def _is_scale(variable: Variable) -> bool:
    """Says whether it is the coordinate of a dimension."""
    return variable.dims == (variable.name,)


def _create(file: Any, variable: Variable, array: NDArray[Any]) -> None:
    """Creates a dataset with its scales and units."""
    import h5py

    text = variable.kind == "string" or array.dtype == object
    kind = h5py.string_dtype() if text else (variable.kind or array.dtype)
    data = _clean(array) if text else np.asarray(array, kind)
    if data.ndim != len(variable.dims):
        raise ValueError(f"{variable.path} has shape {data.shape}, declared {variable.dims}")
    filters: dict[str, Any] = {"compression": "gzip", "compression_opts": 1, "shuffle": True} if data.size >= COMPRESS_FROM and not text else {}
    dataset = file.create_dataset(variable.path, data=data, dtype=kind, **filters)
    dataset.attrs["long_name"] = variable.doc
    if variable.units:
        dataset.attrs["units"] = variable.units
    if _is_scale(variable):
        dataset.make_scale(variable.name)
        return
    for axis, dimension in enumerate(variable.dims):
        local = f"{variable.group}/{dimension}"
        dataset.dims[axis].attach_scale(file[local] if variable.group and local in file else file[dimension])
