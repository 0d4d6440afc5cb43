import type { QuantityLineDto, QuantityNameDto } from '../../server/src/protocol/quantities';

/** Title of a quantity in the display language; the server's own, in English, for names that are new. */
export function quantityTitle({ name, title }: QuantityLineDto, t: (text: string) => string): string {
  const titles: Partial<Record<QuantityNameDto, string>> = {
    count: t('Cavities'),
    arealDensity: t('Areal density'),
    numberDensity: t('Number density'),
    meanDiameterNm: t('Mean diameter'),
    diameterStdNm: t('Standard deviation of the diameters'),
    feretMaxNm: t('Mean Feret diameter'),
    heywood: t('Heywood circularity'),
    arealFraction: t('Areal fraction'),
    swellingPercent: t('Swelling'),
    neighbourDistanceNm: t('Distance to the nearest neighbour'),
  };
  return titles[name] ?? title;
}
