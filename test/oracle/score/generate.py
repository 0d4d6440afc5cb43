"""COCO data sets with the metrics of pycocotools: python generate.py (needs pycocotools).

Writes fixtures/*.json: each a truth, predictions, and COCOeval's AP, AP50, AP75 and AR (maxDets 100, all areas) for boxes
and masks, for all images together and for each image alone. Made with pycocotools 2.0.11, numpy 2.4.6.
"""
import contextlib
import copy
import io
import json
import pathlib

import numpy as np
from pycocotools import mask as mask_utils
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

out = pathlib.Path(__file__).parent / "fixtures"
out.mkdir(exist_ok=True)


def polygon(rng, box, corners=9):
    """A random polygon inside a box (x, y, width, height in pixels), as a COCO list of x, y pairs."""
    x, y, w, h = box
    angles = np.sort(rng.uniform(0, 2 * np.pi, corners))
    px = x + w / 2 + w / 2 * np.cos(angles)
    py = y + h / 2 + h / 2 * np.sin(angles)
    return np.round(np.stack([px, py], 1).ravel(), 2).tolist()


def dataset(seed, images, categories, crowds, ties):
    rng = np.random.default_rng(seed)
    truth = {"images": [], "annotations": [], "categories": [{"id": c, "name": f"kind {c}"} for c in range(1, categories + 1)]}
    results = []
    for i in range(1, images + 1):
        w, h = int(rng.integers(90, 200)), int(rng.integers(90, 200))
        truth["images"].append({"id": i, "file_name": f"image {i}.png", "width": w, "height": h})
        for _ in range(int(rng.integers(0, 9))):
            bw, bh = rng.uniform(5, 40, 2)
            x, y = rng.uniform(-3, w - bw), rng.uniform(-3, h - bh)
            box = np.round([x, y, bw, bh], 2).tolist()
            crowd = int(crowds and rng.random() < 0.2)
            seg = [polygon(rng, box)] + ([polygon(rng, box)] if rng.random() < 0.2 else [])
            rles = mask_utils.frPyObjects(seg, h, w)
            rle = mask_utils.merge(rles)
            area = float(mask_utils.area(rle))
            if crowd:
                seg = {"size": [h, w], "counts": [int(n) for n in runs(mask_utils.decode(rle))]}
            category = int(rng.integers(1, categories + 1))
            truth["annotations"].append({"id": len(truth["annotations"]) + 1, "image_id": i, "category_id": category,
                                         "bbox": box, "area": area, "iscrowd": crowd, "segmentation": seg})
            for _ in range(int(rng.integers(0, 3))):
                moved = np.asarray(box) + rng.normal(0, 0.12, 4) * [bw, bh, bw, bh]
                moved[2:] = np.maximum(moved[2:], 2)
                results.append(prediction(rng, (h, w), ties, image=i, category=category, box=moved))
        for _ in range(int(rng.integers(0, 4))):
            results.append(prediction(rng, (h, w), ties, image=i, category=int(rng.integers(1, categories + 1)),
                                      box=[rng.uniform(0, w - 30), rng.uniform(0, h - 30), *rng.uniform(4, 30, 2)]))
    return truth, results


def runs(mask):
    flat = mask.T.ravel()
    out, value, n = [], 0, 0
    for v in flat:
        if v != value:
            out.append(n)
            value, n = v, 0
        n += 1
    return [*out, n]


def prediction(rng, size, ties, *, image, category, box):
    """A COCO result of an image of `size` (height, width); with `ties`, scores are rounded to tenths."""
    h, w = size
    box = np.round(box, 2).tolist()
    rle = mask_utils.merge(mask_utils.frPyObjects([polygon(rng, box, corners=14)], h, w))
    score = float(np.round(rng.uniform(0.05, 1), 1 if ties else 5))
    return {"image_id": image, "category_id": category, "bbox": box, "score": score,
            "segmentation": {"size": [h, w], "counts": rle["counts"].decode()}}


def evaluate(truth, results, kind, image_ids=None):
    with contextlib.redirect_stdout(io.StringIO()):
        gt = COCO()
        gt.dataset = copy.deepcopy(truth)
        gt.createIndex()
        rows = copy.deepcopy(results)
        if kind == "segm":
            for r in rows:
                r.pop("bbox")
        dt = gt.loadRes(rows)
        e = COCOeval(gt, dt, kind)
        if image_ids:
            e.params.imgIds = image_ids
        e.evaluate()
        e.accumulate()
        e.summarize()
    value = lambda v: None if v < 0 else float(v)
    return {"ap": value(e.stats[0]), "ap50": value(e.stats[1]), "ap75": value(e.stats[2]), "ar": value(e.stats[8])}


for name, arguments in {"plain": (1, 8, 1, False, False), "crowds": (2, 8, 1, True, False), "categories": (3, 8, 3, True, False), "ties": (4, 6, 1, False, True)}.items():
    truth, results = dataset(*arguments)
    expected = {k: {"all": evaluate(truth, results, k), "images": [evaluate(truth, results, k, [i["id"]]) for i in truth["images"]]} for k in ("bbox", "segm")}
    (out / f"{name}.json").write_text(json.dumps({"truth": truth, "results": results, "expected": expected}) + "\n")
    print(name, len(truth["annotations"]), len(results), expected["bbox"]["all"], expected["segm"]["all"])
