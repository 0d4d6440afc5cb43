import path from 'node:path';
import { ErrorCodes, ResponseError } from 'vscode-languageserver/node';
import { URI } from 'vscode-uri';

export interface FileUri {
  /** The canonical URI in results, diagnostics and notifications. */
  readonly uri: string;
  readonly file: string;
}

/**
 * The canonical URI of a file, equal to VS Code's. Windows allows halves of surrogate pairs in names, which no URI can
 * contain: they become replacement characters.
 */
export const uriOf = (file: string): string => URI.file(path.normalize(wellFormed(file))).toString();

const wellFormed = (text: string) => text.replace(/\p{Surrogate}/gu, '\ufffd');

/**
 * The file of a URI. Different spellings of one file result in one URI.
 * @throws ResponseError InvalidParams for other schemes (`git:`, `untitled:`, `vscode-remote:`), other hosts, and URIs
 *   without an absolute path: the file of the same path on this machine would be another document.
 */
export function fileOf(uri: string): FileUri {
  const refuse = (reason: string) => new ResponseError(ErrorCodes.InvalidParams, reason);
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(uri)?.[1]?.toLowerCase();
  if (scheme !== 'file')
    throw refuse(
      scheme
        ? `Only files on the disk of the server's machine can be read, not documents of the scheme "${scheme}".`
        : 'The URI has no scheme; a file URI begins with file:///.',
    );
  let parsed: URI;
  try {
    parsed = URI.parse(uri, true);
    decodeURIComponent(uri);
  } catch {
    throw refuse('The URI is malformed.');
  }
  if (parsed.authority && parsed.authority !== 'localhost' && process.platform !== 'win32')
    throw refuse(`The URI names the other machine "${parsed.authority}".`);
  const file = path.normalize((parsed.authority === 'localhost' ? parsed.with({ authority: '' }) : parsed).fsPath);
  if (!path.isAbsolute(file) || file.includes('\0')) throw refuse('The URI contains no absolute path.');
  if (parsed.query) throw refuse('The URI has a query; it names a version of a document, not a file.');
  const plain = file.length > 1 && file.endsWith(path.sep) ? file.slice(0, -1) : file;
  return { uri: uriOf(plain), file: plain };
}
