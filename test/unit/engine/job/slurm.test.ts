import { expect, it } from 'vitest';
import { parseMaxArraySize, parseQueue } from '../../../../server/src/engine/job/slurm/commands';
import { arrayScript, profileSchema, quote } from '../../../../server/src/engine/job/slurm/script';

it('reads the limits that scontrol prints', () => {
  expect(parseMaxArraySize('Foo = 1\nMaxArraySize            = 1001\nMaxJobCount             = 10000\n')).toBe(1001);
  expect(parseMaxArraySize('MaxArraySize            = 100001\nMaxJobCount             = 10000\n')).toBe(10000);
  expect(parseMaxArraySize('nothing')).toBeNull();
});

it('counts pending, running and requeued tasks as scheduled', () => {
  expect(parseQueue('3 RUNNING\n4 PENDING\n 5 COMPLETING\n7 REQUEUED\n8 FAILED\nN/A RUNNING\n')).toEqual([3, 4, 5, 7]);
});

it('writes a script that survives blanks and quotes in paths', () => {
  const script = arrayScript({
    dir: "/data/it's here/job",
    array: '0-3,7',
    program: ['/usr/bin/node', '/opt/tem gauge/cli.js'],
    args: ['--jobs', '2'],
    profile: { partition: 'short', memory: '4G', gpus: 1, cpus: 2, time: '60', extra: ['module load node'] },
  });
  expect(script.split('\n')).toEqual([
    '#!/bin/bash',
    '#SBATCH --job-name=tem-gauge',
    '#SBATCH --array=0-3,7',
    `#SBATCH --output="/data/it's here/job/logs/%a.log"`,
    '#SBATCH --open-mode=append',
    '#SBATCH --requeue',
    '#SBATCH --signal=B:USR1@120',
    '#SBATCH --partition=short',
    '#SBATCH --gpus=1',
    '#SBATCH --mem=4G',
    '#SBATCH --time=60',
    '#SBATCH --cpus-per-task=2',
    'module load node',
    `exec /usr/bin/node '/opt/tem gauge/cli.js' audit run '/data/it'\\''s here/job' --jobs 2 --shard "$SLURM_ARRAY_TASK_ID"`,
    '',
  ]);
  expect(quote('a;rm -rf /')).toBe("'a;rm -rf /'");
});

it('runs in a container where one is named', () => {
  const script = arrayScript({
    dir: '/j',
    array: '0',
    program: ['tem-gauge'],
    args: [],
    profile: { container: 'a.sif' },
  });
  expect(script).toContain('exec apptainer exec a.sif tem-gauge audit run /j --shard');
});

it('refuses profiles with unknown fields', () => {
  expect(profileSchema.safeParse({ partition: 'x', gpus: 2 }).success).toBe(true);
  expect(profileSchema.safeParse({ partiton: 'x' }).success).toBe(false);
});
