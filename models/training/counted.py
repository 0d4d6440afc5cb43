"""Labels for real micrographs with a known number of cavities, and the errors of a detector's counts on them.

python counted.py label --data DIR --model model.pth --config config.json --out labels.json [--fold dev|train|all]
python counted.py score --data DIR --model model.pth --config config.json [--fold dev]

DIR contains real-counted/expert_counts.csv (columns image, folder, expert_count, family, use) and the folders named there.
The labels follow count-guided weakly supervised localization (C-WSL, ECCV 2018): the N candidates with the highest scores
are the labels of an image, where N is the experts' count; the next 0.3 N candidates are ignored; the rest is background.
All images of one place (micrograph, neighbouring tiles, sample) belong to the same fold, `dev` or `train`. Places of images
that were boxed by eye belong to neither.
"""
import argparse
import csv
import json
import math
import pathlib
import re
import zlib

import numpy as np
import torch

from data import read_gray, views
from model import MaskRCNN

TILES_PER_MICROGRAPH = 9


def place(name, family):
    """Identifier of the place an image shows: the micrograph of a tile, the number of a scanned picture, or the sample's name.

    Images of one place show the same foil and must not be split between training and validation.
    """
    if family == "tile":
        return f"tile {int(re.match(r'[0-9]+', name).group()) // TILES_PER_MICROGRAPH}"
    return re.match(r"[0-9]+" if family == "jpg" else r"[^ _]+", name).group()


def boxed_images(data):
    """File names of the images that were boxed by eye; they are used for reporting only. A crop counts as its image."""
    names = set()
    for folder in ("real-labelled", "real-labelled-2"):
        for image in json.loads((data / folder / "annotations.coco.json").read_text())["images"]:
            name = image["file_name"]
            names.add(re.sub(r"__[0-9_]+\.png$", "", name))
    return names


def counted_images(data, fold="all"):
    """Counted images of a fold (`dev`, `train` or `all`) as [{path, count, family, place, fold}].

    Images of places with a boxed image are left out. One fifth of the places, chosen by a hash, is `dev`.
    """
    data = pathlib.Path(data)
    rows = list(csv.DictReader((data / "real-counted" / "expert_counts.csv").open()))
    boxed = boxed_images(data)
    stems = {re.sub(r"\.(png|jpg)$", "", b) for b in boxed}
    reserved = {place(s, "tile" if re.match(r"^[0-9]{5}$", s) else "jpg" if re.match(r"^[0-9]+_[0-9]+$", s) else "named") for s in stems}
    tiles = [int(s) for s in stems if re.match(r"^[0-9]{5}$", s)]
    out = []
    for r in rows:
        where = place(r["image"], r["family"])
        beside = r["family"] == "tile" and any(abs(int(r["image"][:5]) - t) <= TILES_PER_MICROGRAPH for t in tiles)
        if r["use"] != "adapt" or where in reserved or beside:
            continue
        path = next(p for p in (data / r["folder"] / r["image"], data / r["folder"] / "images" / r["image"], data / "real-counted" / "images" / r["image"]) if p.exists())
        part = "dev" if zlib.crc32(f"{r['family']} {where}".encode()) % 5 == 0 else "train"
        if fold in ("all", part):
            out.append({"path": str(path), "count": int(r["expert_count"]), "family": r["family"], "place": where, "fold": part})
    return out


@torch.no_grad()
def candidates(model, gray, low=0.03):
    """Candidates with a score above `low`, after NMS over all views of test-time augmentation, highest score first.

    Returns an (N, 5) array: x0, y0, x1, y1 in pixels of the image, and the score from 0 to 1.
    """
    h0, w0 = gray.shape
    seen = views(gray, model.cfg["input"])
    h, w = seen[0][1]
    boxes, scores = model.detect_views(seen, low)
    return np.concatenate([boxes.numpy() * np.array([w0 / w, h0 / h] * 2), scores.numpy()[:, None]], 1)


