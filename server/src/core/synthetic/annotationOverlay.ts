import type { Random } from '../random';
import type { GrayPicture } from './degrade';

/** 3 × 5 bitmap digits and letters, rows top to bottom. */
const glyphs: Record<string, readonly number[]> = {
  '0': [7, 5, 5, 5, 7], '1': [2, 6, 2, 2, 7], '2': [7, 1, 7, 4, 7], '3': [7, 1, 3, 1, 7], '4': [5, 5, 7, 1, 1],
  '5': [7, 4, 7, 1, 7], '6': [7, 4, 7, 5, 7], '7': [7, 1, 2, 2, 2], '8': [7, 5, 7, 5, 7], '9': [7, 5, 7, 1, 7],
  n: [0, 6, 5, 5, 5], m: [0, 7, 7, 5, 5], k: [4, 5, 6, 6, 5], V: [5, 5, 5, 5, 2], x: [0, 5, 2, 2, 5], ' ': [0, 0, 0, 0, 0],
}; // prettier-ignore

interface TextStyle {
  /** Upper left corner of the first letter in pixels. */
  readonly x: number;
  readonly y: number;
  /** Pixels per dot of a glyph. */
  readonly size: number;
  /** 0–255. */
  readonly gray: number;
}

function drawText({ data, width, height }: GrayPicture, text: string, { x, y, size, gray }: TextStyle): void {
  [...text].forEach((letter, index) => {
    const rows = glyphs[letter] ?? glyphs[' ']!;
    for (let r = 0; r < 5 * size; r++)
      for (let c = 0; c < 3 * size; c++) {
        const [px, py] = [x + index * 4 * size + c, y + r];
        const on = (rows[Math.floor(r / size)]! >> (2 - Math.floor(c / size))) & 1;
        if (on && px >= 0 && px < width && py >= 0 && py < height) data[py * width + px] = gray;
      }
  });
}

/** Draws a scale bar with its length into the picture, in some pictures on an information bar along the bottom. */
export function burnInLabels(picture: GrayPicture, nmPerPixel: number, random: Random): void {
  const { data, width, height } = picture;
  const size = Math.max(1, Math.round(Math.min(width, height) / 200));
  const gray = random.chance(0.7) ? 255 : 0;
  const lengths = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
  const nm = lengths.findLast((l) => l / nmPerPixel < width * 0.3) ?? 1;
  const bar = Math.max(4, Math.round(nm / nmPerPixel));
  const left = random.chance(0.5) ? 4 * size : width - bar - 4 * size;
  const top = height - 5 * size;
  if (random.chance(0.4)) data.fill(255 - gray, (height - 16 * size) * width);
  for (let y = Math.max(0, top); y < Math.min(height, top + 2 * size); y++)
    for (let x = Math.max(0, left); x < Math.min(width, left + bar); x++) data[y * width + x] = gray;
  drawText(picture, `${nm} nm`, { x: left, y: top - 8 * size, size, gray });
  if (random.chance(0.3))
    drawText(picture, `200 kV x${10 + random.int(190)}k`, { x: 4 * size, y: 4 * size, size, gray });
}
