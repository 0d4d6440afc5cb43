import { describe, expect, it } from 'vitest';
import { readFeatureRows } from '../../../server/src/engine/estimate/featureRows';
import { parseTable } from '../../../server/src/engine/files/table';

const features = ['meanScore', 'detectionCount', 'areaRatio'];
const read = (text: string) => {
  const { rows, order } = readFeatureRows(parseTable(text), features);
  return { rows: rows.map((r) => [...r]), order };
};

describe('features of a table', () => {
  it.each([
    ['no header', '0.9,60,0.4\n0.1,40,0.7'],
    ['the names in order', 'meanScore,detectionCount,areaRatio\n0.9,60,0.4\n0.1,40,0.7'],
    ['a header in upper case, permuted', 'AREARATIO,MEANSCORE,DETECTIONCOUNT\n0.4,0.9,60\n0.7,0.1,40'],
    ['quotes', '"areaRatio","meanScore","detectionCount"\n"0.4","0.9","60"\n"0.7","0.1","40"'],
    ['other columns', 'image,areaRatio,f1,meanScore,detectionCount\na.png,0.4,1,0.9,60\nb.png,0.7,,0.1,40'],
    ['the index of pandas', ',area_ratio,Mean score,detectionCount\n0,0.4,0.9,60\n1,0.7,0.1,40'],
    ["the authors' names", 'names,counts,area_ratio,avg obj conf\na.png,60,0.4,0.9\nb.png,40,0.7,0.1'],
    ['semicolons and decimal commas', 'areaRatio;meanScore;detectionCount\n0,4;0,9;60,0\n0,7;0,1;40,0'],
    ['another name of the same feature', 'detections,meanScore,detectionCount,areaRatio\n3,0.9,60,0.4\n3,0.1,40,0.7'],
    [
      'the prefix of our features',
      'detections,temGauge_meanScore,detectionCount,areaRatio\n3,0.9,60,0.4\n3,0.1,40,0.7',
    ],
    ['tabs', 'areaRatio\tmeanScore\tdetectionCount\n0.4\t0.9\t60\n0.7\t0.1\t40'],
  ])('%s', (_, text) =>
    expect(read(text).rows).toEqual([
      [0.9, 60, 0.4],
      [0.1, 40, 0.7],
    ]),
  );

  it("gives the table's order of columns", () =>
    expect(read('areaRatio,x,meanScore,detectionCount\n0.4,5,0.9,60').order).toEqual([2, 0, 1]));

  it.each([
    ['0,1,2\n0.9,60,0.4', 'Line 1 numbers the columns (0, 1, 2, …)'],
    ['1;2;3\n0,9;60;0,4', 'Line 1 numbers the columns'],
    ['a,b,c\n0.9,60,0.4', 'has no column meanScore, detectionCount, areaRatio; it has "a", "b", "c"'],
    ['meanScore,detectionCount\n0.9,60', 'has no column areaRatio'],
    [
      'meanScore,mean_score,detectionCount,areaRatio\n1,2,3,4',
      'two columns for meanScore: "meanScore" and "mean_score"',
    ],
    ['meanScore,detectionCount,areaRatio\n1,2,3\n1,2', 'Line 3 has 2 columns, separated by commas; the header has 3'],
    ['0.9 60 0.4', 'Line 1 has one column: separate the columns by commas, semicolons or tabs, not by spaces'],
    ['0.9|60|0.4', 'not by other characters'],
    ['0.9,60', 'Line 1 has 2 columns, separated by commas; the forest takes 3: meanScore'],
    ['0.9,oops,0.4', 'Line 1, column 2 is not a number: "oops"'],
    ['meanScore,detectionCount,areaRatio\n1,2,', 'Line 2, column 3 is not a number: ""'],
    ['meanScore,detectionCount,areaRatio\n', 'a header but no rows'],
  ])('refuses %j', (text, sentence) => expect(() => read(text)).toThrow(sentence));
});
