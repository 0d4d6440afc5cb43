import sharp from 'sharp';

/** Row-major 8-bit gray pixels as a PNG file in memory. */
export const encodeGrayPng = (data: Uint8Array, width: number, height: number): Promise<Buffer> =>
  sharp(data, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png({ compressionLevel: 6 })
    .toBuffer();
