import * as vscode from 'vscode';
import type { Translate } from '../../media/preview/quantityWords';
import { translateSentence } from '../../media/preview/sentences';

/** The words shared with the preview pass each text through this; they are literals there. */
export const translate: Translate = vscode.l10n.t;

/** A sentence of the server in the editor's language; in English where it is not known. */
export const translated = (sentence: string): string => translateSentence(sentence, translate);
