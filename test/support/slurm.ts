import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Whether a Slurm of one node can be started here: Debian's packages slurm-wlm and munge, and root. */
export const slurmAvailable = (): boolean =>
  process.getuid?.() === 0 &&
  ['slurmctld', 'slurmd', 'munged'].every((program) => spawnSync('which', [program]).status === 0);

export interface Cluster {
  /** Environment for the Slurm commands. */
  readonly env: NodeJS.ProcessEnv;
  stop(): void;
}

/** Starts a cluster of this machine with a configuration of its own: nothing in /etc is touched. */
export async function startCluster(folder: string): Promise<Cluster> {
  if (spawnSync('pgrep', ['-x', 'munged']).status !== 0)
    execFileSync('service', ['munge', 'start'], { stdio: 'ignore' });
  const host = os.hostname().split('.')[0]!;
  const conf = path.join(folder, 'slurm.conf');
  const [controller, node] = [path.join(folder, 'ctld'), path.join(folder, 'd')];
  for (const dir of [controller, node]) fs.mkdirSync(dir, { recursive: true });
  fs.writeFileSync(
    conf,
    [
      'ClusterName=gauge',
      `SlurmctldHost=${host}(127.0.0.1)`,
      'SlurmctldPort=16817',
      'SlurmdPort=16818',
      'SlurmUser=root',
      'AuthType=auth/munge',
      // A requeued task waits until its credential expires.
      'AuthInfo=cred_expire=5',
      'ProctrackType=proctrack/linuxproc',
      'TaskPlugin=task/none',
      'SelectType=select/cons_tres',
      'SelectTypeParameters=CR_Core',
      `StateSaveLocation=${controller}`,
      `SlurmdSpoolDir=${node}`,
      `SlurmctldPidFile=${folder}/ctld.pid`,
      `SlurmdPidFile=${folder}/d.pid`,
      'SchedulerParameters=sched_interval=2',
      'MaxArraySize=500',
      'KillWait=2',
      `NodeName=${host} NodeAddr=127.0.0.1 CPUs=${os.cpus().length} State=UNKNOWN`,
      'PartitionName=debug Nodes=ALL Default=YES MaxTime=INFINITE State=UP',
      '',
    ].join('\n'),
  );
  const env = { ...process.env, SLURM_CONF: conf };
  const daemons: ChildProcess[] = [
    spawn('slurmctld', ['-D', '-i', '-f', conf], { env, stdio: 'ignore' }),
    spawn('slurmd', ['-D', '-f', conf, '-N', host], { env, stdio: 'ignore' }),
  ];
  for (let i = 0; ; i++) {
    const { stdout } = spawnSync('sinfo', ['--noheader', '--format=%T'], { env, encoding: 'utf8' });
    if (stdout.trim().startsWith('idle')) break;
    if (i === 120) throw new Error(`Slurm did not start: ${stdout}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return { env, stop: () => daemons.forEach((d) => d.kill('SIGKILL')) };
}
