"""How a stretch of a case's story ended."""

(
    WAITS,  # not yet: an event or a gate goes on with it
    CALLS, VISIT, ASSIGNED, NO_VISIT, MENDED,
) = range(6)  # fmt: skip
