import { describe, expect, it } from 'vitest';
import { boxes, read, sound } from './labelFolder';

type Coco = ReturnType<typeof sound>;
const edited = (edit: (c: Coco) => void): Coco => {
  const coco = sound();
  edit(coco);
  return coco;
};
const polygon = ([x, y, w, h]: readonly number[]) => [[x!, y!, x! + w!, y!, x! + w!, y! + h!, x!, y! + h!]];
/** Uncompressed COCO run-length encoding of a filled box in an image of 100×80. */
const rle = ([x, y, w, h]: readonly number[]) => {
  const counts: number[] = [];
  let last = 0;
  for (let c = 0; c < w!; c++) {
    const start = (x! + c) * 80 + y!;
    counts.push(start - last, h!);
    last = start + h!;
  }
  return { size: [80, 100], counts: [...counts, 8000 - last] };
};

describe('COCO instances as tools write them give the same truth', () => {
  it.each<[string, unknown]>([
    ['sound', sound()],
    ['null in info', edited((c) => (c.info = { description: null, url: null }))],
    [
      'no info, no categories',
      edited((c) => {
        delete c.info;
        c.categories = [];
      }),
    ],
    [
      'identifiers as text',
      edited((c) => {
        c.images[0]!.id = '7';
        c.annotations.forEach((a) => Object.assign(a, { image_id: 7, category_id: '1' }));
      }),
    ],
    ['7.0 for 7 as text', edited((c) => c.annotations.forEach((a) => (a.image_id = '7.0')))],
    ['a byte-order mark', `\ufeff${JSON.stringify(sound())}`],
    ['UTF-16', Buffer.from(`\ufeff${JSON.stringify(sound())}`, 'utf16le')],
    ['NaN of Python', JSON.stringify(sound()).replaceAll('"area":90', '"area":NaN')],
    [
      'NaN in a text',
      JSON.stringify(edited((c) => (c.info = 'NaN and Infinity'))).replace('"area":90', '"area":-Infinity'),
    ],
    [
      'area and segmentation null',
      edited((c) => c.annotations.forEach((a) => Object.assign(a, { area: null, segmentation: null }))),
    ],
    ['no annotation ids', edited((c) => c.annotations.forEach((a) => delete a.id))],
    ['iscrowd false', edited((c) => c.annotations.forEach((a) => (a.iscrowd = false)))],
    ['iscrowd 0.0 as text', edited((c) => c.annotations.forEach((a) => (a.iscrowd = '0.0')))],
    ['iscrowd null', edited((c) => c.annotations.forEach((a) => (a.iscrowd = null)))],
    ['numbers as text', edited((c) => c.annotations.forEach((a) => (a.bbox = (a.bbox as number[]).map(String))))],
    [
      'no sizes',
      edited((c) => {
        delete c.images[0]!.width;
        delete c.images[0]!.height;
      }),
    ],
    ['sizes null', edited((c) => Object.assign(c.images[0]!, { width: null, height: null }))],
    [
      'polygons without bbox',
      edited((c) =>
        c.annotations.forEach((a) => {
          a.segmentation = polygon(a.bbox as number[]);
          delete a.bbox;
        }),
      ),
    ],
    [
      'one polygon as a plain list',
      edited((c) =>
        c.annotations.forEach((a) => {
          a.segmentation = polygon(a.bbox as number[])[0];
          a.bbox = [];
        }),
      ),
    ],
    [
      'run lengths without bbox',
      edited((c) =>
        c.annotations.forEach((a) => {
          a.segmentation = rle(a.bbox as number[]);
          a.bbox = null;
        }),
      ),
    ],
    [
      'empty boxes with polygons',
      edited((c) =>
        c.annotations.forEach((a) => {
          a.segmentation = polygon(a.bbox as number[]);
          a.bbox = [0, 0, 0, 0];
        }),
      ),
    ],
    [
      'boxes with NaN and polygons',
      edited((c) =>
        c.annotations.forEach((a) => {
          a.segmentation = polygon(a.bbox as number[]);
          a.bbox = [null, 1, 2, 3];
        }),
      ),
    ],
    [
      'rectangles drawn from the lower right',
      edited((c) =>
        c.annotations.forEach((a) => {
          const [x, y, w, h] = a.bbox as [number, number, number, number];
          a.bbox = [x + w, y + h, -w, -h];
        }),
      ),
    ],
    [
      'a box and its polygon',
      edited((c) => c.annotations.forEach((a) => (a.segmentation = polygon(a.bbox as number[])))),
    ],
    [
      'one image listed twice',
      edited((c) => {
        c.images.push({ ...c.images[0]!, id: 8 });
        c.annotations[2]!.image_id = 8;
      }),
    ],
    [
      'category by name',
      edited((c) => {
        c.categories = [];
        c.annotations.forEach((a) => (a.category_id = 'Cavity'));
      }),
    ],
  ])('%s', async (_, coco) => expect((await read(coco)).boxes).toEqual(boxes));

  it('counts repeated boxes once, and says so', async () => {
    const { boxes: found, notes } = await read(edited((c) => c.annotations.push({ ...c.annotations[0]!, id: 1 })));
    expect(found).toEqual(boxes);
    expect(notes).toEqual(['annotations.coco.json: 1 repeated boxes count once.']);
  });

  it('says that every detection is false in a file without annotations', async () => {
    const { boxes: found, notes } = await read({ ...sound(), annotations: [] });
    expect(found).toEqual([]);
    expect(notes).toEqual(['annotations.coco.json: annotations is empty, so that every detection counts as false.']);
  });

  it('says that annotations with scores may be detections', async () => {
    const scored = await read(edited((c) => c.annotations.forEach((a) => (a.score = 0.9))));
    expect(scored.boxes).toEqual(boxes);
    expect(scored.notes).toEqual([
      'annotations.coco.json: All annotations have a score, so that they may be detections and not labels.',
    ]);
    expect((await read(edited((c) => c.annotations.forEach((a) => (a.score = null))))).notes).toEqual([]);
  });

  it('excludes crowd regions from the truth, with masks as well', async () => {
    const crowd = { image_id: 7, category_id: 1, iscrowd: true, segmentation: rle([0, 0, 30, 30]) };
    const found = await read(edited((c) => c.annotations.push(crowd)));
    expect([found.boxes, found.crowd]).toEqual([boxes, 1]);
  });
});

