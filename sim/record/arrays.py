"""The arrays of a saved result, held against its `run.json` before they are used."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import xarray as xr

from sim.record.cf import FOR_OTHERS, TIME, for_others
from sim.record.schemas import check_line
from sim.record.stored import AGAIN, readable
from sim.scenario.errors import Problem, ScenarioError

if TYPE_CHECKING:
    import h5py

MOST_NUMBERS = 2_000_000_000  # of an array: 10,000 worlds of all chips between all, with reserve
MOST_LABELS = 1_000_000
PACKED = {"zlib": True, "complevel": 1, "shuffle": True}


def open_arrays(file: Path, group: str, command: str, is_needed: bool = True) -> xr.Dataset:
    """The labelled arrays of a group of a file, loaded.

    Args:
        command: that makes the file again.
        is_needed: whether a file without the group is damaged; else the group is empty.

    Raises:
        FileNotFoundError: there is no such file.
        ScenarioError: it is damaged, or holds what moat does not write.
    """
    import h5py  # it starts a program, which no import of ours may

    with readable(file, command):
        with h5py.File(file) as content:
            if not is_needed and group not in content:
                return xr.Dataset()
            for name in content[group]:
                _check_dataset(content[group], name)
        arrays = xr.load_dataset(file, engine="h5netcdf", group=group, drop_variables=[TIME])
        for name, variable in arrays.variables.items():
            _check_variable(str(name), variable)
            for key in FOR_OTHERS:
                variable.attrs.pop(key, None)
    return arrays


def _check_dataset(group: h5py.Group, name: str) -> None:
    """Refuse, before anything is loaded, data from elsewhere and more of it than there can be."""
    import h5py

    item = group[name] if isinstance(group.get(name, getlink=True), h5py.HardLink) else None
    if not isinstance(item, h5py.Dataset) or item.external or item.is_virtual:
        raise ValueError(f"{name} is no array of this file")
    most = MOST_NUMBERS if item.ndim > 1 else MOST_LABELS
    if item.size > most:
        raise ValueError(f"{name} has {item.size:,} numbers, at most {most:,} are read")


def _check_variable(name: str, variable: xr.Variable) -> None:
    """Refuse numbers that are none, and texts that cannot be shown."""
    check_line(name)
    if variable.dtype.kind not in "fiuUOT":
        raise ValueError(f"{name} holds no numbers and no texts, but {variable.dtype}")
    if variable.dtype.kind in "UOT":
        for label in variable.values.ravel().tolist():
            if not isinstance(label, str):
                raise ValueError(f"{name} holds a label that is no text")
            check_line(label)
    for key in ("unit", "meaning"):
        text = variable.attrs.get(key, "")
        if not isinstance(text, str):
            raise ValueError(f"{key} of {name} is no text")
        check_line(text)


def netcdf(
    groups: Mapping[str, xr.Dataset],
    packed: Collection[str] = (),
    root: Mapping[str, str] | None = None,
) -> bytes:
    """Labelled arrays as a NetCDF file, made in memory.

    HDF5 cannot give up a file that does not fit on the disk: it fails again and again.

    Args:
        packed: names of groups that are compressed.
        root: attributes of the whole file.
    """
    import h5netcdf

    content = BytesIO()
    with h5netcdf.File(content, "w") as file:
        file.attrs.update(root or {})
        for name, arrays in groups.items():
            kept = for_others(arrays)
            for variable in kept.data_vars.values():
                variable.encoding = dict(PACKED) if name in packed else {}
            kept.dump_to_store(xr.backends.H5NetCDFStore(file, group=name or None, mode="w"))
    return content.getvalue()


def check_axes(
    arrays: xr.Dataset,
    file: Path,
    axes: Mapping[str, Sequence[object]],
    shape: Sequence[str],
    command: str,
) -> None:
    """Hold arrays against what `run.json` says.

    Args:
        axes: labels that an axis must have, by its name.
        shape: axes that every array has: the first and the last.

    Raises:
        ScenarioError: with the first name that does not fit.
    """
    hint = f"{AGAIN} {command}"
    for axis, labels in axes.items():
        if axis in arrays.dims and arrays[axis].values.tolist() != list(labels):
            wrong = f"has other labels than {file.parent.name}/run.json says: {_shown(labels)}"
            raise ScenarioError(Problem(str(file), axis, wrong, hint))
    for name, array in arrays.data_vars.items():
        if (array.dims[0], array.dims[-1]) != tuple(shape) or array.dtype.kind != "f":
            wrong = f"is no table of numbers by {' and '.join(shape)}"
            raise ScenarioError(Problem(str(file), str(name), wrong, hint))
        if "unit" not in array.attrs:
            raise ScenarioError(Problem(str(file), str(name), "has no unit", hint))


def _shown(labels: Sequence[object]) -> str:
    first, *rest = labels or ["none"]
    return f"{first} to {rest[-1]}" if rest else f"{first}"
