"""Measure size and shape of small random masks with scikit-image and scipy; writes expected.json beside this file.

Debian: apt-get install python3-skimage; python3 test/oracle/shape/generate.py (scikit-image 0.19, scipy 1.10).
"""
import json
import pathlib

import numpy as np
from scipy.spatial import ConvexHull
from scipy.spatial.distance import pdist
from skimage.measure import label, regionprops

rng = np.random.default_rng(5)


def runs(mask):
    """COCO's uncompressed run lengths: column-major, zeros first."""
    flat = mask.T.reshape(-1)
    edges = np.flatnonzero(np.diff(flat)) + 1
    counts = np.diff(np.concatenate([[0], edges, [flat.size]])).tolist()
    return counts if flat[0] == 0 else [0, *counts]


def corners(mask):
    y, x = np.nonzero(mask)
    return np.unique(np.concatenate([np.c_[x + i, y + j] for i in (0, 1) for j in (0, 1)]), axis=0)


def min_feret(points):
    """Smallest width of the convex hull: the minimum over the directions perpendicular to its edges."""
    widths = []
    for a, b in zip(points, np.roll(points, -1, axis=0)):
        normal = np.array([b[1] - a[1], a[0] - b[0]]) / np.hypot(*(b - a))
        projected = points @ normal
        widths.append(projected.max() - projected.min())
    return min(widths)


def measure(mask):
    region = regionprops(label(mask, connectivity=2))[0]
    hull = ConvexHull(corners(mask))
    points = hull.points[hull.vertices]
    distances = np.hypot(*(points - points.mean(axis=0)).T)
    return {
        "area": int(region.area),
        "equivalentDiameter": region.equivalent_diameter_area,
        "feretMax": pdist(points).max(),
        "feretMin": min_feret(points),
        # Largest distance between midpoints of pixel sides of the filled hull.
        "skimageFeretMax": region.feret_diameter_max,
        # In two dimensions scipy calls the perimeter "area" and the area "volume".
        "hullPerimeter": hull.area,
        "hullArea": hull.volume,
        "publishedDiameter": 2 * np.sqrt(distances.min() * distances.max()),
        "x": region.centroid[1] + 0.5,
        "y": region.centroid[0] + 0.5,
    }


def ellipse(size):
    y, x = np.mgrid[:size, :size] + 0.5
    cx, cy = rng.uniform(0.4 * size, 0.6 * size, 2)
    a, b = rng.uniform(0.08 * size, 0.45 * size, 2)
    t = rng.uniform(0, np.pi)
    u = (x - cx) * np.cos(t) + (y - cy) * np.sin(t)
    v = (y - cy) * np.cos(t) - (x - cx) * np.sin(t)
    return ((u / a) ** 2 + (v / b) ** 2 <= 1).astype(np.uint8)


masks = [np.ones((1, 1), np.uint8), np.ones((3, 5), np.uint8), np.eye(4, dtype=np.uint8)]
while len(masks) < 24:
    mask = ellipse(int(rng.integers(12, 48)))
    if mask.sum() > 12 and label(mask, connectivity=2).max() == 1:
        masks.append(mask)
cases = [{"size": list(m.shape), "counts": runs(m), **measure(m)} for m in masks]
pathlib.Path(__file__).with_name("expected.json").write_text(json.dumps(cases, indent=0))
