"""An issue's event and counts -> a verdict that names its rule and its reason. Never raises."""
