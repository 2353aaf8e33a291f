"""The rules over many answer sheets at once, with NumPy."""
