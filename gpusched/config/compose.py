"""Composition by Hydra: where the config files are, the entry through Hydra, and its errors told in a sentence."""

import os
import shutil
import sys
from pathlib import Path
from typing import Any

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


def run_hydra(arguments: list[str]) -> int:
    """Runs the experiment that the arguments compose, through Hydra's own command line (``--cfg``, ``-m``, ``--help`` work)."""
    import hydra

    register()
    os.environ["HYDRA_FULL_ERROR"] = "1"
    sys.argv = ["gpusched run", *arguments]
    with _told():
        hydra.main(version_base="1.3", config_path=str(config_directory()), config_name="config")(_job)()
    return 0


def _job(config: Any) -> None:
    """Runs one composed config in Hydra's run directory; leaves no directory behind if it was refused."""
    from hydra.core.hydra_config import HydraConfig
    from omegaconf import OmegaConf

    from gpusched.run import run_experiment

    hydra_config = HydraConfig.get()
    directory = Path(hydra_config.runtime.output_dir)
    try:
        run_experiment(plain(OmegaConf.to_container(config, resolve=True)), directory, list(hydra_config.overrides.task))
    except BaseException:
        _discard(directory)
        raise


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
        from hydra.errors import HydraException
        from omegaconf.errors import OmegaConfBaseException

        if isinstance(error, (HydraException, OmegaConfBaseException)):
            raise GpuschedError(sentence(error)) from None


def sentence(error: BaseException) -> str:
    """Condenses an error of Hydra or OmegaConf to a sentence."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith(("full_key:", "object_type=", "See https", "^", "Available options in"))]
    text = ", ".join(line.rstrip(".,:") for line in lines[:3])
    if "Could not find" in text or "not find" in text.lower():
        options = [line.strip() for line in str(error).splitlines() if line.startswith("\t")]
        text = lines[0].rstrip(".,") + (f"; choose one of {', '.join(options)}" if options else "")
    return text or type(error).__name__