describe('categories', () => {
  const loop = { id: 2, name: 'dislocation loop' };
  it('counts only what the detector finds, and says so', async () => {
    const { boxes: found, notes } = await read(
      edited((c) => {
        c.categories.push(loop);
        c.annotations[1]!.category_id = 2;
      }),
    );
    expect(found).toEqual([boxes[0], boxes[2]]);
    expect(notes[0]).toContain('Annotations of "dislocation loop" are not of "cavity" and do not count');
  });

  it.each(['Cavities', 'VOID', 'bubbles'])('takes %s for cavities', async (name) => {
    const { boxes: found, notes } = await read(
      edited(
        (c) =>
          (c.categories = [
            { id: 0, name: 'defects' },
            { id: 1, name },
          ]),
      ),
    );
    expect([found, notes]).toEqual([boxes, []]);
  });

  it('says when the only category has another name', async () => {
    const { boxes: found, notes } = await read(edited((c) => (c.categories = [{ id: 1, name: 'objects' }])));
    expect(found).toEqual(boxes);
    expect(notes[0]).toContain('Annotations of "objects", the only category, count as "cavity"');
  });

  it.each<[string, (c: Coco) => void, string]>([
    [
      'several others',
      (c) => {
        c.categories = [
          { id: 1, name: 'loop' },
          { id: 2, name: 'line' },
        ];
        c.annotations[1]!.category_id = 2;
      },
      'are of "loop", "line"; none of these is "cavity"',
    ],
    ['an unlisted id', (c) => (c.annotations[1]!.category_id = 5), 'annotations[1].category_id 5 is not in categories'],
    ['one id twice', (c) => c.categories.push({ id: 1, name: 'loop' }), 'categories has the id 1 twice'],
    [
      'a missing id among others',
      (c) => {
        c.categories.push(loop);
        delete c.annotations[2]!.category_id;
      },
      'annotations[2].category_id is missing',
    ],
  ])('refuses %s', async (_, edit, sentence) => expect(read(edited(edit))).rejects.toThrow(sentence));
});

