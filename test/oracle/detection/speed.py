"""Time Detectron2's arithmetic in PyTorch on the CPU and the product alternately, on the same checkpoint and image.

python speed.py CHECKPOINT.pth IMAGE.png MODEL_DIR [RUNS]     (torch, torchvision, numpy, pillow; MODEL_DIR from `tem-gauge import detector`)

R50-FPN in the published configuration, modules as Detectron2 runs them: frozen batch norm as its own step, RoIAlign of
torchvision, 1000 proposals, masks of the detections. Proposals, NMS and mask pasting in Python are included, as in Detectron2.
`node dist/tools/bench-detector.js MODEL_DIR IMAGE RUNS` is started for each round and times whole detections in a warm process.
"""
import json
import math
import subprocess
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torchvision.ops import batched_nms, roi_align

checkpoint, path, model_dir = sys.argv[1:4]
runs = int(sys.argv[4]) if len(sys.argv) > 4 else 3
torch.set_num_threads(2)
limit = json.load(open(model_dir + "/model.json"))["detector"]["box"]["detectionsPerImage"]
sd = torch.load(checkpoint, weights_only=False)["model"]
blocks, B = [3, 4, 6, 3], "backbone.bottom_up"
sizes, ratios = [4, 8, 16, 32, 64, 128, 256, 512], [0.5, 1, 2]
CLAMP = math.log(1000 / 16)


def conv(name, x, stride=1, relu=False):
    w = sd[name + ".weight"]
    x = F.conv2d(x, w, sd.get(name + ".bias"), stride, w.shape[-1] // 2)
    n = name + ".norm."
    if n + "weight" in sd:
        x = F.batch_norm(x, sd[n + "running_mean"], sd[n + "running_var"], sd[n + "weight"], sd[n + "bias"], False, 0, 1e-5)
    return x.relu_() if relu else x


def decode(d, a, weights):
    w, h = a[:, 2] - a[:, 0], a[:, 3] - a[:, 1]
    d = d / torch.tensor(weights)
    cx, cy = d[:, 0] * w + a[:, 0] + 0.5 * w, d[:, 1] * h + a[:, 1] + 0.5 * h
    pw, ph = d[:, 2].clamp(max=CLAMP).exp() * w, d[:, 3].clamp(max=CLAMP).exp() * h
    return torch.stack([cx - 0.5 * pw, cy - 0.5 * ph, cx + 0.5 * pw, cy + 0.5 * ph], 1)


def pool(features, boxes, out):
    level = torch.floor(4 + torch.log2(((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])).sqrt() / 224 + 1e-8)).clamp(2, 5)
    x = torch.zeros(len(boxes), features[0].shape[1], out, out)
    for i in range(4):
        index = (level == i + 2).nonzero()[:, 0]
        if len(index):
            x[index] = roi_align(features[i], [boxes[index]], out, 1 / (4 << i), 0, True)
    return x


