"""JSON Schema of scenario files."""

from typing import Any

from .scenario import Scenario


def json_schema() -> dict[str, Any]:
    """The schema, draft 2020-12, with the description and bounds of every field."""
    schema = Scenario.model_json_schema(by_alias=True, mode="validation")
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "simnet scenario"
    schema["properties"]["extends"] = {
        "type": "string",
        "description": "another scenario file that this one builds on; null removes a value",
    }
    return schema