describe('files that cannot be used are refused by name and field', () => {
  const corners = (b: readonly number[]) => [b[0]!, b[1]!, b[0]! + b[2]!, b[1]! + b[3]!];
  const nested = Array.from({ length: 6 }, (_, i) => [5 + 4 * i, 4 + 3 * i, 3, 3]);
  it.each<[string, unknown, string]>([
    ['cut short', JSON.stringify(sound()).slice(0, -20), 'annotations.coco.json is not valid JSON'],
    ['a list of results', [{ image_id: 1, bbox: [1, 2, 3, 4], score: 1 }], 'is a list; COCO instances are an object'],
    ['no annotations', { images: sound().images }, 'annotations is missing'],
    ['annotations null', { ...sound(), annotations: null }, 'annotations is not a list'],
    ['no images', { ...sound(), images: [] }, 'images is empty'],
    ['an image without a name', edited((c) => delete c.images[0]!.file_name), 'images[0].file_name is missing'],
    ['an image without an id', edited((c) => delete c.images[0]!.id), 'images[0].id is missing'],
    [
      'an annotation without an image',
      edited((c) => delete c.annotations[1]!.image_id),
      'annotations[1].image_id is missing',
    ],
    [
      'iscrowd maybe',
      edited((c) => (c.annotations[2]!.iscrowd = 'maybe')),
      'annotations[2].iscrowd is neither 0 nor 1',
    ],
    [
      'crowd regions alone',
      edited((c) => c.annotations.forEach((a) => (a.iscrowd = 1))),
      'all annotations are crowd regions (annotations[0].iscrowd is 1)',
    ],
    [
      'annotations of unknown images',
      edited((c) => c.annotations.forEach((a) => (a.image_id = 107))),
      'annotations[0].image_id 107',
    ],
    [
      'normalised boxes',
      edited((c) => c.annotations.forEach((a) => (a.bbox = [0.1, 0.75, 0.12, 0.125]))),
      'normalised coordinates',
    ],
    [
      'percentages',
      edited((c) => {
        Object.assign(c.images[0]!, { width: 512, height: 400 });
        c.annotations = Array.from({ length: 12 }, (_, i) => ({
          image_id: 7,
          category_id: 1,
          bbox: [8 * i, 95 - 8 * i, 4, 4],
        }));
      }),
      'percentages',
    ],
    [
      'corners that end outside',
      edited((c) =>
        c.annotations.forEach((a) => {
          a.bbox = corners(a.bbox as number[]);
          delete a.area;
        }),
      ),
      'corners (x0, y0, x1, y1): read as width and height, annotations[0].bbox ends outside',
    ],
    [
      'corners by their masks',
      edited((c) => {
        c.annotations = nested.slice(0, 2).map((b) => ({ image_id: 7, category_id: 1, bbox: corners(b), area: 7 }));
      }),
      'corners (x0, y0, x1, y1): their masks fit only so',
    ],
    [
      'corners that lie in each other',
      edited((c) => {
        delete c.images[0]!.width;
        c.annotations = nested.map((b) => ({ image_id: 7, category_id: 1, bbox: corners(b) }));
      }),
      'they lie in each other',
    ],
    [
      'a category that is a list',
      edited((c) => (c.annotations[2]!.category_id = [1])),
      'annotations[2].category_id is neither a number nor text',
    ],
    ['a pointer of Git LFS', 'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 3\n', 'Git LFS pointer'],
  ])('%s', async (_, coco, sentence) => expect(read(coco)).rejects.toThrow(sentence));
});

describe('an image whose labels contradict themselves has no truth', () => {
  it.each<[string, (c: Coco) => void, string]>([
    [
      'a box without size',
      (c) => (c.annotations[1]!.bbox = [3, 4, 0, 5]),
      'annotations[1].bbox has no width or no height',
    ],
    [
      'a box of three numbers',
      (c) => (c.annotations[1]!.bbox = [3, 4, 5]),
      'annotations[1].bbox is not a list of four numbers',
    ],
    ['no box at all', (c) => delete c.annotations[1]!.bbox, 'annotations[1].bbox is missing'],
    [
      'a box outside',
      (c) => (c.annotations[1]!.bbox = [300, 20, 9, 8]),
      'annotations[1].bbox lies outside its image of 100×80',
    ],
    [
      'a box below a pixel',
      (c) => (c.annotations[1]!.bbox = [0.3, 0.2, 0.9, 0.8]),
      'annotations[1].bbox is smaller than a pixel',
    ],
    [
      'a polygon elsewhere',
      (c) => (c.annotations[1]!.segmentation = polygon([1, 1, 9, 8])),
      'annotations[1].bbox and the segmentation beside it are different places',
    ],
    [
      'a run-length mask elsewhere',
      (c) => (c.annotations[1]!.segmentation = rle([1, 1, 9, 8])),
      'annotations[1].bbox and the segmentation beside it are different places',
    ],
    [
      'a run-length mask with height and width swapped',
      (c) => {
        const { bbox } = c.annotations[1]!;
        c.annotations[1] = { image_id: 7, category_id: 1, segmentation: { ...rle(bbox as number[]), size: [100, 80] } };
      },
      'annotations[1].segmentation.size is of an image of 80×100, not of 100×80',
    ],
    [
      'normalised polygons without a box',
      (c) => (c.annotations[1] = { image_id: 7, category_id: 1, segmentation: polygon([0.7, 0.2, 0.09, 0.08]) }),
      'annotations[1].segmentation is smaller than a pixel',
    ],
  ])('%s', async (_, edit, sentence) => {
    const { boxes: found, problems } = await read(edited(edit));
    expect(found).toBeNull();
    expect(problems[0]).toContain(`images/a.png has no truth: ${sentence}`);
  });

  it('where annotations belong to no image, images without annotations have none', async () => {
    const coco = edited((c) => {
      c.images.push({ id: 8, file_name: 'images/b.png' });
      c.annotations[0]!.image_id = 9;
    });
    const { count, problems } = await read(coco, ['images/a.png', 'images/b.png']);
    expect(count).toBe(1);
    expect(problems.join()).toContain('1 of 3 annotations belong to no image of the file (annotations[0].image_id 9)');
    expect(problems.join()).toContain('images/b.png has no truth');
  });

  it('keeps images without annotations as true negatives otherwise', async () => {
    const { boxes: found } = await read(edited((c) => (c.annotations = [])));
    expect(found).toEqual([]);
  });
});
