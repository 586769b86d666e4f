"""What the planner writes: pydantic models, YAML in, JSON Schema out."""

from .load import load, parse
from .problem import Problem, ScenarioError
from .scenario import Scenario
from .schema import json_schema

__all__ = ["Problem", "Scenario", "ScenarioError", "json_schema", "load", "parse"]
