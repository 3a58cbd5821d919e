"""Adapters that read logs: `files` reads inputs once, `follow` keeps up with a file."""
