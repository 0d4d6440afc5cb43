// The package's own types are its sources, which do not compile under our compiler options.
/** @throws Error for a damaged stream. */
export function decompress(data: Uint8Array): Uint8Array;
