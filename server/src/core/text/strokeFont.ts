/** Letters as polylines on a grid 4 wide and 6 high (y down), so that a picture requires no installed font. */
const glyphs: Readonly<Record<string, string>> = {
  '0': 'M0 0H4V6H0z',
  '1': 'M1 1L2 0V6M1 6H3',
  '2': 'M0 0H4V3H0V6H4',
  '3': 'M0 0H4V6H0M1 3H4',
  '4': 'M0 0V3H4M4 0V6',
  '5': 'M4 0H0V3H4V6H0',
  '6': 'M4 0H0V6H4V3H0',
  '7': 'M0 0H4L2 6',
  '8': 'M0 0H4V6H0zM0 3H4',
  '9': 'M4 3H0V0H4V6H0',
  '.': 'M2 5.5V6',
  n: 'M0 2V6M0 3L1 2H3L4 3V6',
  m: 'M0 2V6M0 2H4V6M2 2V6',
  µ: 'M0 2V8M0 5L1 6H3L4 5M4 2V6',
};
const advance = 6;

/**
 * SVG path data of a text of digits, points, "nm", "µm" and spaces; other letters are left out.
 * @param right x of its right end, `bottom` y of its base line, `size` height of a digit, all in the same unit
 */
export function strokeText(text: string, right: number, bottom: number, size: number): string {
  const unit = size / 6;
  const start = right - (text.length * advance - 2) * unit;
  return Array.from(text, (letter, i) =>
    (glyphs[letter] ?? '').replace(/([MLHVz])([\d.]*)(?: ([\d.]+))?/g, (_, command: string, a: string, b?: string) => {
      const x = (v: string) => (start + (i * advance + Number(v)) * unit).toFixed(2);
      const y = (v: string) => (bottom - (6 - Number(v)) * unit).toFixed(2);
      if (command === 'z') return 'z';
      if (command === 'H') return `H${x(a)}`;
      if (command === 'V') return `V${y(a)}`;
      return `${command}${x(a)} ${y(b!)}`;
    }),
  ).join('');
}
