/** What is known of the foil, and how surely. */
export interface Foil {
  /** Foil thickness in nm; null where unknown. */
  readonly thicknessNm: number | null;
  /** Standard deviations over value. */
  readonly thicknessUncertainty: number;
  readonly pixelSizeUncertainty: number;
}

export const defaultFoil: Foil = { thicknessNm: null, thicknessUncertainty: 0.2, pixelSizeUncertainty: 0.01 };

/** The foil of an image: what was typed, else what its file or the table beside it says. */
export function foilOfImage(
  typed: Foil,
  image: { readonly thicknessNm?: number; readonly thicknessUncertainty?: number } | null,
): Foil {
  if (typed.thicknessNm !== null || image?.thicknessNm === undefined) return typed;
  const { thicknessNm, thicknessUncertainty = typed.thicknessUncertainty } = image;
  return { ...typed, thicknessNm, thicknessUncertainty };
}

/** What is given of the foil, with the usual values for the rest. */
export const foilOf = (given: { readonly thicknessNm?: number; readonly thicknessUncertainty?: number }): Foil => ({
  ...defaultFoil,
  thicknessNm: given.thicknessNm ?? null,
  thicknessUncertainty: given.thicknessUncertainty ?? defaultFoil.thicknessUncertainty,
});
