// `npm start`: installs, builds, audits the bundled samples with the embedded model, prints the table, writes the report.
import { spawnSync } from 'node:child_process';
import { installDependencies } from './install.mjs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
installDependencies();
const run = (args) => spawnSync('node', args, { stdio: 'inherit' }).status ?? 3;
const built = run(['esbuild.mjs', 'product']);
process.exit(built || run(['dist/cli.js', 'audit', 'media/samples', '--html', 'tem-gauge-report/report.html']));
