"""The mechanisms of the model, one idea a file: pure functions without Mesa or scenario."""
