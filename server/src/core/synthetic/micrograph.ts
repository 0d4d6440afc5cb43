import { createRandom, type Random } from '../random';
import { burnInLabels } from './annotationOverlay';
import {
  addBendContours,
  addGrains,
  addStrainMottle,
  addStripes,
  addThicknessWaves,
  addVacuumEdge,
} from './background';
import { cavityMask, drawCavity, type CavityShape, type CavitySpec, type Contrast } from './cavity';
import { addDislocations, addPrecipitates, addSpots, type Point } from './defects';
import { addDeadPixels, jpegArtefacts } from './degrade';
import { findDomain, type SyntheticDomain } from './domains';
import { wavelengthNm } from './fresnel';
import { addLargeCavities, drawFresnelCavities, type DrawnCavity } from './fresnelCavity';
import { archiveGrain, grainSize, smearRows, toUnit } from './grain';
import { cropBackground, type RealBackground } from './realBackground';
import { blur, createField, smoothNoise, type Field } from './field';
import { placeCavities } from './placement';

export interface SyntheticCavity {
  /** x0, y0, x1, y1 in pixels, half-open, tight on the mask. */
  readonly box: readonly [number, number, number, number];
  /** COCO uncompressed run lengths, column-major; size is [height, width]. */
  readonly mask: { readonly size: readonly [number, number]; readonly counts: readonly number[] };
  readonly area: number;
  readonly radiusPx: number;
  readonly shape: CavityShape;
  /** Drawn, but too faint for an expert to be sure. */
  readonly ambiguous: boolean;
}

export interface SyntheticMicrograph {
  readonly width: number;
  readonly height: number;
  /** 8-bit gray, row-major. */
  readonly data: Uint8Array;
  readonly nmPerPixel: number;
  /** Positive in underfocus, negative in overfocus, about zero in focus. */
  readonly defocusNm: number;
  readonly cavities: readonly SyntheticCavity[];
  readonly domain: string;
  readonly seed: number;
}

export interface MicrographOptions {
  readonly domain: string;
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  /** A micrograph without cavities that replaces the drawn background. */
  readonly background?: RealBackground;
}

/**
 * Draws one micrograph with its exact truth; the same options give the same bytes.
 * Cavity contrast after Rühle & Wilkens (1975): bright with a dark fringe in underfocus, reversed in overfocus,
 * the fringe about sqrt(wavelength * |defocus|) wide.
 * @throws RangeError for an unknown domain or a side below 32 pixels.
 */
export function renderMicrograph(options: MicrographOptions): SyntheticMicrograph {
  const { domain: name, seed, width, height, background } = options;
  const domain = findDomain(name);
  if (!domain) throw new RangeError(`There is no domain named "${name}".`);
  if (!(width >= 32 && height >= 32)) throw new RangeError('A micrograph is at least 32 pixels wide and high.');
  const random = createRandom(seed * 131 + hash(name));
  const size = Math.min(width, height);
  const nmPerPixel = random.logUniform(...domain.nmPerPixel) * (512 / size);
  const focus = pickFocus(domain, random);
  const defocusNm = focus * random.logUniform(...domain.defocusNm) + (focus === 0 ? random.normal(0, 40) : 0);
  const median = Math.max(2, random.logUniform(...domain.radius) * size);
  const widestFringe = Math.min(domain.widestFringe * median + 1, 0.018 * size);
  const contrast = drawContrast(domain, { focus, defocusNm, nmPerPixel, widestFringe }, random);

  const field = background ? cropBackground(background, width, height, random) : createField(width, height);
  const points = background ? [] : drawBackground(field, domain, random);
  const texture = standardDeviation(field.data);
  const foil = { texture, ...(background ? measureGrain(field) : drawGrain(domain, random)) };
  const empty = random.chance(domain.emptyProbability);
  const specs = empty ? [] : placeCavities(domain, { width, height, median, points }, random);
  let drawn: DrawnCavity[];
  // On a real foil the cavities' contrast multiplies the intensity of the picture.
  const layer = background ? createField(width, height) : field;
  if (domain.archive) {
    if (!empty) addLargeCavities(specs, domain.archive, field, random);
    const { archive: look } = domain;
    const scale = { finePx: foil.grainPx, smearProbability: look.smear };
    const grainy = background ? undefined : archiveGrain(field, scale, random);
    // Fresnel propagation is not defined at exact focus, where only absorption gives contrast.
    const dialNm = -Math.sign(defocusNm || 1) * Math.max(30, Math.abs(defocusNm));
    const exposure = { look, dialNm, nmPerPixel, noiseStd: foil.noiseStd, grainPx: grainy?.sizePx ?? foil.grainPx };
    drawn = drawFresnelCavities(layer, specs, exposure, random);
    // The blur along the scan lines also affects the cavities, to a smaller degree.
    smearRows(field, Math.round((grainy?.smearPx ?? 0) / 2));
    if (grainy) addGrain(field, grainy.noise, foil.noiseStd, random);
  } else {
    const seen = specs.filter((c) => isVisible(c, contrast, foil, domain.visibility));
    for (const c of seen) drawCavity(layer, c, contrast);
    drawn = seen.map((spec) => ({ spec, edge: edgeOffset(contrast), ambiguous: false }));
    if (!background) {
      blur(field, random.chance(0.5) ? random.uniform(0.3, 1.2) : 0);
      addNoise(field, foil, random.chance(domain.speckle), random);
    }
  }
  if (background) for (let i = 0; i < field.data.length; i++) field.data[i]! += (1 + field.data[i]!) * layer.data[i]!;
  const data = toGray(field, domain, random);
  const picture = { data, width, height };
  if (random.chance(0.06)) addDeadPixels(picture, { count: random.int(40), column: random.chance(0.2) }, random);
  if (random.chance(domain.labels)) burnInLabels(picture, nmPerPixel, random);
  if (random.chance(domain.jpeg)) jpegArtefacts(picture, random.uniform(30, 92));
  const cavities = drawn
    .map(({ spec, edge, ambiguous }) => ({
      ...cavityMask(spec, edge, width, height),
      radiusPx: spec.radius,
      shape: spec.shape,
      ambiguous,
    }))
    // Narrow remainders at the frame's edge cannot be recognised as cavities.
    .filter((c) => c.area >= 8 && Math.min(c.box[2] - c.box[0], c.box[3] - c.box[1]) >= 3);
  return { width, height, data, nmPerPixel, defocusNm, cavities, domain: name, seed };
}

