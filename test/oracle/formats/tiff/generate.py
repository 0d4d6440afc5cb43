"""Small TIFF files of many kinds, written by tifffile and Pillow, with the values that tifffile reads from them.

python test/oracle/formats/tiff/generate.py   (tifffile 2026.3.3, Pillow with libtiff)

Writes files/*.tif and expected.json: shape of the first image, dtype, minimum, maximum, mean and twelve samples of it.
"""
import json
import pathlib

import numpy as np
import tifffile
from PIL import Image

here = pathlib.Path(__file__).parent
files = here / "files"
files.mkdir(exist_ok=True)
rng = np.random.default_rng(7)
h, w = 19, 23
y, x = np.mgrid[:h, :w]
smooth = (np.sin(x / 5) + np.cos(y / 4) + 2) / 4


def levels(dtype):
    kind = np.dtype(dtype)
    if kind.kind == "f":
        return (smooth * 1e3 - 400 + rng.random((h, w))).astype(kind)
    info = np.iinfo(kind)
    span = min(float(info.max) - float(info.min), 2.0**45)
    return (max(float(info.min), -(2.0**44)) + smooth * span * 0.9).astype(kind)


def write(name, data, **options):
    tifffile.imwrite(files / f"{name}.tif", data, metadata=None, **options)


for dtype in ["uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float16", "float32", "float64"]:
    write(f"plain-{dtype}", levels(dtype), byteorder="<")
for dtype in ["uint16", "int32", "float32", "float64"]:
    write(f"big-endian-{dtype}", levels(dtype), byteorder=">", rowsperstrip=4)
for dtype in ["uint8", "uint16", "uint32", "uint64"]:
    for order in "<>":
        write(f"deflate-predictor2-{dtype}-{'le' if order == '<' else 'be'}", levels(dtype), byteorder=order,
              compression="zlib", predictor=2, rowsperstrip=5)
write("bigtiff-tiled-uint16", levels("uint16"), bigtiff=True, tile=(16, 16))
write("tiled-deflate-float32", levels("float32"), tile=(16, 16), compression="zlib")
rgb = np.stack([levels("uint8"), levels("uint8").T.copy().reshape(h, w), 255 - levels("uint8")], -1)
write("rgb", rgb, photometric="rgb")
write("rgb-planar-tiled", np.moveaxis(rgb, -1, 0), photometric="rgb", planarconfig="separate", tile=(16, 16))
write("rgb-predictor2", rgb, photometric="rgb", compression="zlib", predictor=2)
write("rgba16", np.concatenate([rgb, rgb[..., :1]], -1).astype("uint16") * 200, photometric="rgb", extrasamples=["unassalpha"])
write("white-is-zero", levels("uint8"), photometric="miniswhite")
write("complex64", (levels("float32") + 1j * levels("float32")[::-1]).astype("complex64"))
with tifffile.TiffWriter(files / "pages.tif") as out:
    out.write(np.full((8, 8), 3, "uint8"), subfiletype=1, metadata=None)
    for i in range(3):
        out.write(levels("uint16") // (i + 1), metadata=None)
tifffile.imwrite(files / "imagej-stack.tif", np.stack([levels("uint16") // (i + 1) for i in range(4)]), imagej=True,
                 resolution=(4, 4), metadata={"unit": "nm", "axes": "ZYX"})
tifffile.imwrite(files / "ome.ome.tif", np.stack([levels("uint16") // (i + 1) for i in range(2)]),
                 metadata={"axes": "CYX", "PhysicalSizeX": 0.5, "PhysicalSizeXUnit": "Å", "PhysicalSizeY": 0.5,
                           "PhysicalSizeYUnit": "Å"})
for compression in ["tiff_lzw", "packbits", "tiff_adobe_deflate"]:
    for mode, dtype in [("L", "uint8"), ("I;16", "uint16"), ("F", "float32")]:
        Image.fromarray(levels(dtype)).save(files / f"pillow-{compression}-{dtype}.tif", compression=compression)
Image.fromarray(levels("uint8")).save(files / "pillow-lzw-predictor2.tif", compression="tiff_lzw", tiffinfo={317: 2})
Image.fromarray(levels("float32")).save(files / "pillow-predictor3-float32.tif", compression="tiff_adobe_deflate",
                                        tiffinfo={317: 3})
noise = rng.integers(0, 256, (64, 96)).astype("uint8")
Image.fromarray(noise).save(files / "pillow-lzw-noise.tif", compression="tiff_lzw")
Image.fromarray(levels("uint8") > 100).save(files / "pillow-bilevel.tif")
Image.fromarray(levels("uint8") > 100).save(files / "pillow-group4.tif", compression="group4")
Image.fromarray(rgb).quantize(16).save(files / "pillow-palette.tif")
Image.fromarray(levels("uint8")).save(files / "pillow-jpeg.tif", compression="jpeg", quality=95)

expected = {}
for file in sorted(files.iterdir()):
    try:
        page = tifffile.TiffFile(file).pages[1 if file.name == "pages.tif" else 0]
        data = page.asarray()
        if page.planarconfig == 2 and page.samplesperpixel > 1:
            data = np.moveaxis(data, 0, -1)
    except Exception:  # tifffile needs further libraries for LZW, JPEG and fax; Pillow reads them
        data = np.asarray(Image.open(file))
    if data.dtype.kind == "c":
        dtype, data = str(data.dtype), np.abs(data.astype("complex128"))
    else:
        dtype = str(data.dtype)
    values = data.astype("float64")
    flat = values.ravel()
    at = np.linspace(0, flat.size - 1, 12).astype(int)
    expected[file.name] = {
        "height": data.shape[0], "width": data.shape[1], "channels": data.shape[2] if data.ndim > 2 else 1,
        "dtype": dtype, "min": values.min(), "max": values.max(), "mean": values.mean(), "samples": flat[at].tolist(),
    }
(here / "expected.json").write_text(json.dumps(expected, indent=0))
