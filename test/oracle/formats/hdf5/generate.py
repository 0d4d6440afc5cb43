"""Small HDF5 files in the layouts of Velox, NCEM EMD and HyperSpy, written by h5py, with the values that they contain.

python test/oracle/formats/hdf5/generate.py   (h5py 3.16.0, numpy)

Writes files/* and expected.json.
"""
import json
import pathlib

import h5py
import numpy as np

here = pathlib.Path(__file__).parent
files = here / "files"
files.mkdir(exist_ok=True)
h, w = 18, 20
ramp = np.arange(h * w).reshape(h, w)
expected = {}


def note(name, frames, first, last, **facts):
    expected[name] = {
        "frames": frames, "width": first.shape[1], "height": first.shape[0],
        "first": {"min": float(first.min()), "max": float(first.max()), "mean": float(first.mean()), "at": float(first[3, 7])},
        "last": {"min": float(last.min()), "max": float(last.max()), "mean": float(last.mean()), "at": float(last[3, 7])},
        **facts,
    }


def ncem(name, data, units, scale=0.5, **options):
    with h5py.File(files / name, "w") as f:
        f.attrs["version_major"], f.attrs["version_minor"] = 0, 2
        group = f.create_group("signals/image")
        group.attrs["emd_group_type"] = 1
        group.create_dataset("data", data=data, **options)
        for i, (size, unit) in enumerate(zip(data.shape, units)):
            dim = group.create_dataset(f"dim{i + 1}", data=np.arange(size) * scale)
            dim.attrs["name"], dim.attrs["units"] = "xyz"[i], unit


for dtype in [">i2", "<i2", "u1", ">f4", "<f8", "u8", ">u4", "f2", "?"]:
    data = (ramp % 2).astype(dtype) if dtype == "?" else (ramp % 120).astype(dtype)
    kind = np.dtype(dtype)
    name = f"ncem-{kind.name}-{'be' if dtype[0] == '>' else 'le'}.emd"
    ncem(name, data, ["[n_m]", "[n_m]"])
    if dtype != "f2":
        note(name, 1, data.astype("f8"), data.astype("f8"), dtype=kind.name, nmPerPixel=0.5, kind="image")
stack = np.stack([ramp, ramp * 2, ramp * 3]).astype("uint16")
ncem("ncem-stack-gzip.emd", stack, ["s", "Å", "Å"], chunks=(1, 9, 10), compression="gzip", shuffle=True)
note("ncem-stack-gzip.emd", 3, stack[0], stack[2], dtype="uint16", nmPerPixel=0.05, kind="image")
ncem("ncem-diffraction.emd", ramp.astype("f4"), ["[n_m^-1]", "[n_m^-1]"])
note("ncem-diffraction.emd", 1, ramp, ramp, dtype="float32", nmPerPixel=None, kind="diffraction pattern")


def hyperspy(name, data, axes, signal_type=""):
    with h5py.File(files / name, "w") as f:
        f.attrs["file_format"], f.attrs["file_format_version"] = "HyperSpy", "3.3"
        group = f.create_group("Experiments/__unnamed__")
        group.create_dataset("data", data=data)
        for i, (size, unit, scale, navigate) in enumerate(axes):
            axis = group.create_group(f"axis-{i}")
            axis.attrs["size"], axis.attrs["units"], axis.attrs["scale"], axis.attrs["navigate"] = size, unit, scale, navigate
        metadata = group.create_group("metadata")
        metadata.create_group("General").attrs["title"] = "bubbles"
        metadata.create_group("Signal").attrs["signal_type"] = signal_type
        metadata.create_group("Acquisition_instrument/TEM").attrs["beam_energy"] = 200.0