function hash(text: string): number {
  let h = 2166136261;
  for (const letter of text) h = Math.imul(h ^ letter.codePointAt(0)!, 16777619);
  return h >>> 0;
}

function pickFocus(domain: SyntheticDomain, random: Random): -1 | 0 | 1 {
  const [under, over, none] = domain.focus;
  const u = random.uniform(0, under + over + none);
  return u < under ? 1 : u < under + over ? -1 : 0;
}

interface Focus {
  /** 1 in underfocus, −1 in overfocus. */
  readonly focus: -1 | 0 | 1;
  readonly defocusNm: number;
  readonly nmPerPixel: number;
  /** Upper limit of half the width of the dominant fringe in pixels. */
  readonly widestFringe: number;
}

function drawContrast(
  domain: SyntheticDomain,
  { focus, defocusNm, nmPerPixel, widestFringe }: Focus,
  random: Random,
): Contrast {
  const disc = random.logUniform(...domain.disc);
  const widthPx = (0.8 * Math.sqrt(wavelengthNm * Math.abs(defocusNm))) / nmPerPixel;
  const fringeWidth = Math.max(0.8, Math.min(widthPx, widestFringe * random.uniform(0.5, 1)));
  if (focus === 0)
    return {
      disc,
      fringe: random.uniform(-0.15, 0.25) * disc,
      fringeWidth: Math.min(fringeWidth, 2),
      halo: 1,
      secondFringe: 0,
      interior: random.uniform(0, 0.2) * disc,
    };
  const fringe = focus * disc * random.uniform(0.6, 1.5);
  return {
    disc: focus > 0 ? disc : disc * random.uniform(-0.4, 0.25),
    fringe,
    fringeWidth,
    halo: random.uniform(0.35, 1),
    secondFringe: random.chance(0.5) ? random.uniform(0, 0.3) : 0,
    interior: random.chance(0.4) ? random.uniform(0, 0.3) * disc : 0,
  };
}

/** The labelled edge: towards the middle of the dark ring in underfocus, the outside of the dark ring in overfocus. */
const edgeOffset = (contrast: Contrast): number =>
  contrast.fringe > 0 ? 0.4 * contrast.fringeWidth : 0.1 * contrast.fringeWidth;

