import { bundleFile } from '../../files/bundleFile';

/** The bundle that the network's process runs. @throws Error when it is missing */
export const workerFile = (from: string = __dirname): string => bundleFile('detector-worker.js', from);
