"""Writes endless.onnx: a graph with the interface of a YOLO detector whose Loop never ends. Needs the package onnx."""

import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

body = helper.make_graph(
    [
        helper.make_node("Identity", ["continue_in"], ["continue_out"]),
        helper.make_node("Identity", ["state_in"], ["state_out"]),
    ],
    "body",
    [
        helper.make_tensor_value_info("iteration", TensorProto.INT64, []),
        helper.make_tensor_value_info("continue_in", TensorProto.BOOL, []),
        helper.make_tensor_value_info("state_in", TensorProto.FLOAT, [1, 5, 84]),
    ],
    [
        helper.make_tensor_value_info("continue_out", TensorProto.BOOL, []),
        helper.make_tensor_value_info("state_out", TensorProto.FLOAT, [1, 5, 84]),
    ],
)
graph = helper.make_graph(
    [
        # The condition depends on the input, so that no optimization can decide it beforehand.
        helper.make_node("ReduceMax", ["images"], ["largest"], keepdims=0),
        helper.make_node("GreaterOrEqual", ["largest", "minus_one"], ["continue"]),
        helper.make_node("Loop", ["", "continue", "start"], ["output0"], body=body),
    ],
    "endless",
    [helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, 64, 64])],
    [helper.make_tensor_value_info("output0", TensorProto.FLOAT, [1, 5, 84])],
    [
        numpy_helper.from_array(np.array(-1, np.float32), "minus_one"),
        numpy_helper.from_array(np.zeros((1, 5, 84), np.float32), "start"),
    ],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
for key, value in {"names": "{0: 'cavity'}", "task": "detect", "imgsz": "[64, 64]"}.items():
    model.metadata_props.add(key=key, value=value)
model.metadata_props.add(key="description", value="Ultralytics YOLOv8n model")
onnx.checker.check_model(model)
onnx.save(model, pathlib.Path(__file__).with_name("endless.onnx"))
