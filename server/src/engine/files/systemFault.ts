import { printable } from '../../core/text/printable';

/** What an error of the file system means, as a clause: "the disk is full". */
export function systemFault(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOSPC': case 'EDQUOT': return 'the disk is full';
    case 'EACCES': case 'EPERM': return 'permission denied';
    case 'EROFS': return 'the disk is read-only';
    case 'ENOENT': return 'there is no such file or folder';
    case 'ENOTDIR': return 'a part of its path is not a folder';
    case 'EISDIR': return 'it is a folder';
    case 'EEXIST': case 'ENOTEMPTY': return 'it exists already';
    case 'ELOOP': return 'its symbolic links form a loop';
    case 'ENAMETOOLONG': return 'its name is too long';
    case 'EFBIG': return 'it would be larger than the file system allows';
    case 'EMFILE': case 'ENFILE': return 'too many files are open';
    case 'EBUSY': case 'ETXTBSY': return 'another program uses it';
    case 'ENXIO': return 'no program reads the pipe';
    case 'EIO': return 'the disk reported an error';
    default: return code ?? message ?? 'unknown error';
  } // prettier-ignore
}

/** An error of the file system in one sentence that names its file; null for any other error. */
export function systemFaultSentence(error: unknown): string | null {
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (!code || !syscall || !/^E[A-Z0-9]+$/.test(code)) return null;
  const use = { write: 'written', read: 'read' }[syscall] ?? 'used';
  return `${path === undefined ? 'A file' : printable(path)} cannot be ${use}: ${systemFault(error)}.`;
}
