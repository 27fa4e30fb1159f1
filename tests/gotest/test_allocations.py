"""testing.AllocsPerRun: the counts are those of the real toolchain, and what cannot be counted is refused."""

import subprocess
from pathlib import Path

import pytest

from gpusched.golang.escapes import load_escapes
from gpusched.golang.ssa import load_tests
from gpusched.golang.toolchain import go_env, require_go
from gpusched.gotest.run import Package, Settings, run_package
from gpusched.program.allocations import counts

FOLDER = Path(__file__).parent / "programs" / "allocs"
REFUSED = {"TestMaps": "maps", "TestAppend": "append", "TestTexts": "texts that are made", "TestOwn": "allocations in testing"}

pytestmark = pytest.mark.go


def test_counts_are_those_of_the_real_toolchain() -> None:
    done = subprocess.run(
        [str(require_go()), "test", "-run", "^TestCounts$", "."], cwd=FOLDER, env=go_env(require_go()), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    settings = Settings(("++sweep.machine.gomaxprocs=[1,2,4]", "replicas=2"))
    [result] = run_package(Package(FOLDER, "example/gotest/allocs", run="^TestCounts$"), settings)
    assert result.status == "pass", result.reason


def test_what_cannot_be_counted_is_refused() -> None:
    results = {one.name: one for one in run_package(Package(FOLDER, "example/gotest/allocs", run="^Test(Maps|Append|Texts|Own|Before)$"), Settings())}
    assert results.pop("TestBefore").status == "pass"
    assert {name: one.status for name, one in results.items()} == dict.fromkeys(REFUSED, "refused")
    for name, what in REFUSED.items():
        assert f"testing.AllocsPerRun of {what}" in results[name].reason


def test_the_compiler_is_asked_only_where_allocations_are_counted() -> None:
    assert counts(load_tests(FOLDER, "^TestCounts$"))
    assert not counts(load_tests(FOLDER.parent / "outcomes", "^TestPass"))


def test_chains_of_inlined_calls() -> None:
    """The same function leaves its object on the heap at one call and not at the other; the function itself leaves it there."""
    ssa = load_tests(FOLDER, "^TestCounts$")
    told = load_escapes(FOLDER, ssa)
    source = (FOLDER / "allocs_test.go").read_text().splitlines()
    body = next(n for n, line in enumerate(source, 1) if line.startswith("func inlined"))
    calls = {n for n, line in enumerate(source, 1) if "inlined(" in line and n != body}
    chains = [chain for chain, what in told.heap if what.startswith("&pair") and chain[-1].startswith(f"allocs_test.go:{body}:")]
    assert sorted(len(chain) for chain in chains) == [1, 2]
    assert len(calls) == 2
    assert {int(chain[0].split(":")[1]) for chain in chains if len(chain) == 2} < calls
