"""The mechanisms of the model, one file an idea: pure functions, no Mesa, no scenario."""
