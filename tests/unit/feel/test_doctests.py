"""The examples in the room's docstrings are true."""

import doctest
import importlib
import pkgutil

import pytest

from caseflow import feel

MODULES = [module.name for module in pkgutil.walk_packages(feel.__path__, "caseflow.feel.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_are_true(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
