"""Small TIFF files with the metadata tags of microscope makers and programs.

python test/oracle/formats/makers/generate.py     (tifffile 2026.3.3; writes files/ and expected.json)
python3 test/oracle/formats/makers/hyperspy_values.py     (HyperSpy 1.7.3; writes hyperspy.json)

expected.json contains what each file states: nm per pixel along x and y, or null, and the kind of the data.
"""
import json
import pathlib
import struct

import numpy as np
import tifffile

here = pathlib.Path(__file__).parent
files = here / "files"
files.mkdir(exist_ok=True)
y, x = np.mgrid[:20, :24]
pixels = (x * 100 + y).astype("uint8")
placeholder = 12345678
expected = {}


def write(name, tags=(), nm=None, kind="image", behind=None, byteorder="<", **options):
    """Write a file. `behind(offset)` returns bytes that follow the image; the tag with the placeholder gets their offset."""
    file = files / f"{name}.tif"
    tifffile.imwrite(file, pixels, extratags=list(tags), metadata=None, byteorder=byteorder, software=False, **options)
    if behind:
        data = bytearray(file.read_bytes())
        at = data.index(struct.pack(byteorder + "I", placeholder))
        data[at:at + 4] = struct.pack(byteorder + "I", len(data))
        file.write_bytes(data + behind(len(data)))
    expected[file.name] = {"nm": nm, "kind": kind}


def text(tag, value):
    return (tag, "s", len(value) + 1, value, True)


def tvips(name, version, size, nm, kind="image", mode=0, byteorder="<", **options):
    first = np.zeros(1, np.dtype(tifffile.TIFF.TVIPS_HEADER_V1).newbyteorder(byteorder))
    first["Version"] = version
    data = first.tobytes()
    if version == 2:
        second = np.zeros(1, np.dtype(tifffile.TIFF.TVIPS_HEADER_V2).newbyteorder(byteorder))
        second["PixelSizeX"], second["PixelSizeY"] = size
        second["Magic"] = 0xAAAAAAAA
        second["TemHighTension"], second["TemMagnification"], second["TemMode"] = 200000, 43000, mode
        second["TemType"] = np.void("FEI Tecnai".encode("utf-16-le").ljust(160, b"\0"))
        data += second.tobytes()
    write(name, [(37706, "I", 1, placeholder, True)], nm, kind, lambda _: data, byteorder, **options)


tvips("tvips-2", 2, (0.25, 0.25), [0.25, 0.25])
tvips("tvips-2-big-endian", 2, (0.25, 0.5), [0.25, 0.5], byteorder=">")
tvips("tvips-2-diffraction", 2, (0.25, 0.25), None, "diffraction pattern", 3)
tvips("tvips-1", 1, None, [0.25, 0.25], resolution=(4e7, 4e7), resolutionunit=1)


def thermo(unit, power="1"):
    axis = f'unit="{unit}" unitPrefixPower="{power}">6.25e-10'
    return ('<?xml version="1.0"?>\n<Metadata><Optics><AccelerationVoltage unit="V" unitPrefixPower="1">300000'
            f"</AccelerationVoltage></Optics><BinaryResult><PixelSize><X {axis}</X><Y {axis}</Y></PixelSize>"
            "</BinaryResult></Metadata>\r\n")


def tia(mode):
    return ("<ObjectInfo><ExperimentalDescription><Root><Data><Label>Microscope</Label><Value>Tecnai</Value></Data><Data>"
            f"<Label>Mode</Label><Value>{mode}</Value></Data></Root></ExperimentalDescription></ObjectInfo>")


write("thermo-xml", [text(34682, ""), text(34683, thermo("m"))], [0.625, 0.625])
write("thermo-xml-reciprocal", [text(34683, thermo("1/m"))], None, "diffraction pattern")
write("thermo-xml-other-power", [text(34683, thermo("m", "1000"))])
write("tia-diffraction", [text(34683, tia("TEM uP SA Zoom Diffraction"))], None, "diffraction pattern")
write("tia-stem", [text(34683, tia("STEM nP SA Zoom Diffraction"))])
write("fei-helios", [text(34682, "[Beam]\r\nHV=30000\r\n[Scan]\r\nPixelWidth=1.5e-9\r\nPixelHeight=3e-9\r\n")], [1.5, 3])
write("zeiss-34118", [text(34118, "0\r\n0\r\n0\r\n2.5e-09\r\n0\r\nAP_WD\r\nWD = 5.0 mm\r\n")], [2.5 * 1024 / 24] * 2)
write("zeiss-34119", [text(34119, "AP_IMAGE_PIXEL_SIZE\r\nImage Pixel Size = 32.5 nm\r\n")], [32.5, 32.5])


