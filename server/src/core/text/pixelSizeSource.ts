/** Words for where a pixel size comes from, by the codes of formats, tables and settings. */
export const pixelSizeSources: Readonly<Record<string, string>> = {
  'tiff-tags': 'from the file’s tags',
  'png-phys': 'from the file’s tags',
  'dm-calibration': 'from the file’s calibration',
  'ser-calibration': 'from the file’s calibration',
  'mrc-header': 'from the file’s header',
  'emd-metadata': 'from the file’s metadata',
  'hspy-metadata': 'from the file’s metadata',
  'hitachi-text': 'from the microscope’s text file',
  'jeol-text': 'from the microscope’s text file',
  sidecar: 'from the pixel size table',
  setting: 'from the settings',
  calibration: 'calibrated by hand',
};

/** Source of a pixel size in words; empty where it is unknown. */
export const pixelSizeSource = (source: string | null): string =>
  source === null ? '' : (pixelSizeSources[source] ?? source);
