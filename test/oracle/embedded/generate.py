"""Detections of the embedded weights in torch on two samples: python generate.py (with models/training/requirements.txt)."""
import json
import pathlib
import sys

import numpy as np
import torch
from PIL import Image

root = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(root / "models/training"))
from data import normalize, views
from model import MaskRCNN

folder = root / "models/cavity-compact"
cfg = json.loads((folder / "config.json").read_text())
model = MaskRCNN(cfg).eval()
model.load_state_dict(torch.load(folder / "model.pth", weights_only=True)["model"])
out = {"versions": {"torch": torch.__version__}, "patterns": [], "images": []}
# Sizes for which the cell width is rounded up and down, and for which the last cells are incomplete.
for h, w in [(301, 417), (96, 700), (800, 416), (64, 40)]:
    y, x = np.mgrid[:h, :w]
    planes = normalize(((7 * x + 13 * y + (x * y) % 31) % 256).astype(np.uint8))
    index = np.linspace(0, planes.size - 1, 300).astype(int)
    out["patterns"].append({"size": [h, w], "index": index.tolist(), "planes": planes.reshape(-1)[index].tolist()})
for name in ["underfocus-round-00101.png", "faceted-large-00102.png", "low-dose-00105.png"]:
    gray = np.asarray(Image.open(root / "media/samples/images" / name).convert("L"))
    h0, w0 = gray.shape
    seen = views(gray, cfg["input"])
    h, w = seen[0][1]
    planes = seen[0][0][0, :, :h, :w].numpy()
    boxes, scores = model.detect_views(seen)
    boxes = boxes * torch.tensor([w0 / w, h0 / h, w0 / w, h0 / h])
    index = np.linspace(0, planes.size - 1, 200).astype(int)
    out["images"].append({"file": name, "size": [h, w], "index": index.tolist(), "planes": planes.reshape(-1)[index].tolist(), "boxes": boxes.tolist(), "scores": scores.tolist()})
(pathlib.Path(__file__).parent / "expected.json").write_text(json.dumps(out))
