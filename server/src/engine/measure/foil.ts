/** What is known of the foil, and how surely. */
export interface Foil {
  /** Foil thickness in nm; null where unknown. */
  readonly thicknessNm: number | null;
  /** Standard deviations over value. */
  readonly thicknessUncertainty: number;
  readonly pixelSizeUncertainty: number;
}

export const defaultFoil: Foil = { thicknessNm: null, thicknessUncertainty: 0.2, pixelSizeUncertainty: 0.01 };

/** What is given of the foil, with the usual values for the rest. */
export const foilOf = (given: { readonly thicknessNm?: number; readonly thicknessUncertainty?: number }): Foil => ({
  ...defaultFoil,
  thicknessNm: given.thicknessNm ?? null,
  thicknessUncertainty: given.thicknessUncertainty ?? defaultFoil.thicknessUncertainty,
});
