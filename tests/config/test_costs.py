from typing import Any

from gpusched.config.compose import compose
from gpusched.config.costs import cost_names, costs, costs_hash, incomplete, sealed


def machine(**changed: Any) -> dict[str, Any]:
    """The table of small_vm as a calibration leaves it."""
    return compose(["workload=skynet", "machine=small_vm"])["machine"] | {"calibrated": "host a, 2 x b, Linux 6; go1.27.3; 2025-01-02"} | changed


def test_costs_are_what_takes_time() -> None:
    names = cost_names()
    assert {"newproc", "local_ps", "copy_ps", "chill_half", "wake", "slack", "io"} <= set(names)
    assert not {"name", "num_cpu", "gomaxprocs", "cpus", "quota_us", "parked", "jitter", "load_every", "displace"} & set(names)
    assert costs(compose(["workload=skynet", "machine=zero"])["machine"]) == {}
    assert "copy_ps" not in costs(machine())


def test_the_hash_changes_with_a_cost_alone() -> None:
    known = costs_hash(machine())
    assert costs_hash(machine(gosched=99999)) != known
    assert costs_hash(machine(wake=machine()["wake"] | {"max": 10**6})) != known
    assert costs_hash(machine(gomaxprocs=7, cpus=3, quota_us=50_000, name="other", schedtick=5)) == known
    assert sealed(machine())["calibrated"] == f"host a, 2 x b, Linux 6; go1.27.3; 2025-01-02; costs {known}"
    assert costs_hash(sealed(machine())) == known


def test_a_file_that_lacks_costs_says_so() -> None:
    whole = machine()
    assert incomplete(whole) == whole
    lacking = {name: value for name, value in whole.items() if name not in ("gosched", "gomaxprocs")}
    assert incomplete(lacking)["calibrated"].endswith("; without gosched")
    assert incomplete({"calibrated": "x", "newproc": 1})["calibrated"].startswith("x; without wake, slack, local_ps and ")
    assert incomplete({"newproc": 1}) == {"newproc": 1}
    assert incomplete(machine(gosched=None, wake={"p0": 1}))["calibrated"].endswith("; without wake, gosched")
