"""Compare statistics of synthetic images with those of real ones: python compare.py --data DATA DIR [DIR ...]

DATA: see counted.py. DIR: a folder written by `tem-gauge synthesize`. Prints one row per family of real images and one per
domain of synthetic images, with the 10th / 50th / 90th percentile of: standard deviation of the gray levels; noise sigma
in gray levels (Immerkaer 1996); correlation of neighbouring pixels of the high-passed image; cavities per image.
"""
import argparse
import pathlib

import numpy as np

from counted import counted_images
from data import load, lowpass, read_gray


def noise_sigma(gray):
    """Standard deviation of the noise of an (H, W) image in gray levels (Immerkaer 1996)."""
    g = gray.astype(np.float32)
    d = g[:, 2:] - 2 * g[:, 1:-1] + g[:, :-2]
    d = d[2:] - 2 * d[1:-1] + d[:-2]
    return np.sqrt(np.pi / 2) * np.abs(d).mean() / 6


def statistics(gray, cavities):
    """[standard deviation, noise sigma, neighbour correlation, number of cavities] of an (H, W) uint8 image."""
    g = gray.astype(np.float32)
    fine = g - lowpass(g, min(g.shape) / 16)
    neighbours = (fine[:, 1:] * fine[:, :-1]).mean() / max(1e-6, (fine**2).mean())
    return [g.std(), noise_sigma(gray), neighbours, cavities]


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--data", required=True)
    p.add_argument("folders", nargs="+", type=pathlib.Path)
    a = p.parse_args()
    rows = {}
    for i in counted_images(a.data):
        rows.setdefault(f"real {i['family']}", []).append(statistics(read_gray(i["path"]), i["count"]))
    for folder in a.folders:
        for item in load(folder):
            rows.setdefault(item["domain"], []).append(statistics(item["gray"], len(item["boxes"])))
    print("| images | n | grey deviation | noise sigma | neighbour correlation | cavities |\n|---|---|---|---|---|---|")
    for name, values in sorted(rows.items(), key=lambda r: (not r[0].startswith("real"), r[0])):
        q = np.percentile(np.array(values), [10, 50, 90], axis=0)
        cells = [" / ".join(f"{v:.{d}f}" for v in q[:, c]) for c, d in enumerate((0, 1, 2, 0))]
        print(f"| {name} | {len(values)} | {' | '.join(cells)} |")