hyperspy("image.hspy", ramp.astype("f4"), [(h, "nm", 0.25, False), (w, "nm", 0.25, False)])
note("image.hspy", 1, ramp, ramp, dtype="float32", nmPerPixel=0.25, kind="image", title="bubbles")
hyperspy("stack.hspy", stack, [(3, "s", 1.0, True), (h, "µm", 0.001, False), (w, "µm", 0.001, False)])
note("stack.hspy", 3, stack[0], stack[2], dtype="uint16", nmPerPixel=1.0, kind="image", title="bubbles")
hyperspy("spectra.hspy", ramp.astype("f4"), [(h, "nm", 1.0, True), (w, "eV", 0.1, False)], "EELS")
hyperspy("diffraction.hspy", ramp.astype("f4"), [(h, "$A^{-1}$", 0.1, False), (w, "$A^{-1}$", 0.1, False)], "electron_diffraction")
note("diffraction.hspy", 1, ramp, ramp, dtype="float32", nmPerPixel=None, kind="diffraction pattern", title="bubbles")

# HyperSpy's metadata structure has the thickness of the sample in metres; a value of 80 is in another unit.
for name, thickness in ("thickness.hspy", 8.5e-8), ("thickness-in-nm.hspy", 80.0):
    hyperspy(name, ramp.astype("f4"), [(h, "nm", 0.25, False), (w, "nm", 0.25, False)])
    with h5py.File(files / name, "a") as f:
        next(iter(f["Experiments"].values()))["metadata"].create_group("Sample").attrs["thickness"] = thickness

with h5py.File(files / "velox.emd", "w") as f:
    f["Version"] = "1"
    for i, (identity, detector) in enumerate([("0a", "SuperXG2"), ("0b", "HAADF")]):
        group = f.create_group(f"Data/Image/{identity}")
        group.create_dataset("Data", data=np.moveaxis(stack[: i + 1], 0, -1), chunks=(h, w, 1))
        text = json.dumps({"BinaryResult": {"PixelSize": {"width": "2e-10", "height": "2e-10"}, "PixelUnitX": "m",
                                            "PixelUnitY": "m", "Detector": detector},
                           "Optics": {"AccelerationVoltage": "300000"}, "Instrument": {"InstrumentClass": "Themis"}})
        column = np.zeros((2000, 1), "u1")
        column[: len(text), 0] = list(text.encode())
        group.create_dataset("Metadata", data=column, compression="gzip")
with h5py.File(files / "velox-spectra.emd", "w") as f:
    f["Version"] = "1"
    f.create_dataset("Data/SpectrumStream/0c/Data", data=np.zeros((5, 1), "u2"))
with h5py.File(files / "other.emd", "w") as f:
    f["weights"] = np.zeros(4)
with h5py.File(files / "external-link.emd", "w") as f:
    group = f.create_group("signals/image")
    group.attrs["emd_group_type"] = 1
    group["data"] = h5py.ExternalLink("ncem-uint8-le.emd", "/signals/image/data")
layout = h5py.VirtualLayout((h, w), "u1")
layout[:] = h5py.VirtualSource("ncem-uint8-le.emd", "/signals/image/data", (h, w))
with h5py.File(files / "virtual.emd", "w") as f:
    group = f.create_group("signals/image")
    group.attrs["emd_group_type"] = 1
    group.create_virtual_dataset("data", layout)
with h5py.File(files / "external-storage.emd", "w") as f:
    group = f.create_group("signals/image")
    group.attrs["emd_group_type"] = 1
    group.create_dataset("data", shape=(h, w), dtype="u1", external=[("ncem-uint8-le.emd", 0, h * w)])
with h5py.File(files / "huge-chunk.emd", "w") as f:
    group = f.create_group("signals/image")
    group.attrs["emd_group_type"] = 1
    group.create_dataset("data", shape=(100_000, 100_000), dtype="f8", chunks=(20_000, 20_000))
with h5py.File(files / "lzf.emd", "w") as f:
    group = f.create_group("signals/image")
    group.attrs["emd_group_type"] = 1
    group.create_dataset("data", data=np.arange(20 * 24, dtype="u2").reshape(20, 24), chunks=(20, 24), compression="lzf")
with h5py.File(files / "large-chunk.emd", "w") as f:
    group = f.create_group("signals/image")
    group.attrs["emd_group_type"] = 1
    group.create_dataset("data", shape=(12_000, 12_000), dtype="u2", chunks=(12_000, 12_000))

(here / "expected.json").write_text(json.dumps(expected, indent=0))
