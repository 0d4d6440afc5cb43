"""The same few tensors in every container that torch and Detectron2 write: python generate.py (torch, numpy).

The fixtures were made with torch 2.13 and numpy 2.4.
"""
import json
import pathlib
import pickle
from collections import OrderedDict

import torch

out = pathlib.Path(__file__).parent / "fixtures"
out.mkdir(exist_ok=True)
generator = torch.Generator().manual_seed(4)
random = lambda *shape: torch.randn(shape, generator=generator)
model = OrderedDict(
    plain=random(2, 3, 2, 2),
    last=random(2, 3, 2, 2).to(memory_format=torch.channels_last),
    turned=random(4, 3).t(),
    part=random(10)[3:7],
    half=random(5).half(),
    bfloat=random(5).bfloat16(),
    double=random(3).double(),
    count=torch.tensor(7),
)
momentum = {"state": {0: {"momentum_buffer": random(6)}}}
torch.save({"model": model, "optimizer": momentum}, out / "zip.pth")
torch.save({"model": model, "optimizer": momentum}, out / "legacy.pth", _use_new_zipfile_serialization=False)
torch.save(OrderedDict((f"module.{k}", v) for k, v in model.items()), out / "parallel.pth")
# Pickles of Detectron2's model zoo contain numpy arrays, and numpy has no bfloat16.
arrays = {k: v.float().numpy() if k == "bfloat" else v.numpy() for k, v in model.items()}
(out / "zoo.pkl").write_bytes(pickle.dumps({"model": arrays, "__author__": "Detectron2 Model Zoo"}, 2))
expected = {k: {"shape": list(v.shape), "values": v.float().flatten().tolist()} for k, v in model.items()}
(out / "expected.json").write_text(json.dumps(expected))
