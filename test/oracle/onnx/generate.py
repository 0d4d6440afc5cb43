"""Tiny graphs with the interfaces of well-known exporters, and the detections of their authors' post-processing.

python generate.py (needs onnx, torch, torchvision, pycocotools). The image is 100 x 80; outputs do not depend on it.
References: Ultralytics ops.non_max_suppression, process_mask, scale_boxes (v8); Detectron2 detector_postprocess; torchvision
batched_nms. The product samples masks in the original image, while the references resize them twice: compare masks by IoU.
"""
import json
import pathlib

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from torchvision.ops import batched_nms

out = pathlib.Path(__file__).parent / "fixtures"
out.mkdir(exist_ok=True)
rng = np.random.default_rng(4)
W, H = 100, 80
expected = {}
types = {np.dtype("float32"): TensorProto.FLOAT, np.dtype("int64"): TensorProto.INT64}


def graph(name, image, outputs, shapes=None, metadata=None):
    nodes, initializers, infos = [], [], []
    for k, v in outputs.items():
        initializers.append(numpy_helper.from_array(v, f"{k}_value"))
        nodes.append(helper.make_node("Identity", [f"{k}_value"], [k]))
        infos.append(helper.make_tensor_value_info(k, types[v.dtype], (shapes or {}).get(k, v.shape)))
    g = helper.make_graph(nodes, name, [helper.make_tensor_value_info(image[0], TensorProto.FLOAT, image[1])], infos, initializers)
    m = helper.make_model(g, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(m, metadata or {})
    (out / f"{name}.onnx").write_bytes(m.SerializeToString())


def rle(mask):
    from pycocotools import mask as coco

    r = coco.encode(np.asfortranarray(mask.astype(np.uint8)))
    return {"size": r["size"], "counts": r["counts"].decode()}


def record(name, boxes, scores, labels, masks=None):
    expected[name] = {"boxes": np.asarray(boxes).tolist(), "scores": np.asarray(scores).tolist(), "labels": np.asarray(labels).tolist(), "masks": masks}


# Ultralytics: 64 x 64 letterbox, 2 classes, 4 mask coefficients
r = min(64 / W, 64 / H)
nw, nh = round(W * r), round(H * r)
left, top = round((64 - nw) / 2 - 0.1), round((64 - nh) / 2 - 0.1)
n = 40
rows = np.zeros((10, n), np.float32)
centre = rng.uniform([left + 8, top + 8], [64 - left - 8, 64 - top - 8], (8, 2)).repeat(5, 0) + rng.normal(0, 1, (n, 2))
rows[0:2], rows[2:4] = centre.T, rng.uniform(8, 22, (2, n))
rows[4:6] = rng.uniform(0, 0.95, (2, n))
rows[6:] = rng.normal(0, 1, (4, n))
protos = np.stack([np.sin(np.add.outer(np.arange(16) * a, np.arange(16) * b) / 5) for a, b in ((1, 0), (0, 1), (1, 1), (1, -1))]).astype(np.float32) + 0.2


def yolo(masks):
    p = torch.from_numpy(rows[:6]).T
    boxes = torch.cat([p[:, :2] - p[:, 2:4] / 2, p[:, :2] + p[:, 2:4] / 2], 1)
    score, label = p[:, 4:].max(1)
    keep = score > 0.25
    boxes, score, label, coef = boxes[keep], score[keep], label[keep], torch.from_numpy(rows[6:]).T[keep]
    keep = batched_nms(boxes, score, label, 0.7)
    boxes, score, label, coef = boxes[keep], score[keep], label[keep], coef[keep]
    placed = ((boxes - torch.tensor([left, top, left, top])) / r).clamp(min=0)
    placed = torch.minimum(placed, torch.tensor([W, H, W, H], dtype=torch.float32))
    rles = None
    if masks:
        logits = (coef @ torch.from_numpy(protos).reshape(4, -1)).reshape(-1, 1, 16, 16)
        full = F.interpolate(logits, (64, 64), mode="bilinear", align_corners=False)[:, :, top : top + nh, left : left + nw]
        full = F.interpolate(full, (H, W), mode="bilinear", align_corners=False)[:, 0] > 0
        rles = []
        for m, b in zip(full.numpy(), placed.numpy()):
            inside = np.zeros_like(m)
            inside[int(np.floor(b[1])) : int(np.ceil(b[3])), int(np.floor(b[0])) : int(np.ceil(b[2]))] = True
            rles.append(rle(m & inside))
    return placed, score, label, rles


names = {"names": "{0: 'cavity', 1: 'loop'}", "imgsz": "[64, 64]", "task": "segment"}
graph("yolo-seg", ("images", [1, 3, 64, 64]), {"output0": rows[None], "output1": protos[None]}, metadata=names)
record("yolo-seg", *yolo(True))
graph("yolo-detect", ("images", ["batch", 3, "height", "width"]), {"output0": rows[None, :6]}, {"output0": ["batch", 6, "anchors"]}, {**names, "task": "detect"})
record("yolo-detect", *yolo(False))
end = np.array([[10, 12, 30, 34, 0.9, 0], [20, 20, 50, 44, 0.6, 1], [1, 8, 9, 18, 0.1, 0]], np.float32)
graph("yolo-end-to-end", ("images", [1, 3, 64, 64]), {"output0": end[None]}, metadata=names)
record("yolo-end-to-end", np.clip((end[:2, :4] - [left, top, left, top]) / r, 0, [W, H, W, H]), end[:2, 4], end[:2, 5])

# Detectron2: BGR, shortest edge 800; boxes and 28 x 28 masks in the resized frame, image size
scale = 800 / H
boxes = np.array([[100, 80, 400, 320], [500, 300, 900, 700], [10, 20, 60, 90]], np.float32)
scores = np.array([0.97, 0.6, 0.1], np.float32)
classes = np.zeros(3, np.int64)
soft = np.ones((3, 1, 28, 28), np.float32)
free = {"boxes": ["n", 4], "classes": ["n"], "masks": ["n", 1, 28, 28], "scores": ["n"]}
graph("detectron2", ("image", [3, "height", "width"]), {"boxes": boxes, "classes": classes, "masks": soft, "scores": scores, "size": np.array([800, 1000], np.int64)}, free)
record("detectron2", boxes[:2] / scale, scores[:2], classes[:2])

# torchvision: RGB 0-1, original frame, labels from 1, masks of the image's size
tv = boxes / 10
full = np.zeros((3, 1, H, W), np.float32)
for k, b in enumerate(tv):
    full[k, 0, int(b[1]) : int(b[3]), int(b[0]) : int(b[2])] = 0.9
free = {"boxes": ["n", 4], "labels": ["n"], "scores": ["n"], "masks": ["n", 1, "h", "w"]}
graph("torchvision", ("image", [3, "height", "width"]), {"boxes": tv, "labels": np.ones(3, np.int64), "scores": scores, "masks": full}, free)
record("torchvision", tv[:2], scores[:2], [0, 0], [rle(full[k, 0] > 0.5) for k in range(2)])

# MMDetection: normalized before the graph, shortest edge 800 of 1333
dets = np.concatenate([boxes, scores[:, None]], 1)[None]
graph("mmdetection", ("input", ["batch", 3, "height", "width"]), {"dets": dets, "labels": classes[None], "masks": soft.reshape(1, 3, 28, 28)}, {"dets": ["batch", "n", 5], "labels": ["batch", "n"], "masks": ["batch", "n", 28, 28]})
record("mmdetection", boxes[:2] / scale, scores[:2], [0, 0])

# none of these interfaces
graph("unknown", ("x", [1, 10]), {"y": np.zeros((1, 7), np.float32)})
graph("classifier", ("image", [1, 3, 64, 64]), {"logits": np.zeros((1, 7), np.float32)})
(out / "expected.json").write_text(json.dumps(expected))