def gatan(name, unit, scale, nm, kind="image"):
    codes = [ord(c) for c in unit] + [0]
    units = [(tag, "H", len(codes), tuple(codes), True) for tag in (65003, 65004)]
    write(name, units + [(65009, "d", 1, scale, True), (65010, "d", 1, 2 * scale, True)], nm, kind)


gatan("gatan-nm", "nm", 0.4, [0.4, 0.8])
gatan("gatan-um", "µm", 0.004, [4, 8])
gatan("gatan-m", "m", 4e-10, [0.4, 0.8])
gatan("gatan-reciprocal", "1/nm", 0.04, None, "diffraction pattern")
gatan("gatan-uncalibrated", "", 1.0, None)
write("gatan-ascii", [text(65003, "nm"), text(65004, "nm"), (65009, "d", 1, 0.4, True), (65010, "d", 1, 0.4, True)], [0.4, 0.4])

for name, unit, nm in [("micron", "micron", 25), ("escaped-um", "\\u00B5m", 25), ("angstrom", "\\u00C5", 0.0025),
                       ("nm", "nm", 0.025), ("pixel", "pixel", None), ("print-inch", "inch", None)]:
    write(f"imagej-{name}", nm=nm and [nm, nm], description=f"ImageJ=1.53t\nunit={unit}\nmin=0\n", resolution=(40, 40), resolutionunit=1)
write("imagej-reciprocal", kind="diffraction pattern", description="ImageJ=1.53t\nunit=1/nm\n", resolution=(40, 40), resolutionunit=1)


def sis(entries, power, size):
    def behind(at):
        block = at + 60 + 8 * len(entries)
        head = b"SIS0" + bytes(6) + struct.pack("<hhhhh", 5, 4, 3, 2, 120) + bytes(6) + b"iTEM".ljust(32, b"\0")
        head += struct.pack("<H", len(entries))
        for entry in entries:
            head += struct.pack("<hhI", entry, 1, block if entry == 1 else at)
        return head + struct.pack("<10xhdd8xd2x34s32s", power, *size, 50000.0, b"Veleta", b"TEM").ljust(220, b"\0")
    return behind


pointer = [(33560, "I", 1, placeholder, True)]
write("sis-first-entry", pointer, [0.375, 0.375], behind=sis([1], -9, (0.375, 0.375)))
write("sis-third-entry", pointer, [0.375, 0.75], behind=sis([3, 10, 1], -6, (0.000375, 0.00075)))
write("sis-no-calibration", pointer, behind=sis([10], -9, (0.375, 0.375)))


def ome(*images, own="a"):
    body = "".join(
        f'<Image ID="Image:{i}"><Pixels ID="Pixels:{i}" DimensionOrder="XYZCT" Type="uint8" SizeX="24" SizeY="20" SizeC="1" '
        f'SizeZ="1" SizeT="1" {size}><TiffData IFD="0" PlaneCount="1"><UUID FileName="{uuid}.ome.tif">urn:uuid:{uuid}</UUID>'
        "</TiffData></Pixels></Image>" for i, (uuid, size) in enumerate(images))
    return f'<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" UUID="urn:uuid:{own}">{body}</OME>'.encode()


def both(value, unit=None):
    return " ".join(f'PhysicalSize{a}="{value}"' + (f' PhysicalSize{a}Unit="{unit}"' if unit else "") for a in "XY")


for name, size, nm in [("nm", both(0.375, "nm"), 0.375), ("default-um", both(0.000375), 0.375), ("um-entity", both(0.000375, "&#181;m"), 0.375),
                       ("pm", both(375, "pm"), 0.375), ("pixel", both(1, "pixel"), None), ("reference-frame", both(1, "reference frame"), None)]:
    write(f"ome-{name}", nm=nm and [nm, nm], description=ome(("a", size)))
write("ome-second-image", nm=[0.375, 0.375], description=ome(("b", both(9, "nm")), ("a", both(0.375, "nm"))))
write("ome-of-other-files", description=ome(("b", both(9, "nm")), ("c", both(0.375, "nm"))))
write("ome-binary-only", description=b'<OME UUID="urn:uuid:a"><BinaryOnly MetadataFile="m.companion.ome" UUID="urn:uuid:b"/></OME>')
write("resolution-cm", nm=[0.5, 1], resolution=(2e7, 1e7), resolutionunit=3)
write("resolution-print", resolution=(300, 300), resolutionunit=2)

(here / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
