"""What can go wrong with an experiment."""


class ExperimentError(Exception):
    """An experiment that cannot go on; the message says why and what to do."""

    exit_code = 1


class QuestionError(ExperimentError):
    """A question that cannot be asked so; nothing was run."""

    exit_code = 2
