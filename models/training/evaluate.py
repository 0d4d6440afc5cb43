"""Mean F1 of a checkpoint on a labelled folder at several score thresholds: python evaluate.py model.pth config.json DIR [minSize ...]

Boxes are matched greedily at an IoU of at least 0.1. Unmatched boxes do not count as false positives where at least half of their area lies in
an iscrowd region, or where both sides are below the image's `min_side` in pixels. Thresholds must be chosen on synthetic images.
"""
import json
import math
import sys

import numpy as np
import torch

from data import load, views
from model import MaskRCNN


def f1(boxes, item):
    """F1 of (N, 4) boxes on an item of data.load; 1 where there are neither boxes nor labels."""
    used, tp = set(), 0
    for t in sorted(item["boxes"].tolist()):
        best, index = 0.0, -1
        for i, p in enumerate(boxes):
            w, h = min(p[2], t[2]) - max(p[0], t[0]), min(p[3], t[3]) - max(p[1], t[1])
            if i in used or w <= 0 or h <= 0:
                continue
            iou = w * h / ((p[2] - p[0]) * (p[3] - p[1]) + (t[2] - t[0]) * (t[3] - t[1]) - w * h)
            if iou > best:
                best, index = iou, i
        if best >= 0.1:
            used.add(index)
            tp += 1
    fp = 0
    for i, p in enumerate(boxes):
        if i in used or max(p[2] - p[0], p[3] - p[1]) < item["min_side"]:
            continue
        area = (p[2] - p[0]) * (p[3] - p[1])
        inside = [max(0, min(p[2], c[2]) - max(p[0], c[0])) * max(0, min(p[3], c[3]) - max(p[1], c[1])) for c in item["crowd"]]
        fp += not any(a >= 0.5 * area for a in inside)
    n = len(item["boxes"])
    return 1.0 if tp + fp + n == 0 else 2 * tp / (tp + fp + n)


if __name__ == "__main__":
    cfg = json.load(open(sys.argv[2]))
    model = MaskRCNN(cfg).eval()
    model.load_state_dict(torch.load(sys.argv[1], weights_only=True)["model"])
    items = load(sys.argv[3])
    for size in [int(s) for s in sys.argv[4:]] or [None]:
        results = []
        rule = cfg["input"] if size is None else {**cfg["input"], "keepSize": [math.inf, 0], "minSize": size}
        for item in items:
            h0, w0 = item["gray"].shape
            seen = views(item["gray"], rule)
            h, w = seen[0][1]
            b, s = model.detect_views(seen, 0.2)
            results.append((b.numpy() * np.array([w0 / w, h0 / h] * 2), s.numpy()))
        for t in np.arange(0.3, 1, 0.1).tolist() + [0.95]:
            scores = [f1(b[s >= t].tolist(), i) for (b, s), i in zip(results, items)]
            print(size or "", f"score >= {t:.2f}", f"mean F1 {np.mean(scores):.3f}", " ".join(f"{v:.2f}" for v in scores) if len(scores) < 20 else "", flush=True)
