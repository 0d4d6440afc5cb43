"""Train the embedded detector; README.md has the commands.

python train.py --data DIR [DIR ...] --config config.json --out DIR --minutes 60 --seed 7 [--init model.pth] [--device cuda]
  [--counted labels.json --pasted DIR [DIR ...] --mix 2 1 1]
--data: folders written by `tem-gauge synthesize`. --counted: real images with labels from counts (counted.py); without it and
--pasted no real image is used. --pasted: synthetic cavities on real backgrounds. --mix: crops per batch from counted images,
from pasted images, and one unused number; the rest of the batch is synthetic.
Writes OUT/model.pth (averaged weights, Detectron2 names), OUT/config.json, OUT/log.jsonl and OUT/last.pth to resume from.
"""
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the data loader is a separate process, whose BLAS must not use the cores of the training
import argparse
import copy
import json
import math
import pathlib
import time

import torch

from data import Batches, Crops, load, load_counted
from model import MaskRCNN

p = argparse.ArgumentParser()
p.add_argument("--data", nargs="+", required=True)
p.add_argument("--counted")
p.add_argument("--pasted", nargs="*", default=[])
p.add_argument("--mix", type=int, nargs=3, default=[2, 1, 1])
p.add_argument("--without", nargs="*", default=[], help="domains that are not trained on, for the grouped splits of the forest")
p.add_argument("--config", default="config.json")
p.add_argument("--out", required=True)
p.add_argument("--minutes", type=float, required=True)
p.add_argument("--seed", type=int, default=7)
p.add_argument("--init")
p.add_argument("--resume", action="store_true")
p.add_argument("--device", default="cpu")
p.add_argument("--batch", type=int, default=4)
p.add_argument("--crop", type=int, default=320)
p.add_argument("--scales", type=int, nargs=2, default=[400, 900])
p.add_argument("--lr", type=float, default=1.5e-3)
p.add_argument("--bf16", action="store_true")
a = p.parse_args()

torch.manual_seed(a.seed)
torch.set_num_threads(2 if a.device == "cpu" else 8)
out = pathlib.Path(a.out)
out.mkdir(parents=True, exist_ok=True)
cfg = json.loads(pathlib.Path(a.config).read_text())
(out / "config.json").write_text(json.dumps(cfg, indent=2))
items = [i for folder in a.data for i in load(folder) if i["domain"] not in a.without]
model = MaskRCNN(cfg).to(a.device).train()
if a.device == "cpu":
    model = model.to(memory_format=torch.channels_last)
if a.init:
    model.load_state_dict(torch.load(a.init, weights_only=True)["model"])
average = copy.deepcopy(model)
optimizer = torch.optim.AdamW(model.parameters(), a.lr, weight_decay=1e-4)
step, spent = 0, 0.0
if a.resume:
    state = torch.load(out / "last.pth", weights_only=True)
    model.load_state_dict(state["model"])
    average.load_state_dict(state["average"])
    optimizer.load_state_dict(state["optimizer"])
    step, spent = state["step"], state["seconds"]
pasted = [i for folder in a.pasted for i in load(folder)]
counted = load_counted(a.counted) if a.counted else []
sources = [(counted, a.mix[0]), (pasted, a.mix[1])]
parts = [(Crops(source, a.crop, a.scales), count) for source, count in sources if source and count]
parts.append((Crops(items, a.crop, a.scales), a.batch - sum(count for _, count in parts)))
loader = iter(torch.utils.data.DataLoader(Batches(parts, a.seed + step), batch_size=None, num_workers=1, prefetch_factor=8))
log = (out / "log.jsonl").open("a")
began, saved, running = time.time() - spent, time.time(), {}
while True:
    seconds = time.time() - began
    progress = seconds / 60 / a.minutes
    if progress >= 1:
        break
    for group in optimizer.param_groups:
        group["lr"] = a.lr * min(1, (step + 1) / 100) * max(0.01, 0.5 * (1 + math.cos(math.pi * progress)))
    images, targets = next(loader)
    images = images.to(a.device)
    if a.device == "cpu":
        images = images.to(memory_format=torch.channels_last)
    with torch.autocast(a.device, dtype=torch.bfloat16, enabled=a.bf16):
        losses = model.losses(images, targets)
    loss = sum(losses.values())
    if not torch.isfinite(loss):
        raise SystemExit(f"loss is {float(loss)} at step {step}: {losses}")
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
    optimizer.step()
    step += 1
    decay = min(0.998, (1 + step) / (10 + step))
    with torch.no_grad():
        for mean, value in zip(average.state_dict().values(), model.state_dict().values()):
            mean.lerp_(value, 1 - decay) if mean.is_floating_point() else mean.copy_(value)
    for k, v in losses.items():
        running[k] = 0.98 * running.get(k, float(v)) + 0.02 * float(v)
    if step % 50 == 0:
        log.write(json.dumps({"step": step, "minutes": round(seconds / 60, 2), **{k: round(v, 4) for k, v in running.items()}}) + "\n")
        log.flush()
    if time.time() - saved > 150:
        saved = time.time()
        torch.save({"model": average.state_dict()}, out / "model.tmp")
        (out / "model.tmp").rename(out / "model.pth")
        torch.save({"model": model.state_dict(), "average": average.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "seconds": time.time() - began}, out / "last.pth")
torch.save({"model": average.state_dict()}, out / "model.pth")
(out / "training.json").write_text(json.dumps({"steps": step, "minutes": round((time.time() - began) / 60, 1), "images": len(items), "pasted": len(pasted), "counted": len(counted), "options": vars(a)}, indent=2))
