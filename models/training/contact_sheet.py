"""Write a picture with crops of real and of synthetic micrographs at the same scale, for comparison by eye.

python contact_sheet.py OUT.png --real FILE [FILE ...] --synthetic DIR [DIR ...] [--side 256] [--columns 6] [--seed 1]
Upper rows: the real files in the given order. Lower rows: random images of folders written by `tem-gauge synthesize`.
Each image is resized to a shorter side of 512 pixels, and a random square of `side` pixels is cut out.
"""
import argparse
import json
import pathlib

import numpy as np
from PIL import Image

from data import read_gray, resize, shortest_edge

p = argparse.ArgumentParser()
p.add_argument("out")
p.add_argument("--real", nargs="+", required=True)
p.add_argument("--synthetic", nargs="+", required=True)
p.add_argument("--side", type=int, default=256)
p.add_argument("--columns", type=int, default=6)
p.add_argument("--seed", type=int, default=1)
a = p.parse_args()
rng = np.random.default_rng(a.seed)


def crop(path):
    """A random (side, side) uint8 crop of a file."""
    gray = read_gray(path)
    gray = resize(gray, *shortest_edge(*gray.shape, max(512, a.side), 10_000))
    y, x = (int(rng.integers(n - a.side + 1)) for n in gray.shape)
    return gray[y : y + a.side, x : x + a.side]


def rows(paths):
    """Rows of `columns` crops; an incomplete last row is left out."""
    paths = paths[: len(paths) // a.columns * a.columns]
    return [np.hstack([crop(q) for q in paths[i : i + a.columns]]) for i in range(0, len(paths), a.columns)]


synthetic = []
for folder in map(pathlib.Path, a.synthetic):
    synthetic += [folder / i["file_name"] for i in json.loads((folder / "annotations.coco.json").read_text())["images"]]
chosen = [synthetic[i] for i in rng.permutation(len(synthetic))[: 3 * a.columns]]
gap = np.full((8, a.side * a.columns), 255, np.uint8)
Image.fromarray(np.vstack([*rows(a.real), gap, *rows(chosen)])).save(a.out)
