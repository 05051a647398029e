"""Names that changed after the commit with which results are compared: old name to new name.

Outcomes, series and labels of rows. Add an entry when a recorded name changes and its numbers do
not; a new release starts with an empty table.
"""

NEW_NAMES: dict[str, str] = {}
