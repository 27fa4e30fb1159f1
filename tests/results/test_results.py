import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import xarray

import gpusched
from gpusched.errors import GpuschedError
from gpusched.results.reader import read
from gpusched.results.schema import ATTRIBUTES, FORMAT, VARIABLES, VERSION, document
from gpusched.results.writer import write

SIZES = {"point": 3, "world": 6, "bucket": 1377, "quantile": 4, "status": 13, "function": 2, "histogram": 1, "entry": 2, "text_entry": 1, "leak": 3}
SIZES |= {"run": 4, "go_bucket": 162, "observation": 1, "metric": 2, "figure": 3, "distance": 2}
VALUES: dict[str, Any] = {"string": "x", "int": 1, "float": 1.5}


def arrays() -> dict[str, Any]:
    """One of everything that the schema declares, and a swept setting."""
    result: dict[str, Any] = {"points/machine.gomaxprocs": np.array([1, 2, 4])}
    for variable in VARIABLES:
        shape = [SIZES[dim] for dim in variable.dims]
        numbers = np.arange(int(np.prod(shape))).reshape(shape)
        result[variable.path] = np.array([f"λ{i}" for i in numbers.flat], object).reshape(shape) if variable.kind == "string" else numbers.astype(variable.kind)
    return result


def attributes() -> dict[str, Any]:
    return {a.name: VALUES[a.kind] for a in ATTRIBUTES} | {"format": FORMAT, "format_version": VERSION}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write(tmp_path / "results.h5", arrays(), attributes())
    return tmp_path / "results.h5"


def test_the_page_in_docs_is_the_schema_s() -> None:
    page = Path(__file__).parents[2] / "docs" / "results.md"
    assert page.read_text(encoding="utf-8") == document(), 'run: python -c "from gpusched.results.schema import document; print(document(), end=str())"'


def test_what_is_written_is_read(file: Path) -> None:
    found, attrs = read(file)
    assert set(found) == set(arrays())
    for name, array in arrays().items():
        assert np.array_equal(found[name], array), name
    assert attrs["seed"] == "x"


def test_texts_that_hdf5_cannot_hold_are_mended(tmp_path: Path) -> None:
    texts = np.array(["a\0b", b"\xff\xfeok".decode("utf-8", "surrogateescape"), "fine"], object)
    write(tmp_path / "results.h5", arrays() | {"points/label": texts}, attributes())
    assert read(tmp_path / "results.h5")[0]["points/label"].tolist() == ["a\u2400b", "\ufffd\ufffdok", "fine"]


def test_xarray_opens_it_with_no_arguments(file: Path) -> None:
    tree: Any
    with xarray.open_datatree(file) as tree:
        assert tree["lifetimes"]["counts"].dims == ("point", "function", "bucket")
        assert tree["lifetimes"]["function"].values.tolist() == ["λ0", "λ1"]
        assert tree["lifetimes"]["quantiles_ns"].attrs["units"] == "ns"
        assert tree["points"]["machine.gomaxprocs"].values.tolist() == [1, 2, 4]
        assert tree["lifetimes"].sel(function="λ1")["count"].values.tolist() == [1, 3, 5]


def test_load_gives_the_tree_and_closes_the_file(file: Path) -> None:
    tree: Any = gpusched.load(file)
    file.unlink()
    assert tree["worlds"]["actions"].values.tolist() == list(range(6))
    assert tree.attrs["format"] == FORMAT


def test_numbers_have_the_declared_types_and_units(file: Path) -> None:
    with h5py.File(file) as opened:
        for variable in VARIABLES:
            dataset: Any = opened[variable.path]
            if variable.kind != "string":
                assert dataset.dtype == np.dtype(variable.kind)
            assert dataset.attrs.get("units", "") == variable.units
            assert dataset.attrs["long_name"] == variable.doc


def test_swept_settings_have_the_schema_s_units(tmp_path: Path) -> None:
    swept = {"points/limits.horizon_s": np.array([0.1, 0.2, 0.3]), "points/workload.const.N": np.arange(3)}
    write(tmp_path / "results.h5", arrays() | swept, attributes())
    with h5py.File(tmp_path / "results.h5") as opened:
        horizon, constant = (dict(opened[path].attrs) for path in swept)
    assert (horizon["units"], horizon["long_name"]) == ("s", "swept setting: simulated time")
    assert "units" not in constant


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"format": "else"}, "is no file of gpusched's results"),
        ({"format_version": VERSION + 1}, f"has format version {VERSION + 1}; this gpusched reads up to {VERSION}"),
        ({"format_version": 0}, "has format version 0"),
        ({"format_version": "one"}, "has format version one"),
    ],
)
def test_other_files_are_refused(file: Path, change: dict[str, Any], sentence: str) -> None:
    with h5py.File(file, "a") as opened:
        opened.attrs.update(change)
    with pytest.raises(GpuschedError, match=sentence):
        gpusched.load(file)


def test_what_is_no_hdf5_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GpuschedError, match="no file"):
        gpusched.load(tmp_path / "none.h5")
    (tmp_path / "text.h5").write_text("text")
    with pytest.raises(GpuschedError, match="is no HDF5 file, or a broken one"):
        gpusched.load(tmp_path / "text.h5")


def test_a_truncated_file_is_refused(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1000])
    with pytest.raises(GpuschedError, match="is no HDF5 file, or a broken one"):
        gpusched.load(file)


def test_an_existing_file_is_refused(file: Path) -> None:
    with pytest.raises(GpuschedError, match="exists already"):
        write(file, arrays(), attributes())


def test_undeclared_arrays_and_missing_attributes_are_mistakes(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="worlds/typo is not in the schema"):
        write(tmp_path / "a.h5", {**arrays(), "worlds/typo": np.zeros(6)}, attributes())
    with pytest.raises(ValueError, match="attributes differ from the schema"):
        write(tmp_path / "a.h5", arrays(), {})
    assert list(tmp_path.iterdir()) == []


def test_a_limit_of_file_size_leaves_nothing(tmp_path: Path) -> None:
    """As a full disk does: the write itself fails."""
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "import sys, importlib.util as u; s = u.spec_from_file_location('t', sys.argv[1]); t = u.module_from_spec(s); s.loader.exec_module(t)\n"
        "from pathlib import Path\n"
        "try: t.write(Path('results.h5'), t.arrays(), t.attributes())\n"
        "except t.GpuschedError as e: print(e)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, __file__],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.stdout.startswith("cannot write results.h5: File too large; nothing was kept"), done.stderr
    assert list(tmp_path.iterdir()) == []
