/** The webview contract: the host pushes state, the webview returns intents. Types only. */
import type { MeasureViewDto } from '../../server/src/protocol/quantities';
import type { DetectionDto, EstimateViewDto, PreviewDto } from '../../server/src/protocol/types';

/** The server's picture, with its name and an address of the overview that the page may load. */
export interface PreviewImage extends Readonly<Omit<PreviewDto, 'imageKey' | 'overviewPath'>> {
  /** Equal keys mean equal pixels. */
  readonly key: string;
  readonly name: string;
  /** URI of the overview's raw values. */
  readonly overviewSrc: string;
}

/** The grey values shown as black and white, in values of the original image. */
export interface GreyWindow {
  readonly low: number;
  readonly high: number;
}

export interface TileAddress {
  readonly level: number;
  readonly column: number;
  readonly row: number;
}

export type EstimateState =
  | { kind: 'none' }
  | { kind: 'running' }
  | { kind: 'failed'; message: string }
  | { kind: 'done'; estimate: EstimateViewDto };

/** View settings that are kept from one image to the next. */
export interface ViewSettings {
  readonly layers: Layers;
  /** Lowest confidence that is shown. */
  readonly minimum: number;
  readonly inverted: boolean;
  readonly gamma: number;
  /** Null for the automatic window of the image. */
  readonly window: GreyWindow | null;
  /** Whether the side panel is open. */
  readonly panel: boolean;
  readonly histogram: boolean;
  /** Foil thickness in nm, of the workspace. */
  readonly thicknessNm: number | null;
}

export interface Layers {
  readonly outlines: boolean;
  readonly boxes: boolean;
  readonly masks: boolean;
  readonly candidates: boolean;
  readonly truth: boolean;
}

/** State pushes are idempotent: on `ready` the host sends all of them again. */
export type ToPreview =
  | { type: 'image'; image: PreviewImage }
  | { type: 'tile'; key: string; at: TileAddress; src: string | null }
  | { type: 'unreadable'; message: string }
  | { type: 'estimate'; state: EstimateState }
  | { type: 'quantities'; quantities: MeasureViewDto | { failed: string } }
  | { type: 'view'; view: ViewSettings }
  /** The foil thickness of the workspace; null while it is unknown. */
  | { type: 'foil'; thicknessNm: number | null };

export type FromPreview =
  | { type: 'ready' }
  /** The first pixels of a picture were drawn. */
  | { type: 'drawn' }
  | { type: 'estimate' }
  | { type: 'tile'; key: string; at: TileAddress }
  /** The next or previous image of the folder, or the next one that is not reliable. */
  | { type: 'step'; to: 'next' | 'previous' | 'doubtful'; view: ViewSettings }
  | { type: 'frame'; frame: number; view: ViewSettings }
  /** A pixel size measured or typed by the user; null removes it. */
  | { type: 'calibrate'; nmPerPixel: number | null }
  /** A foil thickness that was typed, for the whole workspace; null removes it. */
  | { type: 'thickness'; thicknessNm: number | null }
  /** Quantities of the image or of its folder. */
  | { type: 'measure'; folder: boolean; thicknessNm: number | null }
  /** A table of the shown image to the clipboard. */
  | { type: 'copy'; table: 'quantities' | 'detections'; thicknessNm: number | null }
  | { type: 'export'; thicknessNm: number | null }
  | { type: 'showCard' };

export type Detection = DetectionDto;
