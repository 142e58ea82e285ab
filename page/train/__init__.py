"""The page /train: watch a network learn. Imported only where the setting TRAINING is not 0."""
