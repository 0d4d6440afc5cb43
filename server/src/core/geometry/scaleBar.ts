/** A length of 1, 2 or 5 × 10ⁿ nm for a scale bar, with its label in nm or µm. */
export interface ScaleLength {
  readonly nm: number;
  readonly label: string;
}

/** The longest round length of at most `most` nm, which must be positive. */
export function niceLength(most: number): ScaleLength {
  const power = 10 ** Math.floor(Math.log10(most) + 1e-12);
  const nm = Number(([5, 2, 1].find((m) => m * power <= most * (1 + 1e-9))! * power).toPrecision(6));
  return { nm, label: nm >= 1000 ? `${nm / 1000} µm` : `${nm} nm` };
}
