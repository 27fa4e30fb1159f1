"""Tests end in the model as they do under go test: the same statuses, subtests and logs, on one and four Ps."""

import re
import subprocess
from pathlib import Path

import pytest

from gpusched.golang.toolchain import go_env, require_go
from gpusched.gotest.result import Result
from gpusched.gotest.run import Package, Settings, run_package

PROGRAMS = Path(__file__).parent / "programs"
PACKAGES = ("bubbles", "outcomes")
NAMES = [
    (package, name)
    for package in PACKAGES
    for name in re.findall(r"^func ((?:Test|Example)\w+)", (PROGRAMS / package / f"{package}_test.go").read_text(), re.MULTILINE)
    if name != "ExampleDouble_notRun"
]

pytestmark = pytest.mark.go


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the test binaries that go test makes."""
    folder = tmp_path_factory.mktemp("real")
    for package in PACKAGES:
        subprocess.run([require_go(), "test", "-c", "-o", folder / package, "."], cwd=PROGRAMS / package, env=go_env(require_go()), check=True)
    return folder


@pytest.fixture(scope="module", params=[1, 4])
def model(request: pytest.FixtureRequest) -> dict[tuple[str, str], Result]:
    settings = Settings((f"machine.gomaxprocs={request.param}",))
    return {
        (package, result.name): result for package in PACKAGES for result in run_package(Package(PROGRAMS / package, f"example/gotest/{package}"), settings)
    }


def _placed(line: str) -> str:
    """A logged line, without the line of package testing, and without that of a deferred call itself: Go says the closing brace, the model what is before."""
    return re.sub(r"^testing\.go:\d+|^outcomes_test\.go:\d+(?=: deferred$)|^bubbles_test\.go:\d+(?=: cleanup )", lambda found: found[0].split(":")[0], line)


@pytest.mark.parametrize(("package", "name"), NAMES)
def test_as_go_test(package: str, name: str, real: Path, model: dict[tuple[str, str], Result]) -> None:
    done = subprocess.run([real / package, "-test.v", "-test.timeout=0", f"-test.run=^{name}$"], capture_output=True, text=True, timeout=60, check=False)
    result = model[package, name]
    statuses = dict((test, status) for status, test in re.findall(r"^ *--- (PASS|FAIL|SKIP): (\S*)", done.stdout, re.MULTILINE))
    assert {one.name: one.status for one in result.example.tests if one.status} == statuses
    assert (result.status == "fail") == (done.returncode != 0)
    logged = re.findall(r"^ +(\S+\.go:\d+: .*)", done.stdout, re.MULTILINE)
    said = [line for one in result.example.tests for line in one.logged]
    assert sorted(map(_placed, said)) == sorted(map(_placed, logged))
    ending = re.search(r"^(panic: .*|fatal error: .*)$", done.stdout + done.stderr, re.MULTILINE)
    if ending:
        assert result.reason.split("\n")[0].split(" [")[0] == ending[1].split(" [")[0]


@pytest.mark.parametrize(
    "pattern", ["Subtests/one", "TestSubtests/^one$|TestPass", "^TestSubtests$/(two|outer)/I?n", "TestSubtests/#0[[:digit:]]|Sub/x", "Double/x"]
)
def test_patterns_of_subtests_as_go_test(pattern: str, real: Path) -> None:
    done = subprocess.run([real / "outcomes", "-test.v", f"-test.run={pattern}"], capture_output=True, text=True, timeout=60, check=False)
    results = run_package(Package(PROGRAMS / "outcomes", "example/gotest/outcomes", run=pattern), Settings())
    statuses = sorted(re.findall(r"^ *--- (PASS|FAIL|SKIP): (\S*)", done.stdout, re.MULTILINE))
    assert sorted((one.status, one.name) for result in results for one in result.example.tests) == statuses
