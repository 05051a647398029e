"""The pages behind the tabs, and what stands around them."""
