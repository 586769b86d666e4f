"""Whether what the accounts need is compiled."""

from simnet import jit


def is_ready() -> bool:
    """Whether it is, here or on disk. What compiles it is a run: see `simnet.run.prepare`."""
    from .loops import cases, duty, groups, months, slots, steps

    return all(
        jit.is_ready(loop)
        for module in (cases, duty, groups, months, slots, steps)
        for loop in jit.entries(module)
    )
