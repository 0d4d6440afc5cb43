/** Whether a file is a Git LFS pointer, the placeholder of a file that was not fetched. */
export const isLfsPointer = (head: Uint8Array): boolean =>
  Buffer.from(head.subarray(0, 64)).toString('latin1').startsWith('version https://git-lfs');
export const lfsSentence = 'This is a Git LFS pointer, not the file itself: fetch it with "git lfs pull".';
