"""What many worlds say together.

`sensitivity` ranks factors (by `indices` or `given_data`), `discover` finds where a condition holds
(`conditions`; boxes of `limits` by `prim`, a `tree`, a map over a `plane`), `optimise` searches
`policies` of a `problem`. `outputs` reads a sweep for all of them, `io` opens what they saved.
"""
