"""The page: what people see, and what stands between the browser and the recognizer."""
