"""Packages in and out of modules, Go's own error messages, the toolchain and the cache."""

import json
import os
import subprocess
import time

import pytest

from gpusched.errors import GpuschedError
from gpusched.golang import ssa, toolchain
from gpusched.golang.ssa import load_ssa

pytestmark = pytest.mark.go

WITH_WORK = 'package main\n\nimport (\n\t"time"\n\n\t"gpusched/work"\n)\n\nfunc main() { work.CPU(time.Second) }\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("package main\n\nfunc main() {\n\tx := 1 +\n}\n", "main.go:5:1: expected operand, found '}'"),
        (
            "package main\n\nfunc main() {\n\tvar x string = 1\n\t_ = x\n}\n",
            "main.go:4:17: cannot use 1 (untyped int constant) as string value in variable declaration",
        ),
        (
            'package main\n\nimport "github.com/none/none"\n\nfunc main() { none.F() }\n',
            "main.go:3:8: no required module provides package github.com/none/none",
        ),
        ('package main\n\nimport "C"\n\nfunc main() { C.puts(nil) }\n', "main.go:3:8: cgo can not be simulated"),
        ("package lib\n", "package lib is not a main package"),
        ("package main\n", "function main is undeclared in the main package"),
    ],
)
def test_errors_are_go_s_own(package, monkeypatch, text, message):
    monkeypatch.setenv("GOPROXY", "off")
    with pytest.raises(GpuschedError) as caught:
        load_ssa(package(text))
    assert message in str(caught.value)


def test_directories_without_a_package(tmp_path):
    with pytest.raises(GpuschedError, match="no Go files"):
        load_ssa(tmp_path)
    with pytest.raises(GpuschedError, match="no such directory"):
        load_ssa(tmp_path / "none")


def test_work_resolves_without_a_module_and_off_line(package, monkeypatch):
    monkeypatch.setenv("GOPROXY", "off")
    monkeypatch.setenv("GOFLAGS", "-mod=mod")
    document = load_ssa(package(WITH_WORK, "my prog"))
    assert document["package"] == "example/my_prog"
    native = next(f for f in document["funcs"] if f["name"] == "gpusched/work.cpu")
    assert native["native"]
    assert not native["body"]


def test_work_resolves_in_a_module_and_a_workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("GOPROXY", "off")
    (tmp_path / "go.work").write_text("go 1.27\n\nuse (\n\t./app\n\t./lib\n)\n")
    for name, text in {"lib/lib.go": "package lib\n\nvar Made = make(chan int)\n", "app/cmd/x/main.go": ""}.items():
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "lib" / "go.mod").write_text("module site.test/lib\n\ngo 1.27\n")
    (tmp_path / "app" / "go.mod").write_text("module site.test/app\n\ngo 1.27\n")
    main = tmp_path / "app" / "cmd" / "x"
    (main / "main.go").write_text('package main\n\nimport (\n\t"gpusched/work"\n\t"site.test/lib"\n)\n\nfunc main() { <-lib.Made; work.CPU(1) }\n')
    before = sorted(tmp_path.rglob("*"))
    document = load_ssa(main)
    assert document["package"] == "site.test/app/cmd/x"
    assert [document["funcs"][i]["name"] for i in document["init"]] == ["site.test/lib.init"]
    assert sorted(tmp_path.rglob("*")) == before


def test_second_load_is_from_the_cache_until_a_source_changes(package, monkeypatch):
    directory = package("package main\n\nfunc main() { println(1) }\n")
    first = load_ssa(directory)
    start = time.perf_counter()
    with monkeypatch.context() as patched:
        patched.setattr(ssa, "_run", None)
        assert load_ssa(directory) == first
    assert time.perf_counter() - start < 0.1
    (directory / "main.go").write_text("package main\n\nfunc main() { println(2) }\n")
    assert load_ssa(directory) != first


def test_a_damaged_cache_entry_is_made_again(package, tmp_path, monkeypatch):
    monkeypatch.setenv("GPUSCHED_CACHE", str(tmp_path / "cache"))
    directory = package("package main\n\nfunc main() { println(1) }\n")
    first = load_ssa(directory)
    (entry,) = (tmp_path / "cache").glob("ssa-*")
    assert entry.stat().st_mode & 0o777 == 0o600
    assert entry.parent.stat().st_mode & 0o777 == 0o700
    head, text = entry.read_bytes().split(b"\n", 1)
    assert str(directory) in json.loads(head)["dirs"]
    entry.write_bytes(head + b"\n" + text.replace(b"println", b"print"))
    assert load_ssa(directory) == first


def test_the_cache_keeps_the_newest(tmp_path, monkeypatch):
    monkeypatch.setenv("GPUSCHED_CACHE", str(tmp_path))
    for age in range(5):
        (tmp_path / f"ssa-{age}").touch()
        os.utime(tmp_path / f"ssa-{age}", (1000 - age, 1000 - age))
    toolchain.keep_newest("ssa-*", 2)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["ssa-0", "ssa-1"]


def test_no_toolchain_is_one_sentence(monkeypatch):
    monkeypatch.setattr(toolchain, "_candidates", list)
    assert toolchain.find_go() is None
    assert toolchain.go_version() == ""
    with pytest.raises(GpuschedError, match=r"no Go toolchain of version 1\.27 or newer was found; install it with"):
        toolchain.require_go()


def test_an_older_go_is_passed_over(tmp_path, monkeypatch):
    found = []
    for version in ("go1.26.8", "go1.27.3"):
        go = tmp_path / version / "bin" / "go"
        go.parent.mkdir(parents=True)
        go.write_text("")
        go.chmod(0o755)
        (tmp_path / version / "VERSION").write_text(f"{version}\n")
        found.append(go)
    monkeypatch.setattr(toolchain, "_candidates", lambda: found)
    assert toolchain.find_go() == found[1]


def test_the_front_end_is_formatted():
    go = toolchain.require_go()
    listed = subprocess.run([str(go.with_name("gofmt")), "-l", str(toolchain.FRONTEND)], capture_output=True, text=True, check=True)
    assert listed.stdout == ""
