"""Micrographs as the network sees them: Detectron2's resize, then two planes of fixed normalization.

`cavity-flat2`, defined on the resized 8-bit gray image I (float32), with S the shorter side:
  lowpass(X, sigma): means over cells of f x f pixels, f = max(1, floor(S / 64 + 0.5)) (cells at the right and lower edge
    average the pixels that exist); Gaussian of sigma / f cells, radius ceil(3 sigma / f), weights normalized over the
    cells that exist; bilinear interpolation between cell centres, clamped at the border.
  plane 0: d = I - lowpass(I, S / 8); a, b = percentiles 0.5 and 99.5 of every 13th pixel of d in row-major order,
    taken without interpolation at index floor(q (n - 1) + 0.5) of the sorted values; clip(2 (d - a) / max(b - a, 1) - 1, -1.5, 1.5).
  plane 1: e = I - lowpass(I, S / 16); clip(e / sqrt(lowpass(e^2, S / 16) + 1), -4, 4) / 2.
Zeros are padded to the right and below, to a multiple of 32.
"""
import functools
import json
import math
import pathlib

import numpy as np
import torch
from PIL import Image
from pycocotools import mask as coco_mask


@functools.lru_cache(maxsize=256)
def lowpass_matrices(n, f, sigma):
    cells = -(-n // f)
    down = np.zeros((cells, n), np.float32)
    for c in range(cells):
        end = min(n, (c + 1) * f)
        down[c, c * f : end] = 1 / (end - c * f)
    s = sigma / f
    radius = math.ceil(3 * s)
    distance = np.arange(cells)[:, None] - np.arange(cells)[None, :]
    blur = np.where(np.abs(distance) <= radius, np.exp(-0.5 * (distance / s) ** 2), 0)
    blur /= blur.sum(1, keepdims=True)
    at = np.clip((np.arange(n) + 0.5) / f - 0.5, 0, cells - 1)
    low = np.minimum(np.floor(at).astype(int), max(0, cells - 2))
    up = np.zeros((n, cells), np.float32)
    up[np.arange(n), low] = 1 - (at - low)
    if cells > 1:
        up[np.arange(n), low + 1] = at - low
    return (blur @ down).astype(np.float32), up


def lowpass(image, sigma):
    h, w = image.shape
    f = max(1, math.floor(min(h, w) / 64 + 0.5))
    (dy, uy), (dx, ux) = lowpass_matrices(h, f, sigma), lowpass_matrices(w, f, sigma)
    return uy @ (dy @ image @ dx.T) @ ux.T


def normalize(gray):
    """(H, W) uint8 -> (2, H, W) float32"""
    image = gray.astype(np.float32)
    side = min(image.shape)
    d = image - lowpass(image, side / 8)
    values = d.reshape(-1)[::13]
    at = [int(math.floor(q * (len(values) - 1) + 0.5)) for q in (0.005, 0.995)]
    a, b = np.partition(values, at)[at]
    flat = np.clip(2 * (d - a) / max(b - a, 1) - 1, -1.5, 1.5)
    e = image - lowpass(image, side / 16)
    local = np.clip(e / np.sqrt(np.maximum(lowpass(e * e, side / 16), 0) + 1), -4, 4) / 2
    return np.stack([flat, local]).astype(np.float32)


def shortest_edge(h, w, short, longest):
    """ResizeShortestEdge.get_output_shape"""
    scale = short / min(h, w)
    nh, nw = (short, scale * w) if h < w else (scale * h, short)
    if max(nh, nw) > longest:
        scale = longest / max(nh, nw)
        nh, nw = nh * scale, nw * scale
    return int(nh + 0.5), int(nw + 0.5)


def input_size(h, w, config):
    """(h, w) of an image as the network takes it: `input` of config.json"""
    low, high = config.get("keepSize", (math.inf, 0))
    return shortest_edge(h, w, min(min(h, w), high) if min(h, w) >= low else config["minSize"], config["maxSize"])


def views(gray, config):
    """[((1, 2, H, W) float32, (h, w), mirrored)] of an image as the network takes them: `input` of config.json"""
    plain, out = input_size(*gray.shape, config), []
    for view in [{"scale": 1, "flip": False}, *config.get("augmentations", [])]:
        size, mirrored = tuple(int(n * view["scale"] + 0.5) for n in plain), view["flip"]
        resized = resize(gray, *size)
        planes = normalize(np.ascontiguousarray(resized[:, ::-1]) if mirrored else resized)
        out.append((torch.from_numpy(pad(planes))[None], size, mirrored))
    return out


def resize(gray, h, w):
    return np.asarray(Image.fromarray(gray).resize((w, h), Image.BILINEAR))


def pad(planes, to=32):
    _, h, w = planes.shape
    return np.pad(planes, ((0, 0), (0, -h % to), (0, -w % to)))


def load(folder):
    """A folder as `tem-gauge synthesize` writes it -> list of {gray, boxes (G, 4), masks, domain, min_side, crowd}."""
    folder = pathlib.Path(folder)
    coco = json.loads((folder / "annotations.coco.json").read_text())
    by_image = {}
    for a in coco["annotations"]:
        by_image.setdefault(a["image_id"], []).append(a)
    out = []
    for im in coco["images"]:
        path = folder / im["file_name"]
        path = path if path.exists() else folder / "images" / im["file_name"]
        gray = np.asarray(Image.open(path).convert("L"))
        item = {"name": im["file_name"], "gray": gray, "domain": im.get("domain", ""), "min_side": im.get("min_side", 0), "boxes": [], "masks": [], "crowd": []}
        for a in by_image.get(im["id"], []):
            x, y, w, h = a["bbox"]
            if a.get("iscrowd"):
                item["crowd"].append([x, y, x + w, y + h])
                continue
            item["boxes"].append([x, y, x + w, y + h])
            s = a.get("segmentation")
            if isinstance(s, dict):
                x, y, w, h = map(int, (x, y, w, h))
                item["masks"].append(coco_mask.decode(s)[y : y + h, x : x + w].copy())  # a view would keep the whole frame
        item["boxes"] = np.array(item["boxes"], np.float32).reshape(-1, 4)
        item["crowd"] = np.array(item["crowd"], np.float32).reshape(-1, 4)
        out.append(item)
    return out


def window(item, rng):
    """A cut-out of an image, as users make them: resizing to the network's input then magnifies it two to four times."""
    h0, w0 = item["gray"].shape
    h, w = (min(n, int(rng.uniform(160, 420))) for n in (h0, w0))
    x, y = int(rng.integers(w0 - w + 1)), int(rng.integers(h0 - h + 1))
    boxes, masks = [], []
    for b, m in zip(item["boxes"].astype(int), item["masks"]):
        x0, y0, x1, y1 = max(b[0], x), max(b[1], y), min(b[2], x + w), min(b[3], y + h)
        if x1 - x0 < 3 or y1 - y0 < 3 or (x1 - x0) * (y1 - y0) < 0.35 * (b[2] - b[0]) * (b[3] - b[1]):
            continue
        boxes.append([x0 - x, y0 - y, x1 - x, y1 - y])
        masks.append(m[y0 - b[1] : y1 - b[1], x0 - b[0] : x1 - b[0]])
    return {**item, "gray": item["gray"][y : y + h, x : x + w], "boxes": np.array(boxes, np.float32).reshape(-1, 4), "masks": masks}


class Crops(torch.utils.data.IterableDataset):
    """Endless batches of random crops at random scales, flipped and turned; one batch an item."""

    def __init__(self, items, seed, batch, crop, scales):
        self.items, self.seed, self.batch, self.crop, self.scales = items, seed, batch, crop, scales

    def __iter__(self):
        rng = np.random.default_rng(self.seed)
        while True:
            pairs = [self.one(rng) for _ in range(self.batch)]
            yield torch.from_numpy(np.stack([p[0] for p in pairs])), [p[1] for p in pairs]

    def one(self, rng):
        item, crop = self.items[rng.integers(len(self.items))], self.crop
        if rng.random() < 0.3:
            item = window(item, rng)
        h0, w0 = item["gray"].shape
        short = int(np.exp(rng.uniform(np.log(self.scales[0]), np.log(self.scales[1]))))
        h, w = shortest_edge(h0, w0, max(crop, short), 4000)
        gray = resize(item["gray"], h, w)
        if rng.random() < 0.25:
            gray = 255 - gray if rng.random() < 0.05 else np.clip(rng.uniform(0.5, 1.2) * (gray.astype(np.float32) - 128) + rng.uniform(90, 160), 0, 255).astype(np.uint8)
        planes = normalize(gray)
        sx, sy = w / w0, h / h0
        boxes = item["boxes"] * np.array([sx, sy, sx, sy], np.float32)
        if len(boxes) and rng.random() < 0.8:
            c = boxes[rng.integers(len(boxes))]
            x = int(np.clip((c[0] + c[2]) / 2 - rng.uniform(0.15, 0.85) * crop, 0, w - crop))
            y = int(np.clip((c[1] + c[3]) / 2 - rng.uniform(0.15, 0.85) * crop, 0, h - crop))
        else:
            x, y = int(rng.integers(w - crop + 1)), int(rng.integers(h - crop + 1))
        planes = planes[:, y : y + crop, x : x + crop]
        flip_x, flip_y, turn = rng.random() < 0.5, rng.random() < 0.5, rng.random() < 0.5
        kept, masks, corners = [], [], []
        for i, b in enumerate(boxes):
            v = np.array([max(b[0], x), max(b[1], y), min(b[2], x + crop), min(b[3], y + crop)])
            bw, bh = v[2] - v[0], v[3] - v[1]
            if bw < 4 or bh < 4 or bw * bh < 0.35 * (b[2] - b[0]) * (b[3] - b[1]):
                continue
            mw, mh = max(1, round(b[2] - b[0])), max(1, round(b[3] - b[1]))
            mask = np.asarray(Image.fromarray(item["masks"][i] * 255).resize((mw, mh), Image.BILINEAR)) >= 128
            ox, oy = round(float(b[0])) - x, round(float(b[1])) - y
            cx, cy = max(0, -ox), max(0, -oy)
            mask = mask[cy : max(cy + 1, crop - oy), cx : max(cx + 1, crop - ox)]
            if not mask.size:
                continue
            kept.append(v - [x, y, x, y])
            masks.append(mask)
            corners.append([max(0, ox), max(0, oy)])
        if flip_x:
            planes = planes[:, :, ::-1]
            kept = [[crop - b[2], b[1], crop - b[0], b[3]] for b in kept]
            corners = [[crop - c[0] - m.shape[1], c[1]] for c, m in zip(corners, masks)]
            masks = [m[:, ::-1] for m in masks]
        if flip_y:
            planes = planes[:, ::-1]
            kept = [[b[0], crop - b[3], b[2], crop - b[1]] for b in kept]
            corners = [[c[0], crop - c[1] - m.shape[0]] for c, m in zip(corners, masks)]
            masks = [m[::-1] for m in masks]
        if turn:
            planes = planes.transpose(0, 2, 1)
            kept = [[b[1], b[0], b[3], b[2]] for b in kept]
            corners = [[c[1], c[0]] for c in corners]
            masks = [m.T for m in masks]
        return np.ascontiguousarray(planes), {
            "boxes": torch.tensor(np.array(kept, np.float32).reshape(-1, 4)),
            "masks": [torch.from_numpy(np.ascontiguousarray(m).astype(np.uint8)) for m in masks],
            "crops": [[*c, 0, 0] for c in corners],
        }
