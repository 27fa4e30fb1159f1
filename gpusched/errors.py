"""The one exception that reaches a user: what went wrong, where, and what to do instead."""


class GpuschedError(Exception):
    """A mistake in the input, told in one sentence. The command line prints it and exits with ``exit_code``."""

    exit_code = 2

    def __init__(self, what: str, where: str = "", instead: str = ""):
        """Keeps the three parts and joins them to one sentence."""
        self.what, self.where, self.instead = what, where, instead
        super().__init__(what + (f" ({where})" if where else "") + (f"; {instead}" if instead else ""))
