import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readKnownTruth } from '../../../../server/src/engine/labels/knownTruth';
import { sound } from './labelFolder';

let folder: string;
beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-foreign-'))));
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

async function notesOf(name: string, content: unknown): Promise<readonly string[]> {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, null, 1));
  const { notes, problems, sources } = await readKnownTruth(folder, ['cavity']);
  expect(problems).toEqual([]);
  expect(sources).toEqual([]);
  return notes;
}

const rect = { name: 'rect', x: 1, y: 2, width: 3, height: 4 };
const via = { 'a.png12': { filename: 'a.png', size: 12, regions: [{ shape_attributes: rect }] } };

// As the tools export them.
it.each<[string, string, unknown]>([
  ['VIA', 'via_region_data.json', via],
  ['VIA', 'annotations.json', { _via_settings: {}, _via_img_metadata: via }],
  ['LabelMe', 'images/a.json', { version: '5.2', shapes: [{ label: 'cavity', points: [[1, 2]] }], imagePath: 'a.png' }],
  ['Supervisely', 'ann/a.png.json', { objects: [{ classTitle: 'cavity', points: { exterior: [[1, 2]] } }] }],
  ['Label Studio', 'project-1.json', [{ annotations: [{ result: [{ type: 'rectanglelabels', value: {} }] }] }]],
  ['Darwin', 'images/a.json', { version: '2.0', annotations: [{ bounding_box: { x: 1, y: 2, w: 3, h: 4 } }] }],
  [
    'CreateML',
    '_annotations.createml.json',
    [{ image: 'a.png', annotations: [{ label: 'c', coordinates: { x: 1 } }] }],
  ],
  [
    'CVAT',
    'annotations.xml',
    '<annotations>\n<version>1.1</version>\n<image id="0" name="a.png">\n</image></annotations>',
  ],
  ['Pascal VOC', 'Annotations/a.xml', '<annotation><object><bndbox><xmin>1</xmin></bndbox></object></annotation>'],
  ['YOLO', 'labels/a.txt', '0 0.5 0.5 0.1 0.1\n0 0.25 0.125 1 1e-05\n'],
  ['YOLO', 'a.txt', '0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8'],
])('names labels of %s that are not read: %s', async (tool, name, content) => {
  expect(await notesOf(name, content)).toEqual([
    `${name.replace('/', path.sep)} has labels of ${tool}, which are not read: export them as COCO instances, in annotations.coco.json.`,
  ]);
});

it('names COCO instances under a name that is not read', async () => {
  const annotations = sound().annotations;
  expect(await notesOf('labels_my-project.json', { ...sound(), annotations })).toEqual([
    'labels_my-project.json has COCO labels but a name that is not used: call it annotations.coco.json.',
  ]);
});

it.each<[string, unknown]>([
  ['detections.json', { ...sound(), info: { description: 'Detections of TEM Gauge; not labels' } }],
  ['notes.txt', '0 0.5 0.5 0.1 0.1\nmeasured on Monday\n'],
  ['counts.txt', '12 5 7 19 3\n'],
  ['package.json', { name: 'x', images: [], annotations: {} }],
  ['a.xml', '<?xml version="1.0"?><Metadata><image/></Metadata>'],
  ['empty.json', ''],
])('says nothing of other files: %s', async (name, content) => {
  expect(await notesOf(name, content)).toEqual([]);
});

it.skipIf(process.platform === 'win32')('reads no device', async () => {
  fs.symlinkSync('/dev/zero', path.join(folder, 'zero.json'));
  expect(await notesOf('a.txt', 'text')).toEqual([]);
});
