"""Bytes of a log -> events: lines, levels, assembly of traces, in-app frames, culprit. Pure.

`detector.Detector` is the door. A block goes through `lines` (offsets, the jump to the next line
that can matter), `assembly` (which lines make one event) and `build` (what the event says).
"""
