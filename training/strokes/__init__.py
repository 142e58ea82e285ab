"""Pen strokes to train on: real digits, rarer ways to write them, and what is no digit."""
