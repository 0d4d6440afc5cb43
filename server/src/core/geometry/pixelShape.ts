/** Sides of a pixel in units of the side of a square pixel of equal area; x · y = 1. */
export interface PixelShape {
  readonly x: number;
  readonly y: number;
}

export const squarePixels: PixelShape = { x: 1, y: 1 };

type Sized = { readonly nmPerPixel: number | null; readonly nmPerPixelY?: number } | null;

/**
 * Side of the square pixel of equal area: the geometric mean of the sizes along x and y. Lengths that were measured with
 * `pixelShapeOf` times this size, and areas in pixels times its square, are exact.
 * @returns nm per pixel; null where it is unknown
 */
export function meanPixelSize(image: Sized): number | null {
  if (!image || image.nmPerPixel === null) return null;
  return image.nmPerPixelY === undefined ? image.nmPerPixel : Math.sqrt(image.nmPerPixel * image.nmPerPixelY);
}

/** The shape of an image's pixels: square where nothing else is known. */
export function pixelShapeOf(image: Sized): PixelShape {
  const mean = meanPixelSize(image);
  if (mean === null || image?.nmPerPixelY === undefined) return squarePixels;
  return { x: image.nmPerPixel! / mean, y: image.nmPerPixelY / mean };
}
