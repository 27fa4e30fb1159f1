"""Composition by Hydra: where the config files are, the entry through Hydra, and its errors told in a sentence."""

import os
import re
import shutil
import sys
from functools import partial
from pathlib import Path
from typing import Any

from gpusched.config.validate import siblings
from gpusched.errors import GpuschedError


def config_directory() -> Path:
    """Returns the folder of the config groups: inside an installed package, or beside the package in a checkout."""
    package = Path(__file__).resolve().parent.parent
    packed = package / "configs"
    return packed if packed.is_dir() else package.parent / "configs"


def register() -> None:
    """Makes the schema known to Hydra as the config ``schema``."""
    from hydra.core.config_store import ConfigStore

    from gpusched.config.schema import Config

    ConfigStore.instance().store(name="schema", node=Config)


def compose(overrides: list[str]) -> dict[str, Any]:
    """Returns the composed config as plain containers, not yet validated.

    Raises:
        GpuschedError: for what Hydra refuses.
    """
    import hydra
    from omegaconf import OmegaConf

    register()
    with _told(), hydra.initialize_config_dir(str(config_directory()), version_base="1.3"):
        return plain(OmegaConf.to_container(hydra.compose("config", overrides), resolve=True))


def plain(tree: Any) -> dict[str, Any]:
    """Returns a composed config without Hydra's own part."""
    return {key: value for key, value in tree.items() if key != "hydra"}


def run_hydra(arguments: list[str], command: str = "run") -> int:
    """Runs what the arguments compose, through Hydra's own command line (``--cfg``, ``-m``, ``--help`` work).

    command: run, explore or compare.

    Raises:
        GpuschedError: the first that a job raised; with ``-m`` the other jobs have run then.
    """
    import hydra

    register()
    os.environ["HYDRA_FULL_ERROR"] = "1"
    sys.argv = [f"gpusched {command}", *arguments]
    refused: list[GpuschedError] = []
    with _told():
        hydra.main(version_base="1.3", config_path=str(config_directory()), config_name="config")(partial(_job, refused, command))()
    if refused:
        raise refused[0]
    return 0


def _job(refused: list[GpuschedError], command: str, config: Any) -> None:
    """Runs one composed config in Hydra's run directory; leaves no directory behind if it was refused or nothing was written."""
    from hydra.core.hydra_config import HydraConfig
    from omegaconf import OmegaConf

    hydra_config = HydraConfig.get()
    directory = Path(hydra_config.runtime.output_dir)
    try:
        _function(command)(plain(OmegaConf.to_container(config, resolve=True)), directory, list(hydra_config.overrides.task))
    except GpuschedError as error:
        _discard(directory)
        if hydra_config.runtime.choices["hydra/launcher"] != "basic":
            raise
        refused.append(error)  # raised here, Hydra would print a line of its own
    except OSError as error:
        _discard(directory)
        if not of_file(error):
            raise
        refused.append(GpuschedError(of_file(error)))
    except BaseException:
        _discard(directory)
        raise
    if directory.is_dir():
        _discard(directory)


def _function(command: str) -> Any:
    """Returns the function that a command calls with the config, the run directory and the overrides."""
    if command == "explore":
        from gpusched.explore.run import run_explore

        return run_explore
    if command == "compare":
        from gpusched.compare.run import run_compare

        return run_compare
    from gpusched.run import run_experiment

    return run_experiment


def _discard(directory: Path) -> None:
    """Removes a run directory that holds nothing but Hydra's own files, and its parents as far as they are empty."""
    if {path.name for path in directory.iterdir()} <= {".hydra"}:
        shutil.rmtree(directory)
        for parent in list(directory.parents)[:2]:
            if not parent.exists() or any(parent.iterdir()) or parent == Path.cwd():
                break
            parent.rmdir()


class _told:
    """A context that turns Hydra's and OmegaConf's errors to a sentence."""

    def __enter__(self) -> None:
        """Does nothing."""

    def __exit__(self, kind: type | None, error: BaseException | None, trace: object) -> None:
        """Raises the sentence in place of Hydra's error."""
        if error is None or isinstance(error, GpuschedError):
            return
        if isinstance(error, OSError) and of_file(error):
            raise GpuschedError(of_file(error)) from None
        from hydra.errors import HydraException
        from omegaconf.errors import OmegaConfBaseException

        if isinstance(error, (HydraException, OmegaConfBaseException)):
            raise GpuschedError(sentence(error)) from None


def of_file(error: OSError) -> str:
    """Says which file or folder an error of the system is about; "" where it is about none."""
    return f"{error.filename}: {error.strerror}" if error.filename else ""


def sentence(error: BaseException) -> str:
    """Condenses an error of Hydra or OmegaConf to a sentence."""
    text = str(error).removeprefix("In 'config': ")
    if unknown := re.match(r"Could not override '([\w.]+)'", text):
        return f"unknown setting {unknown[1]}; known settings there: {', '.join(siblings(unknown[1]))}"
    lines = [line.strip() for line in text.splitlines()]
    first = lines[0].rstrip(".,:")
    if first.startswith("Could not find"):
        options = [line for line in lines[1:] if line and "=" not in line and " " not in line]
        return f"{first[0].lower()}{first[1:]}" + (f"; choose one of {', '.join(options)}" if options else "")
    if first.startswith("Ambiguous value"):
        return f"{first}; to try several values write sweep.PATH=[...], or -m for separate runs"
    if error.__cause__ is not None and str(error.__cause__):
        return f"{first}: {str(error.__cause__).splitlines()[0]}"
    return first
