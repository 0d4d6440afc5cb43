import { plural } from '../core/text/plural';
import { findDomain, syntheticDomains } from '../core/synthetic/domains';
import { findImages } from '../engine/audit/findImages';
import { writeSyntheticSet } from '../engine/synthetic/writeSynthetic';
import { checkOutputFolder } from '../engine/files/checkOutput';
import { exitCodes, number, text, UsageError, type Command } from './command';

export const synthesize: Command = {
  summary: 'draw synthetic micrographs with exact truth',
  usage:
    '--count N --seed S --size WxH --domain NAME[,NAME...] [--backgrounds DIR] [--degraded] --out DIR | --list [--json]',
  details: `  --count N           number of images (default 10)
  --seed S            equal seeds give equal bytes (default 1)
  --size WxH          in pixels (default 512x512)
  --domain NAMES      one or several, separated by commas, or "all" (default mixed); the images take them in turn
  --backgrounds DIR   draw on parts of these micrographs, which show no cavities, instead of on a drawn background
  --degraded          degrade each image at random by blur, lower contrast, noise, grain or JPEG artefacts;
                      the labels stay the same
  --out DIR           folder for images/*.png and the COCO instances annotations.coco.json, in which cavities that are
                      too faint for a certain label have iscrowd 1
  --list              list the domains; with --json as {"domains":[{"name","description"}]}`,
  options: {
    count: { type: 'string' },
    seed: { type: 'string' },
    size: { type: 'string' },
    domain: { type: 'string' },
    backgrounds: { type: 'string' },
    degraded: { type: 'boolean' },
    out: { type: 'string' },
    list: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  orderly: true,
  async run({ values, signal }) {
    if (values.list) {
      const domains = syntheticDomains.map(({ name, description }) => ({ name, description }));
      if (values.json) console.log(JSON.stringify({ domains }));
      else for (const d of domains) console.log(`${d.name.padEnd(18)} ${d.description}`);
      return exitCodes.fine;
    }
    const out = text(values, 'out');
    if (!out) throw new UsageError('--out DIR is missing: the folder for the images.');
    const size = /^(\d+)x(\d+)$/.exec(text(values, 'size') ?? '512x512');
    const [width, height] = [Number(size?.[1]), Number(size?.[2])];
    if (!size || width < 32 || height < 32 || width * height > 64e6)
      throw new UsageError('--size is WxH in pixels, from 32x32 to 64 megapixels.');
    const named = (text(values, 'domain') ?? 'mixed').split(',');
    const domains = named.includes('all') ? syntheticDomains.map((d) => d.name) : named;
    for (const d of domains)
      if (!findDomain(d))
        throw new UsageError(`There is no domain named "${d}"; tem-gauge synthesize --list names them.`);
    const count = integer(values, 'count', 1, 1e6) ?? 10;
    const seed = integer(values, 'seed', 0, 2 ** 40) ?? 1;
    const folder = text(values, 'backgrounds');
    const backgrounds = folder === undefined ? undefined : (await findImages([folder])).files;
    if (backgrounds?.length === 0) throw new UsageError(`--backgrounds: there are no images in ${folder}.`);
    await checkOutputFolder(out);
    const onProgress = (done: number) => {
      if (process.stderr.isTTY) process.stderr.write(`${done} / ${count}\r`);
    };
    const dataset = await writeSyntheticSet({
      count,
      seed,
      width,
      height,
      domains,
      out,
      backgrounds,
      degraded: values.degraded === true,
      signal,
      onProgress,
    });
    const line = {
      out,
      images: dataset.images.length,
      annotations: dataset.annotations.filter((a) => !a.iscrowd).length,
      ambiguous: dataset.annotations.filter((a) => a.iscrowd).length,
    };
    console.log(
      values.json
        ? JSON.stringify(line)
        : `${plural(line.images, 'image')} with ${plural(line.annotations, 'cavity', 'cavities')} ${line.ambiguous ? `and ${line.ambiguous} ambiguous ones ` : ''}in ${out}`,
    );
    if (line.images === count) return exitCodes.fine;
    console.error(`tem-gauge: stopped after ${line.images} of ${count} images.`);
    return exitCodes.couldNotRun;
  },
};

function integer(values: Parameters<typeof number>[0], name: string, low: number, high: number): number | undefined {
  const value = number(values, name, low, high);
  if (value !== undefined && !Number.isInteger(value)) throw new UsageError(`--${name} is a whole number.`);
  return value;
}
