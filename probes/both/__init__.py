"""Probes that set PyTorch and TensorFlow side by side in one process."""
