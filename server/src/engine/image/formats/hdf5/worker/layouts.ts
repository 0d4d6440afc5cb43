import type { File } from 'h5wasm/node';
import { ImageRefusal } from '../../format';
import type { Hdf5Layout, Hdf5Signal } from '../messages';
import { hyperspySignals } from './hyperspy';
import { ncemSignals } from './ncem';
import { groupAt } from './tree';
import { veloxSignals } from './velox';

/** The signals of a file in one of the known layouts, at most this many. */
const maxSignals = 2000;

/**
 * The signals of an HDF5 file, images and spectra, and its layout: HyperSpy, Velox or NCEM.
 * @throws ImageRefusal for HDF5 files of another kind
 */
export function findSignals(file: File): { layout: Hdf5Layout; signals: Hdf5Signal[] } {
  const isVelox =
    groupAt(file, 'Data') !== null && (groupAt(file, 'Version') !== null || file.keys().includes('Version'));
  const isHyperspy = groupAt(file, 'Experiments') !== null;
  const layout = isHyperspy ? 'hspy' : 'emd';
  const found = isHyperspy ? hyperspySignals(file) : isVelox ? veloxSignals(file) : [];
  const signals = found.length ? found : ncemSignals(file);
  if (signals.length === 0)
    throw new ImageRefusal(
      'unsupported',
      'The HDF5 file contains no images in a known layout (Velox, NCEM EMD, HyperSpy).',
    );
  return { layout, signals: signals.slice(0, maxSignals) };
}
