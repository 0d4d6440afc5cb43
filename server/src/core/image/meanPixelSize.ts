/**
 * One pixel size for lengths and areas: the geometric mean of the sizes along x and y, so that areas are exact. Lengths
 * in any direction are then off by less than the factor sqrt(y / x).
 * @returns nm per pixel; null where it is unknown
 */
export function meanPixelSize(
  image: { readonly nmPerPixel: number | null; readonly nmPerPixelY?: number } | null,
): number | null {
  if (!image || image.nmPerPixel === null) return null;
  return image.nmPerPixelY === undefined ? image.nmPerPixel : Math.sqrt(image.nmPerPixel * image.nmPerPixelY);
}
