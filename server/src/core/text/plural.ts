/** "1 image", "2 images"; a plural that does not end in -s is given. */
export const plural = (n: number, word: string, words = `${word}s`): string => `${n} ${n === 1 ? word : words}`;
