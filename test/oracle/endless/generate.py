"""Write two graphs with the interface of a YOLO detector: the Loop of endless.onnx never ends, greedy.onnx fills 6 GB.

Needs the package onnx.
"""

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


def save(graph, name):
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    for key, value in {"names": "{0: 'cavity'}", "task": "detect", "imgsz": "[64, 64]"}.items():
        model.metadata_props.add(key=key, value=value)
    model.metadata_props.add(key="description", value="Ultralytics YOLOv8n model")
    onnx.checker.check_model(model)
    onnx.save(model, pathlib.Path(__file__).with_name(name))


save(graph, "endless.onnx")

images = helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, 64, 64])
output = helper.make_tensor_value_info("output0", TensorProto.FLOAT, [1, 5, 84])
numbers = {"rows": [18_000_000], "columns": [84], "from": [0], "to": [5], "axis": [1], "one": [1]}
greedy = helper.make_graph(
    [
        # The size depends on the input, so that no optimization can evaluate it beforehand.
        helper.make_node("ReduceMax", ["images"], ["largest"], keepdims=0),
        helper.make_node("Equal", ["largest", "minus_one"], ["never"]),
        helper.make_node("Cast", ["never"], ["zero"], to=TensorProto.INT64),
        helper.make_node("Add", ["rows", "zero"], ["height"]),
        helper.make_node("Concat", ["one", "height", "columns"], ["shape"], axis=0),
        helper.make_node("ConstantOfShape", ["shape"], ["large"]),
        helper.make_node("Slice", ["large", "from", "to", "axis"], ["output0"]),
    ],
    "greedy",
    [images],
    [output],
    [numpy_helper.from_array(np.array(v, np.int64), k) for k, v in numbers.items()]
    + [numpy_helper.from_array(np.array(-1, np.float32), "minus_one")],
)
save(greedy, "greedy.onnx")
