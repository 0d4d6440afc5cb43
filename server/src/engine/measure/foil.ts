/** Foil thickness and pixel size with their uncertainties. */
export interface Foil {
  /** Foil thickness in nm; null where unknown. */
  readonly thicknessNm: number | null;
  /** Standard deviations over value. */
  readonly thicknessUncertainty: number;
  readonly pixelSizeUncertainty: number;
}

export const defaultFoil: Foil = { thicknessNm: null, thicknessUncertainty: 0.2, pixelSizeUncertainty: 0.01 };

/** The foil of an image: the typed thickness, else that of its file or of the table beside it. */
export function foilOfImage(
  typed: Foil,
  image: { readonly thicknessNm?: number; readonly thicknessUncertainty?: number } | null,
): Foil {
  if (typed.thicknessNm !== null || image?.thicknessNm === undefined) return typed;
  const { thicknessNm, thicknessUncertainty = typed.thicknessUncertainty } = image;
  return { ...typed, thicknessNm, thicknessUncertainty };
}

/** The given values of the foil, completed by the defaults. */
export const foilOf = (given: { readonly thicknessNm?: number; readonly thicknessUncertainty?: number }): Foil => ({
  ...defaultFoil,
  thicknessNm: given.thicknessNm ?? null,
  thicknessUncertainty: given.thicknessUncertainty ?? defaultFoil.thicknessUncertainty,
});
