"""What the terminal prints: JSON is whole, and numbers that are not defined are `null`."""

import json

import numpy as np
import pytest

from viz.text.tables import print_json


def test_numbers_that_are_not_defined_are_null(capsys):
    print_json({"skill": float("nan"), "rows": [{"low": -np.inf, "median": np.float64(2.5)}]})
    printed = json.loads(capsys.readouterr().out)
    assert printed == {"skill": None, "rows": [{"low": None, "median": 2.5}]}


def test_nothing_is_printed_of_what_cannot_be_json(capsys):
    with pytest.raises(TypeError):
        print_json({"first": 1, "second": object()})
    assert capsys.readouterr().out == ""
