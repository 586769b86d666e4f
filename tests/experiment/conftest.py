"""What tests of experiments share."""

import pytest
from experiment.files import Command, write


@pytest.fixture
def question(tmp_path):
    """An experiment file of four strategies."""
    return write(tmp_path)


@pytest.fixture
def command():
    """Start `simnet ARGUMENTS` in a folder; it does not outlive the test."""
    started = []

    def start(folder, *arguments, **more):
        started.append(Command(folder, *arguments, **more))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
        one.process.communicate()
