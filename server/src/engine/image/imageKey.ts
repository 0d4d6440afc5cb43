import { createHash } from 'node:crypto';

/** Names the content of an image file: equal keys, equal bytes. Picture, estimate and results of one image carry it. */
export const imageKey = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 32);
