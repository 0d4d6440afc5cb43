/**
 * Key of the pixels of one frame of a file: equal keys mean equal bytes and frame. Picture, estimate and results of one image
 * contain it.
 * @param hash sha256 of the file's bytes as hexadecimal digits
 */
export const imageKey = (hash: string, frame: number): string => hash.slice(0, 32) + (frame ? `-${frame}` : '');
