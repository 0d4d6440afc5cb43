"""Input of the network: an image resized as Detectron2 does, and normalized to two planes without learned parameters.

`cavity-flat2`, defined on the resized 8-bit gray image I (float32), with S the shorter side:
  lowpass(X, sigma): means over cells of f x f pixels, f = max(1, floor(S / 64 + 0.5)) (incomplete cells at the right and
    lower edge average the pixels they have); Gaussian of sigma / f cells, radius ceil(3 sigma / f), weights normalized over the
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
    """Matrices along one axis of n pixels: reduction to blurred cells (cells, n), and interpolation to pixels (n, cells)."""
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
    """Low-pass of an (H, W) float32 image; sigma in pixels. Defined at the top of this file."""
    h, w = image.shape
    f = max(1, math.floor(min(h, w) / 64 + 0.5))
    (dy, uy), (dx, ux) = lowpass_matrices(h, f, sigma), lowpass_matrices(w, f, sigma)
    return uy @ (dy @ image @ dx.T) @ ux.T


def normalize(gray):
    """The two planes of a resized (H, W) uint8 image, as a (2, H, W) float32 array."""
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
    """Detectron2's ResizeShortestEdge.get_output_shape: (h, w) after resizing, in pixels."""
    scale = short / min(h, w)
    nh, nw = (short, scale * w) if h < w else (scale * h, short)
    if max(nh, nw) > longest:
        scale = longest / max(nh, nw)
        nh, nw = nh * scale, nw * scale
    return int(nh + 0.5), int(nw + 0.5)


def input_size(h, w, config):
    """(h, w) in pixels to which an image is resized; `config` is `input` of config.json."""
    low, high = config.get("keepSize", (math.inf, 0))
    return shortest_edge(h, w, min(min(h, w), high) if min(h, w) >= low else config["minSize"], config["maxSize"])


def views(gray, config):
    """Views of an image for test-time augmentation, as [((1, 2, H, W) float32 tensor, (h, w), mirrored)].

    The first view is the plain image; `config` is `input` of config.json. H and W are padded, h and w are not.
    """
    plain, out = input_size(*gray.shape, config), []
    for view in [{"scale": 1, "flip": False}, *config.get("augmentations", [])]:
        size, mirrored = tuple(int(n * view["scale"] + 0.5) for n in plain), view["flip"]
        resized = resize(gray, *size)
        planes = normalize(np.ascontiguousarray(resized[:, ::-1]) if mirrored else resized)
        out.append((torch.from_numpy(pad(planes))[None], size, mirrored))
    return out


def resize(gray, h, w):
    """An (H, W) uint8 image resized to (h, w) by Pillow's bilinear filter."""
    return np.asarray(Image.fromarray(gray).resize((w, h), Image.BILINEAR))


def pad(planes, to=32):
    """Pad with zeros at the right and below, to multiples of `to` pixels."""
    _, h, w = planes.shape
    return np.pad(planes, ((0, 0), (0, -h % to), (0, -w % to)))


def load(folder):
    """Read a folder that `tem-gauge synthesize` wrote.

    Returns a list of dicts: name, gray (H, W) uint8, domain, boxes (G, 4) float32 x0 y0 x1 y1 in pixels, masks (per box a
    uint8 crop to the box, or None), crowd (C, 4) boxes with iscrowd 1, min_side (see evaluate.py).
    """
    folder = pathlib.Path(folder)
    coco = json.loads((folder / "annotations.coco.json").read_text())
    by_image = {}
    for a in coco["annotations"]:
        by_image.setdefault(a["image_id"], []).append(a)
    out = []
    for im in coco["images"]:
        path = folder / im["file_name"]
        path = path if path.exists() else folder / "images" / im["file_name"]
        item = {"name": im["file_name"], "gray": read_gray(path), "domain": im.get("domain", ""), "min_side": im.get("min_side", 0), "boxes": [], "masks": [], "crowd": []}
        for a in by_image.get(im["id"], []):
            x, y, w, h = a["bbox"]
            if a.get("iscrowd"):
                item["crowd"].append([x, y, x + w, y + h])
                continue
            item["boxes"].append([x, y, x + w, y + h])
            s, mask = a.get("segmentation"), None
            if isinstance(s, dict):
                x, y, w, h = map(int, (x, y, w, h))
                mask = coco_mask.decode(s)[y : y + h, x : x + w].copy()  # a view would keep the mask of the whole frame in memory
            item["masks"].append(mask)
        item["boxes"] = np.array(item["boxes"], np.float32).reshape(-1, 4)
        item["crowd"] = np.array(item["crowd"], np.float32).reshape(-1, 4)
        out.append(item)
    return out


