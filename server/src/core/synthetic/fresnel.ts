/**
 * Radial intensity of a spherical cavity out of focus, computed as in nomelabs/COSMIC-ML (MIT, Matthew J. Lynch 2024):
 * the void advances the phase and reduces absorption in proportion to its chord; the exit wave is then propagated
 * (Fresnel). The three constants below were fitted to the profiles published there.
 */
export interface Foil {
  /** Phase difference per nanometre between matrix and void in radians: sigma times the mean inner potential. */
  readonly phasePerNm: number;
  /** Decrease of the absorption of intensity per nanometre of void. */
  readonly absorptionPerNm: number;
}

/** At 200 kV: 0.1798 rad/nm is a mean inner potential of 24.7 V. */
export const publishedFoil: Foil = { phasePerNm: 0.1798, absorptionPerNm: 0.0423 };

/** Electron wavelength at 200 kV. */
export const wavelengthNm = 0.00251;

/** A profile sampled evenly from the centre outwards. */
export interface Profile {
  /** Intensity over that of the background. */
  readonly intensity: Float64Array;
  /** Distance of neighbouring samples in nanometres. */
  readonly stepNm: number;
}

/** Upper limit of samples of the integral; only cavities hundreds of fringes wide reach it, finer than an image resolves. */
const mostSamples = 24_000;

/** Evenly spaced radii from 0 to `reachNm`, at least two. */
export interface ProfileSampling {
  readonly reachNm: number;
  readonly points: number;
}

/**
 * Intensity over the distance from the centre of a cavity.
 * @param defocusNm negative in underfocus, as on the microscope's dial; not zero
 *
 * Only the difference from the undisturbed wave is propagated, so the integral ends at the cavity's edge:
 * psi(R) = 1 + 2 pi / (i lz) exp(i pi R^2 / lz) * int_0^r0 (psi0 - 1) exp(i pi r^2 / lz) J0(2 pi R r / lz) r dr.
 */
export function fresnelProfile(
  radiusNm: number,
  defocusNm: number,
  { reachNm, points }: ProfileSampling = { reachNm: 1.5 * radiusNm, points: 151 },
  foil: Foil = publishedFoil,
): Profile {
  const lz = wavelengthNm * defocusNm;
  const phases = (2 * Math.PI * radiusNm * (radiusNm + reachNm)) / Math.abs(lz);
  const n = Math.ceil(Math.min(mostSamples, Math.max(200, phases / 1.2)));
  const [radius, real, imaginary] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i++) {
    // Even steps of the angle place more samples near the edge, where the chord changes fastest.
    const angle = ((i + 0.5) / n) * (Math.PI / 2);
    const r = radiusNm * Math.sin(angle);
    const chord = 2 * radiusNm * Math.cos(angle);
    const weight = r * radiusNm * Math.cos(angle) * (Math.PI / 2 / n);
    const amplitude = Math.exp((foil.absorptionPerNm * chord) / 2);
    const chirp = (Math.PI * r * r) / lz;
    const phase = chirp - foil.phasePerNm * chord;
    radius[i] = r;
    real[i] = weight * (amplitude * Math.cos(phase) - Math.cos(chirp));
    imaginary[i] = weight * (amplitude * Math.sin(phase) - Math.sin(chirp));
  }
  const stepNm = reachNm / (points - 1);
  const intensity = new Float64Array(points);
  for (let k = 0; k < points; k++) {
    const at = k * stepNm;
    const frequency = (2 * Math.PI * at) / Math.abs(lz);
    let [a, b] = [0, 0];
    for (let i = 0; i < n; i++) {
      const j = besselJ0(frequency * radius[i]!);
      a += real[i]! * j;
      b += imaginary[i]! * j;
    }
    const chirp = (Math.PI * at * at) / lz;
    const [cos, sin] = [Math.cos(chirp), Math.sin(chirp)];
    const scale = (2 * Math.PI) / lz;
    // Times 1/i: the real part of the product becomes minus the imaginary one.
    intensity[k] = (1 + scale * (a * sin + b * cos)) ** 2 + (scale * (a * cos - b * sin)) ** 2;
  }
  return { intensity, stepNm };
}

/**
 * Intensities above 1.8 times the background are compressed to at most 2.6 times, because the foil above and below the
 * cavity also absorbs.
 */
export const compressBright = (intensity: number): number =>
  intensity <= 1.8 ? intensity : 2.6 - 0.8 * Math.exp((1.8 - intensity) / 0.8);

/** Linear interpolation at `nm` from the centre; 1, the background, beyond the last sample. */
export function intensityAt({ intensity, stepNm }: Profile, nm: number): number {
  const at = Math.max(0, nm) / stepNm;
  const i = Math.floor(at);
  if (i + 1 >= intensity.length) return 1;
  return intensity[i]! + (at - i) * (intensity[i + 1]! - intensity[i]!);
}

/**
 * Distance in nanometres from the centre to the edge as an observer sees it. In underfocus it is half-way between the
 * start of the dark rim and its minimum, in overfocus where the dark inside changes to the bright halo.
 */
export function visibleEdge(profile: Profile, radiusNm: number, defocusNm: number): number {
  const { intensity, stepNm } = profile;
  const fringe = Math.sqrt(wavelengthNm * Math.abs(defocusNm));
  const under = defocusNm < 0;
  const last = Math.min(intensity.length - 1, Math.ceil((radiusNm + 1.2 * fringe) / stepNm));
  let extreme = Math.floor((0.7 * radiusNm) / stepNm);
  for (let i = extreme; i <= last; i++)
    if (under ? intensity[i]! < intensity[extreme]! : intensity[i]! > intensity[extreme]!) extreme = i;
  let rise = extreme;
  while (rise > 0 && (under ? intensity[rise]! < 1 : intensity[rise]! > 1)) rise--;
  if (rise === 0) return radiusNm;
  return (under ? (rise + extreme) / 2 : rise + 0.5) * stepNm;
}

/** Bessel function of the first kind and order zero for x >= 0 (Abramowitz & Stegun 9.4.1 and 9.4.3, error below 1e-7). */
function besselJ0(x: number): number {
  if (x <= 3) {
    const t = (x * x) / 9;
    return 1 + t * (-2.2499997 + t * (1.2656208 + t * (-0.3163866 + t * (0.0444479 + t * (-0.0039444 + t * 0.00021)))));
  }
  const t = 3 / x;
  const f =
    0.79788456 +
    t * (-0.00000077 + t * (-0.0055274 + t * (-0.00009512 + t * (0.00137237 + t * (-0.00072805 + t * 0.00014476)))));
  const theta =
    x -
    0.78539816 +
    t * (-0.04166397 + t * (-0.00003954 + t * (0.00262573 + t * (-0.00054125 + t * (-0.00029333 + t * 0.00013558)))));
  return (f * Math.cos(theta)) / Math.sqrt(x);
}