@torch.no_grad()
def detect(image):
    h0, w0 = image.shape[:2]
    scale = 800 / min(h0, w0)
    scale *= min(1, 1333 / (max(h0, w0) * scale))
    h, w = int(h0 * scale + 0.5), int(w0 * scale + 0.5)
    resized = np.asarray(Image.fromarray(image).resize((w, h), Image.BILINEAR))[:, :, ::-1]
    x = torch.from_numpy(resized.astype(np.float32).transpose(2, 0, 1)) - torch.tensor([103.53, 116.28, 123.675])[:, None, None]
    x = F.pad(x, (0, -w % 32, 0, -h % 32))[None]
    x, stages = F.max_pool2d(conv(f"{B}.stem.conv1", x, 2, True), 3, 2, 1), []
    for s, n in enumerate(blocks):
        for b in range(n):
            p, stride = f"{B}.res{s + 2}.{b}", 2 if s and not b else 1
            short = conv(p + ".shortcut", x, stride) if p + ".shortcut.weight" in sd else x
            x = conv(p + ".conv3", conv(p + ".conv2", conv(p + ".conv1", x, stride, True), 1, True)).add_(short).relu_()
        stages.append(x)
    top, feats = None, {}
    for i in (5, 4, 3, 2):
        lateral = conv(f"backbone.fpn_lateral{i}", stages[i - 2])
        top = lateral if top is None else lateral + F.interpolate(top, scale_factor=2, mode="nearest")
        feats[i] = conv(f"backbone.fpn_output{i}", top)
    feats[6] = F.max_pool2d(feats[5], 1, 2)
    rpn, boxes, scores, levels = "proposal_generator.rpn_head", [], [], []
    cell = torch.tensor([[-math.sqrt(s * s / r) / 2, -math.sqrt(s * s / r) * r / 2, math.sqrt(s * s / r) / 2, math.sqrt(s * s / r) * r / 2] for s in sizes for r in ratios])
    for i in range(2, 7):
        t = conv(rpn + ".conv", feats[i], 1, True)
        logits = conv(rpn + ".objectness_logits", t)[0].permute(1, 2, 0).flatten()
        deltas = conv(rpn + ".anchor_deltas", t)[0]
        hh, ww = deltas.shape[-2:]
        deltas = deltas.view(-1, 4, hh, ww).permute(2, 3, 0, 1).reshape(-1, 4)
        score, index = logits.topk(min(1000, len(logits)))
        y, xx = torch.meshgrid(torch.arange(hh) << i, torch.arange(ww) << i, indexing="ij")
        anchors = (torch.stack([xx, y, xx, y], -1).reshape(-1, 1, 4) + cell).reshape(-1, 4)
        boxes.append(decode(deltas[index], anchors[index], [1.0, 1, 1, 1]))
        scores.append(score)
        levels.append(torch.full_like(index, i))
    clip = lambda b: torch.stack([b[:, 0].clamp(0, w), b[:, 1].clamp(0, h), b[:, 2].clamp(0, w), b[:, 3].clamp(0, h)], 1)
    boxes, scores, levels = clip(torch.cat(boxes)), torch.cat(scores), torch.cat(levels)
    full = lambda b: (b[:, 2] > b[:, 0]) & (b[:, 3] > b[:, 1])
    keep = full(boxes)
    boxes, scores, levels = boxes[keep], scores[keep], levels[keep]
    boxes = boxes[batched_nms(boxes, scores, levels, 0.7)[:1000]]
    f4, head = [feats[i] for i in range(2, 6)], "roi_heads.box_"
    x = pool(f4, boxes, 7).flatten(1)
    for fc in ("head.fc1", "head.fc2"):
        x = F.relu(F.linear(x, sd[head + fc + ".weight"], sd[head + fc + ".bias"]))
    linear = lambda n: F.linear(x, sd[head + f"predictor.{n}.weight"], sd[head + f"predictor.{n}.bias"])
    prob, found = linear("cls_score").softmax(1)[:, 0], clip(decode(linear("bbox_pred"), boxes, [10.0, 10, 5, 5]))
    keep = prob > 0.25
    found, prob = found[keep], prob[keep]
    keep = batched_nms(found, prob, torch.zeros(len(prob)), 0.5)[:limit]
    found = found[keep]
    found = found[full(found)]
    if len(found):
        x, i = pool(f4, found, 14), 1
        while f"roi_heads.mask_head.mask_fcn{i}.weight" in sd:
            x, i = conv(f"roi_heads.mask_head.mask_fcn{i}", x, 1, True), i + 1
        x = F.conv_transpose2d(x, sd["roi_heads.mask_head.deconv.weight"], sd["roi_heads.mask_head.deconv.bias"], 2).relu_()
        conv("roi_heads.mask_head.predictor", x).sigmoid()
    return len(found)


image = np.asarray(Image.open(path).convert("RGB"))
detect(image)
times = []
for _ in range(runs):
    began = time.perf_counter()
    n = detect(image)
    times.append(time.perf_counter() - began)
    ours = json.loads(subprocess.run(["node", "dist/tools/bench-detector.js", model_dir, path, "3"], capture_output=True, text=True, check=True, env={"PATH": __import__("os").environ["PATH"]}).stdout)
    print(f"PyTorch {times[-1]:.2f} s ({n} found), TEM Gauge {ours['wholeMs'] / 1000:.2f} s ({ours['detections']} found), ratio {1000 * times[-1] / ours['wholeMs']:.2f}, outside onnxruntime {100 * ours['outsideFraction']:.1f} %", flush=True)
