"""The small model: ten numbers and two formulas that stand in for the simulator.

It explains one comparison, the controls as enacted against no controls: what they do to Chinese
methods and to the US lead. `algebra` is the model, `lucks` repeats a parameter set, `measure` takes
its numbers from the simulator, `study` fits and tests it, `fitted` is what was recorded.
"""
