/** Seeded pseudo-random numbers: the only randomness in the core. Same seed, same sequence, on every machine. */
export interface Random {
  /** Uniform in [low, high). */
  uniform(low?: number, high?: number): number;
  /** Integer in [0, n). */
  int(n: number): number;
  /** Standard normal times `std` plus `mean`. */
  normal(mean?: number, std?: number): number;
  /** exp of a uniform number between log(low) and log(high). */
  logUniform(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** An independent stream; forking consumes one number of this one. */
  fork(): Random;
}

/**
 * sfc32 (Doty-Humphrey, PractRand) seeded through splitmix32.
 * @param seed any finite number; its lower 53 bits matter.
 */
export function createRandom(seed: number): Random {
  let mix = (seed ^ Math.floor(seed / 0x1_0000_0000)) | 0;
  const splitmix = () => {
    mix = (mix + 0x9e3779b9) | 0;
    let t = Math.imul(mix ^ (mix >>> 16), 0x21f0aaad);
    t = Math.imul(t ^ (t >>> 15), 0x735a2d97);
    return (t ^ (t >>> 15)) | 0;
  };
  let a = splitmix();
  let b = splitmix();
  let c = splitmix();
  let counter = 1;
  const next = () => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    c |= 0;
    return (t >>> 0) / 0x1_0000_0000;
  };
  for (let i = 0; i < 12; i++) next();
  let spare: number | undefined;
  const gauss = () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  return {
    uniform: (low = 0, high = 1) => low + (high - low) * next(),
    int: (n) => Math.floor(next() * n),
    normal: (mean = 0, std = 1) => mean + std * gauss(),
    logUniform: (low, high) => Math.exp(Math.log(low) + Math.log(high / low) * next()),
    chance: (probability) => next() < probability,
    pick: (items) => items[Math.floor(next() * items.length)]!,
    fork: () => createRandom(Math.floor(next() * 0x1_0000_0000)),
  };
}
