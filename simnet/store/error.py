"""What can be wrong with a folder."""


class StoreError(Exception):
    """A folder that cannot be written; the message says why and what to do."""

    exit_code = 1


class ReadError(StoreError):
    """A folder that holds no run, or none that can be read."""

    exit_code = 2