def read_gray(path):
    """An (H, W) uint8 gray image of a file that Pillow reads."""
    return np.asarray(Image.open(path).convert("L"))


def load_counted(labels, longest_short_side=1400):
    """Read the JSON that `counted.py label` wrote, as items like those of `load`; boxes have no masks.

    Images with a shorter side beyond `longest_short_side` pixels are reduced to it.
    """
    out = []
    for entry in json.loads(pathlib.Path(labels).read_text()):
        gray = read_gray(entry["path"])
        scale = min(1, longest_short_side / min(gray.shape))
        if scale < 1:
            gray = resize(gray, *(int(n * scale) for n in gray.shape))
        boxes, ignored = (np.array(entry[k], np.float32).reshape(-1, 4) * scale for k in ("boxes", "ignored"))
        out.append({"name": entry["path"], "gray": gray, "domain": "real", "min_side": 0, "boxes": boxes, "masks": [None] * len(boxes), "crowd": ignored})
    return out


def window(item, rng):
    """A random part of 160 to 420 pixels of an item; resizing to the input of the network enlarges it two to four times."""
    h0, w0 = item["gray"].shape
    h, w = (min(n, int(rng.uniform(160, 420))) for n in (h0, w0))
    x, y = int(rng.integers(w0 - w + 1)), int(rng.integers(h0 - h + 1))
    seen, crowd = clip_boxes(item["boxes"], x, y, w, h), clip_boxes(item["crowd"], x, y, w, h)
    whole, part = area(item["boxes"]), area(seen)
    kept = [i for i in range(len(seen)) if part[i] > 0.35 * whole[i]]
    lost = [i for i in range(len(seen)) if 0 < part[i] <= 0.35 * whole[i]]  # mostly outside: neither a label nor background
    masks = []
    for i in kept:
        mask = item["masks"][i]
        if mask is not None:
            ox, oy = (int(v) for v in item["boxes"][i][:2] - [x, y])
            mask = mask[max(0, -oy) : max(1, h - oy), max(0, -ox) : max(1, w - ox)]
        masks.append(mask)
    return {**item, "gray": item["gray"][y : y + h, x : x + w], "boxes": seen[kept], "masks": masks, "crowd": np.concatenate([crowd[area(crowd) > 0], seen[lost]])}


def area(boxes):
    """Areas of (N, 4) boxes."""
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def clip_boxes(boxes, x, y, w, h):
    """Boxes relative to a window and clipped to it; those outside get the area 0."""
    low, high = np.array([x, y, x, y], np.float32), np.array([x + w, y + h] * 2, np.float32)
    return (np.clip(boxes, low, high) - low).astype(np.float32)


