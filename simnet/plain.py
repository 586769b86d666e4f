"""Results as JSON can hold them."""

import math
from typing import Any


def finite(value: Any) -> Any:
    """Plain data; JSON knows no infinity and no NaN: null. Numbers of numpy become Python's."""
    if isinstance(value, dict):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and not math.isfinite(value) else value
