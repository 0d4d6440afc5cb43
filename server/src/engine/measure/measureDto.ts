import { meanPixelSize } from '../../core/geometry/pixelShape';
import type { Measurement } from '../../core/quantities/measure';
import { quantitiesOf, quantityNames, type Quantities } from '../../core/quantities/quantities';
import type { ImageEvidence } from '../../core/quantities/simulate';
import { sizeDistribution } from '../../core/quantities/sizeDistribution';
import type { CausesDto, MeasureDto, QuantityDto, QuantityNameDto } from '../../protocol/quantities';
import { reliabilities, type Reliability } from '../../protocol/vocabulary';
import type { Estimate } from '../engine.types';
import type { Foil } from './foil';

/** Data of each image for a summary. */
export interface Seen {
  readonly f1: number | null;
  readonly reliability: Reliability;
  readonly nmPerPixel: number | null;
  /** Along y where it differs. */
  readonly nmPerPixelY?: number | undefined;
  readonly foil: Foil;
}

/** From so many images on, the scatter between them says more than counting statistics within them. */
const imagesForScatter = 10;

export function imageDto(
  e: Pick<Estimate, 'file' | 'image' | 'outcome' | 'reason' | 'f1' | 'reliability'>,
  own: Measurement,
  evidence: ImageEvidence | null,
  {
    foil,
    brief,
    thicknessSource,
  }: Pick<MeasureDto, 'thicknessSource'> & { readonly foil: Foil; readonly brief: boolean },
): MeasureDto {
  const { nmPerPixel = null, nmPerPixelY } = e.image ?? {};
  const scale = meanPixelSize(e.image);
  const shown = evidence
    ? quantityFields(quantitiesOf(own, 'frame'), brief ? undefined : quantitiesOf(own, 'material'))
    : nothing(e.reason);
  const whole = evidence?.accepted.filter((c) => !c.atEdge) ?? [];
  return {
    schema: 'tem-gauge/measure@1',
    kind: 'image',
    file: e.file,
    outcome: e.outcome,
    ...shown,
    f1: e.f1 === null ? null : round(e.f1),
    reliability: e.reliability,
    images: own.images,
    scaledImages: own.scaledImages,
    detections: own.detections,
    cut: own.cut,
    nmPerPixel,
    ...(nmPerPixelY === undefined ? {} : { nmPerPixelY }),
    nmPerPixelSource: e.image?.nmPerPixelSource ?? null,
    ...foil,
    ...(thicknessSource ? { thicknessSource } : {}),
    sizes: sizes(whole.map((c) => c.diameter * (scale ?? 1)), scale === null ? 'px' : 'nm'), // prettier-ignore
  };
}

export function summaryDto(
  kind: 'group' | 'folder',
  file: string,
  { measurement, seen, diameters }: { measurement: Measurement; seen: readonly Seen[]; diameters: readonly number[] },
  foil: Foil,
): MeasureDto {
  const sampling = measurement.images >= imagesForScatter ? 'images' : 'material';
  const predicted = seen.flatMap((s) => (s.f1 === null ? [] : [s.f1]));
  const frequent = [...reliabilities].sort((a, b) => count(b) - count(a))[0]!;
  const pixelSizes = new Set(seen.map((s) => `${s.nmPerPixel} ${s.nmPerPixelY}`));
  const foils = new Set(seen.map((s) => `${s.foil.thicknessNm} ${s.foil.thicknessUncertainty}`));
  const common: Pick<Seen, 'nmPerPixel' | 'nmPerPixelY'> = pixelSizes.size === 1 ? seen[0]! : { nmPerPixel: null };
  return {
    schema: 'tem-gauge/measure@1',
    kind,
    file,
    outcome: predicted.length ? 'estimated' : measurement.images ? 'no-detections' : 'unreadable',
    ...quantityFields(quantitiesOf(measurement, sampling)),
    f1: predicted.length ? round(predicted.reduce((a, b) => a + b, 0) / predicted.length) : null,
    reliability: seen.length ? frequent : 'unknown',
    images: measurement.images,
    scaledImages: measurement.scaledImages,
    detections: measurement.detections,
    cut: measurement.cut,
    nmPerPixel: common.nmPerPixel,
    ...(common.nmPerPixelY === undefined ? {} : { nmPerPixelY: common.nmPerPixelY }),
    nmPerPixelSource: null,
    ...(foil.thicknessNm === null && foils.size === 1 ? seen[0]!.foil : foil),
    sizes: sizes(diameters, 'nm'),
  };

  function count(level: Reliability): number {
    return seen.filter((s) => s.reliability === level).length;
  }
}

type Fields = Pick<MeasureDto, QuantityNameDto | 'reasons'>;

function quantityFields(own: Quantities, material?: Quantities): Fields {
  const reasons: Record<string, string> = {};
  const fields = quantityNames.map((name): [QuantityNameDto, QuantityDto | null] => {
    const q = own[name];
    if ('reason' in q) {
      reasons[name] = q.reason;
      return [name, null];
    }
    const sampled = material?.[name];
    return [
      name,
      {
        value: round(q.value),
        low: q.low === null ? null : round(q.low),
        high: q.high === null ? null : round(q.high),
        level: q.level,
        unit: q.unit,
        causes: Object.fromEntries(Object.entries(q.causes).map(([c, v]) => [c, Math.round(v * 1e4) / 1e4])) as CausesDto, // prettier-ignore
        detected: round(q.detected),
        ...(sampled && 'low' in sampled && sampled.low !== null && sampled.high !== null
          ? { material: { low: round(sampled.low), high: round(sampled.high) } }
          : {}),
      },
    ];
  });
  return { ...(Object.fromEntries(fields) as Record<QuantityNameDto, QuantityDto | null>), reasons };
}

const nothing = (reason: string): Fields => ({
  ...(Object.fromEntries(quantityNames.map((name) => [name, null])) as Record<QuantityNameDto, null>),
  reasons: { all: reason },
});

function sizes(values: readonly number[], unit: 'nm' | 'px'): MeasureDto['sizes'] {
  const d = sizeDistribution(values);
  return d && { unit, n: d.n, edges: [...d.edges], counts: [...d.counts], cumulative: d.cumulative.map(round) };
}

/** Five significant digits: more than any of these numbers has. */
const round = (v: number): number => Number(v.toPrecision(5));