class Crops:
    """Random square crops with a side of `crop` pixels, rescaled, mirrored and transposed at random.

    scales: lowest and highest shorter side in pixels to which an image is resized before cropping.
    """

    def __init__(self, items, crop=320, scales=(400, 900)):
        self.items, self.crop, self.scales = items, crop, scales

    def one(self, rng):
        """One crop: planes (2, crop, crop) float32, and a target.

        The target is a dict: boxes (G, 4) and ignored (I, 4) in pixels of the crop, masks (per box a uint8 tensor or None),
        crops (per mask [x, y, 0, 0], where its upper left corner lies).
        """
        item, crop = self.items[rng.integers(len(self.items))], self.crop
        if rng.random() < 0.3:
            item = window(item, rng)
        h0, w0 = item["gray"].shape
        short = int(np.exp(rng.uniform(np.log(self.scales[0]), np.log(self.scales[1]))))
        h, w = shortest_edge(h0, w0, max(crop, short), 4000)
        gray = resize(item["gray"], h, w)
        if rng.random() < 0.25:
            gray = 255 - gray if rng.random() < 0.05 and item["domain"] != "real" else np.clip(rng.uniform(0.5, 1.2) * (gray.astype(np.float32) - 128) + rng.uniform(90, 160), 0, 255).astype(np.uint8)
        planes = normalize(gray)
        scale = np.array([w / w0, h / h0] * 2, np.float32)
        boxes, crowd = item["boxes"] * scale, item["crowd"] * scale
        if len(boxes) and rng.random() < 0.7:
            c = boxes[rng.integers(len(boxes))]
            x = int(np.clip((c[0] + c[2]) / 2 - rng.uniform(0.15, 0.85) * crop, 0, w - crop))
            y = int(np.clip((c[1] + c[3]) / 2 - rng.uniform(0.15, 0.85) * crop, 0, h - crop))
        else:
            x, y = int(rng.integers(w - crop + 1)), int(rng.integers(h - crop + 1))
        planes = planes[:, y : y + crop, x : x + crop]
        flip_x, flip_y, turn = rng.random() < 0.5, rng.random() < 0.5, rng.random() < 0.5
        kept, masks, corners, ignored = [], [], [], []
        seen, crowd = clip_boxes(boxes, x, y, crop, crop), clip_boxes(crowd, x, y, crop, crop)
        ignored = [b for b in crowd if (b[2] - b[0]) * (b[3] - b[1]) > 0]
        for i, b in enumerate(boxes):
            v = seen[i]
            bw, bh = v[2] - v[0], v[3] - v[1]
            if bw <= 0 or bh <= 0:
                continue
            mask, corner = item["masks"][i], [0, 0]
            if mask is not None:
                mw, mh = max(1, round(float(b[2] - b[0]))), max(1, round(float(b[3] - b[1])))
                mask = np.asarray(Image.fromarray(mask * 255).resize((mw, mh), Image.BILINEAR)) >= 128
                ox, oy = round(float(b[0])) - x, round(float(b[1])) - y
                mask = mask[max(0, -oy) : max(1, crop - oy), max(0, -ox) : max(1, crop - ox)]
                corner = [max(0, ox), max(0, oy)]
            if bw < 4 or bh < 4 or bw * bh < 0.35 * (b[2] - b[0]) * (b[3] - b[1]) or (mask is not None and not mask.size):
                ignored.append(v)
                continue
            kept.append(v)
            masks.append(mask)
            corners.append(corner)
        size = lambda m: (0, 0) if m is None else m.shape
        if flip_x:
            planes = planes[:, :, ::-1]
            kept, ignored = ([[crop - b[2], b[1], crop - b[0], b[3]] for b in group] for group in (kept, ignored))
            corners = [[crop - c[0] - size(m)[1], c[1]] for c, m in zip(corners, masks)]
            masks = [None if m is None else m[:, ::-1] for m in masks]
        if flip_y:
            planes = planes[:, ::-1]
            kept, ignored = ([[b[0], crop - b[3], b[2], crop - b[1]] for b in group] for group in (kept, ignored))
            corners = [[c[0], crop - c[1] - size(m)[0]] for c, m in zip(corners, masks)]
            masks = [None if m is None else m[::-1] for m in masks]
        if turn:
            planes = planes.transpose(0, 2, 1)
            kept, ignored = ([[b[1], b[0], b[3], b[2]] for b in group] for group in (kept, ignored))
            corners = [[c[1], c[0]] for c in corners]
            masks = [None if m is None else m.T for m in masks]
        return np.ascontiguousarray(planes), {
            "boxes": torch.tensor(np.array(kept, np.float32).reshape(-1, 4)),
            "ignored": torch.tensor(np.array(ignored, np.float32).reshape(-1, 4)),
            "masks": [None if m is None else torch.from_numpy(np.ascontiguousarray(m).astype(np.uint8)) for m in masks],
            "crops": [[*c, 0, 0] for c in corners],
        }


class Batches(torch.utils.data.IterableDataset):
    """Endless batches with a fixed number of crops from each source; parts: [(Crops, crops per batch)]."""

    def __init__(self, parts, seed):
        self.parts, self.seed = parts, seed

    def __iter__(self):
        rng = np.random.default_rng(self.seed)
        while True:
            pairs = [source.one(rng) for source, count in self.parts for _ in range(count)]
            yield torch.from_numpy(np.stack([p[0] for p in pairs])), [p[1] for p in pairs]