function drawBackground(field: Field, domain: SyntheticDomain, random: Random): Point[] {
  const between = ([low, high]: readonly [number, number]) =>
    Math.floor(random.uniform(low, high + 1) * (random.chance(0.4) ? 0.25 : 1));
  const area = (field.width * field.height) / (512 * 512);
  const density = Math.max(1, Math.sqrt(area));
  addThicknessWaves(field, random.logUniform(...domain.waves), random);
  if (random.chance(domain.bend)) addBendContours(field, random.uniform(0.08, 0.4), random);
  if (random.chance(domain.grains)) addGrains(field, random.uniform(0.05, 0.3), random);
  if (random.chance(domain.stripes)) addStripes(field, random.uniform(0.01, 0.06), random);
  if (random.chance(domain.mottle)) addStrainMottle(field, random.uniform(0.03, 0.25), random);
  const points = addDislocations(field, between(domain.dislocations) * density, random.uniform(0.1, 0.6), random);
  addPrecipitates(field, between(domain.precipitates) * density, random.uniform(0.1, 0.6), random);
  const spots = {
    count: between(domain.spots) * density,
    strength: random.uniform(0.05, 0.4),
    sign: random.chance(0.75) ? -1 : 1,
  } as const;
  addSpots(field, spots, random);
  if (random.chance(domain.vacuum)) addVacuumEdge(field, random);
  return points;
}

interface FoilGrain {
  readonly noiseStd: number;
  readonly grainPx: number;
}

const drawGrain = (domain: SyntheticDomain, random: Random): FoilGrain => ({
  noiseStd: random.logUniform(...domain.noise),
  grainPx: random.uniform(...domain.grainPx),
});

/** Grain of a real picture: its structure finer than a few pixels. */
function measureGrain(field: Field): FoilGrain {
  const fine = { ...field, data: field.data.slice() };
  blur(fine, 6);
  for (let i = 0; i < fine.data.length; i++) fine.data[i] = field.data[i]! - fine.data[i]!;
  const noiseStd = Math.max(0.005, toUnit(fine));
  return { noiseStd, grainPx: grainSize(fine) };
}

/**
 * Rose's criterion: contrast over noise, averaged over the cavity's resolution cells, must exceed the threshold.
 * In addition the contrast must not be negligible beside the variation of the background, or the 256 grey levels lose it.
 */
function isVisible(
  c: CavitySpec,
  contrast: Contrast,
  { noiseStd, grainPx, texture }: FoilGrain & { readonly texture: number },
  threshold: number,
): boolean {
  const amplitude = Math.max(Math.abs(contrast.disc), 0.8 * Math.abs(contrast.fringe)) * c.strength;
  if (amplitude < 0.03 * threshold * texture) return false;
  const cell = Math.max(1, 2 * grainPx);
  const across = Math.min(c.radius, 6 * contrast.fringeWidth + 4);
  return (amplitude / noiseStd) * Math.max(0.5, across / cell) > threshold;
}

/** Band-limited grain whose variance follows the intensity, as counted electrons do. */
function addNoise(field: Field, { noiseStd, grainPx }: FoilGrain, speckle: boolean, random: Random): void {
  const noise = smoothNoise(field.width, field.height, grainPx, random);
  if (speckle) {
    const low = { ...noise, data: noise.data.slice() };
    blur(low, Math.max(1.2, grainPx * 1.6));
    for (let i = 0; i < noise.data.length; i++) noise.data[i] = 1.5 * (noise.data[i]! - 0.85 * low.data[i]!);
  }
  addGrain(field, noise, noiseStd, random);
}

function addGrain(field: Field, noise: Field, std: number, random: Random): void {
  const shot = random.uniform(0, 1);
  for (let i = 0; i < field.data.length; i++) {
    const level = Math.max(0.05, 1 + field.data[i]!);
    field.data[i]! += std * noise.data[i]! * (1 - shot + shot * Math.sqrt(level));
  }
}

/** Exposure, gamma and clipping to 8 bits. */
function toGray(field: Field, domain: SyntheticDomain, random: Random): Uint8Array {
  const mean = field.data.reduce((sum, v) => sum + v, 0) / field.data.length;
  const std = standardDeviation(field.data);
  const center = random.uniform(80, 165);
  const gain = random.logUniform(...domain.grayStd) / std;
  const gamma = random.chance(0.4) ? random.uniform(0.7, 1.4) : 1;
  const out = new Uint8Array(field.data.length);
  for (let i = 0; i < out.length; i++) {
    const v = Math.min(1, Math.max(0, (center + gain * (field.data[i]! - mean)) / 255));
    out[i] = Math.round(255 * (gamma === 1 ? v : v ** gamma));
  }
  return out;
}

function standardDeviation(values: Float32Array): number {
  let sum = 0;
  let square = 0;
  for (const v of values) {
    sum += v;
    square += v * v;
  }
  const mean = sum / values.length;
  return Math.sqrt(Math.max(1e-10, square / values.length - mean * mean));
}