def labels_of(found, count):
    """Boxes of the labels and of the ignored candidates: the first `count` candidates, and the next 0.3 `count`.

    Where there are fewer candidates than `count`, those scored above 0.05 are labels.
    """
    kept = found[:count] if len(found) >= count else found[found[:, 4] > 0.05]
    ignored = found[len(kept) : len(kept) + math.ceil(0.3 * count)]
    if count < 3:
        ignored = ignored[ignored[:, 4] > 0.3]
    return kept[:, :4].round(2).tolist(), ignored[:, :4].round(2).tolist()


LEVELS = np.array([0.03, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98])


def histogram_features(found):
    """Features of an image's candidates for the ridge regression of log(1 + count): score histogram, sums and sizes."""
    s = found[:, 4]
    side = np.sqrt(np.clip((found[:, 2] - found[:, 0]) * (found[:, 3] - found[:, 1]), 1e-6, None))
    sizes = [np.log(np.median(side[s >= t])) if (s >= t).any() else 3.5 for t in (0.1, 0.5)]
    return np.concatenate([np.log((s[None] >= LEVELS[:, None]).sum(1) + 1), [np.log(s.sum() + 1), np.log((s**2).sum() + 1)], sizes])


def ridge(x, y, penalty):
    """Fit a ridge regression on standardized columns; returns the function that predicts."""
    mean, scale = x.mean(0), x.std(0) + 1e-6
    z = (x - mean) / scale
    w = np.linalg.solve(z.T @ z + penalty * np.eye(z.shape[1]), z.T @ (y - y.mean()))
    return lambda a: ((a - mean) / scale) @ w + y.mean()


def count_errors(images, found):
    """Errors of the counts at fixed score thresholds, and of a ridge regression by cross-validation grouped by place."""
    x, y = np.array([histogram_features(f) for f in found]), np.log1p([i["count"] for i in images])
    places = [f"{i['family']} {i['place']}" for i in images]
    group = np.array([zlib.crc32(p.encode()) // 5 % 8 for p in places])
    predicted = np.zeros(len(y))
    for g in set(group):
        predicted[group == g] = ridge(x[group != g], y[group != g], 3.0)(x[group == g])
    truth = np.expm1(y)
    report = lambda n: {
        "abs log ratio": np.abs(np.log1p(n) - y).mean(),
        "F1 cap": np.where(n + truth > 0, 2 * np.minimum(n, truth) / np.maximum(n + truth, 1), 1).mean(),
        "found >= 15": np.minimum(n, truth)[truth >= 15].sum() / truth[truth >= 15].sum(),
        "found >= 15 mean": (np.minimum(n, truth) / truth)[truth >= 15].mean(),
        "extra <= 3": np.maximum(n - truth, 0)[truth <= 3].mean(),
    }
    out = {f"{t:.2f}": report(np.array([(f[:, 4] >= t).sum() for f in found], float)) for t in (0.3, 0.5, 0.7, 0.85)}
    counts = np.minimum(np.round(np.maximum(np.expm1(predicted), 0)), [len(f) for f in found])
    return {**out, "regressed": report(counts)}


def load_model(weights, config):
    """A MaskRCNN in evaluation mode from a checkpoint and its configuration."""
    cfg = json.loads(pathlib.Path(config).read_text())
    model = MaskRCNN(cfg).eval()
    model.load_state_dict(torch.load(weights, weights_only=True)["model"])
    return model


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("action", choices=["label", "score"])
    p.add_argument("--data", required=True)
    p.add_argument("--model", required=True)
    p.add_argument("--config", default="config.json")
    p.add_argument("--fold", default="train")
    p.add_argument("--out")
    p.add_argument("--threads", type=int, default=2)
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    model = load_model(a.model, a.config)
    images = counted_images(a.data, a.fold)
    found = [candidates(model, read_gray(i["path"])) for i in images]
    if a.action == "label":
        labels = [dict(zip(("boxes", "ignored"), labels_of(f, i["count"])), **i) for i, f in zip(images, found)]
        pathlib.Path(a.out).write_text(json.dumps(labels))
        print(f"{len(labels)} images, {sum(len(l['boxes']) for l in labels)} labels of {sum(i['count'] for i in images)} counted cavities")
    else:
        for name, values in count_errors(images, found).items():
            print(f"{name:10}", "  ".join(f"{k} {v:.3f}" for k, v in values.items()))
