"""Pictures with which a planner compares strategies."""
