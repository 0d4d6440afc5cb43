import fs from 'node:fs';

/** Bytes that contain the headers of every native library that is shipped; those of macOS take 6 kB. */
const headerBytes = 1 << 16;

/**
 * What is wrong with a native library, as a clause such as `is cut short`; null if nothing is. Loading a library that is
 * cut short would end this process by SIGBUS, without a sentence.
 * @param platform process.platform
 * @param arch process.arch
 */
export function nativeFileFault(file: string, platform: string, arch: string): string | null {
  let descriptor: number | undefined;
  try {
    descriptor = fs.openSync(file, 'r');
    const { size } = fs.fstatSync(descriptor);
    const header = Buffer.alloc(headerBytes);
    fs.readSync(descriptor, header, 0, headerBytes, 0);
    return libraryFault({ header, size }, platform, arch);
  } catch (error) {
    return `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`;
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
}

/** The beginning of a file, filled up with zeros, and the size of the whole file in bytes. */
export interface LibraryStart {
  readonly header: Buffer;
  readonly size: number;
}

/** Like {@link nativeFileFault}, for a file that was read. */
export function libraryFault({ header, size }: LibraryStart, platform: string, arch: string): string | null {
  if (size === 0) return 'is empty';
  const format = formats[platform];
  if (!format) return null;
  if (!format.begins(header)) return `is not a library for ${platform}`;
  const built = format.processors[format.processor(header)];
  if (built !== undefined && built !== arch) return `is built for ${built} processors`;
  return format.end(header) > size ? 'is cut short' : null;
}

/** One format of native libraries. Fields that lie outside the header are read as zero. */
interface LibraryFormat {
  begins(header: Buffer): boolean;
  processor(header: Buffer): number;
  /** Names of process.arch by the number in the header. */
  readonly processors: Readonly<Record<number, string>>;
  /** Smallest size in bytes of a complete file. */
  end(header: Buffer): number;
}

const u16 = (b: Buffer, at: number) => (at + 2 <= b.length ? b.readUInt16LE(at) : 0);
const u32 = (b: Buffer, at: number) => (at + 4 <= b.length ? b.readUInt32LE(at) : 0);
const u64 = (b: Buffer, at: number) => (at + 8 <= b.length ? Number(b.readBigUInt64LE(at)) : 0);
const largest = (count: number, end: (i: number) => number) => {
  let most = 0;
  for (let i = 0; i < Math.min(count, 1000); i++) most = Math.max(most, end(i));
  return most;
};

/** Source: System V ABI, chapters 4 and 5. */
const elf: LibraryFormat = {
  begins: (b) => b.readUInt32BE(0) === 0x7f454c46,
  processor: (b) => u16(b, 18),
  processors: { 62: 'x64', 183: 'arm64', 3: '32-bit x86', 40: '32-bit ARM' },
  end: (b) =>
    Math.max(
      u64(b, 40) + u16(b, 58) * u16(b, 60),
      largest(u16(b, 56), (i) => u64(b, u64(b, 32) + i * u16(b, 54) + 8) + u64(b, u64(b, 32) + i * u16(b, 54) + 32)),
    ),
};

/** Source: Microsoft, "PE Format". */
const pe: LibraryFormat = {
  begins: (b) => b.toString('latin1', 0, 2) === 'MZ' && u32(b, u32(b, 60)) === 0x4550,
  processor: (b) => u16(b, u32(b, 60) + 4),
  processors: { 0x8664: 'x64', 0xaa64: 'arm64', 0x14c: '32-bit x86' },
  end: (b) => {
    const start = u32(b, 60);
    const sections = start + 24 + u16(b, start + 20);
    return largest(u16(b, start + 6), (i) => u32(b, sections + 40 * i + 16) + u32(b, sections + 40 * i + 20));
  },
};

const segment64 = 0x19;

/** Source: Apple, mach-o/loader.h. A file for several processors is not looked into. */
const machO: LibraryFormat = {
  begins: (b) => u32(b, 0) === 0xfeedfacf || b.readUInt32BE(0) === 0xcafebabe,
  processor: (b) => u32(b, 4),
  processors: { 0x01000007: 'x64', 0x0100000c: 'arm64' },
  end: (b) => {
    if (u32(b, 0) !== 0xfeedfacf) return 0;
    let at = 32;
    return largest(u32(b, 16), () => {
      const end = u32(b, at) === segment64 ? u64(b, at + 40) + u64(b, at + 48) : 0;
      at += u32(b, at + 4);
      return end;
    });
  },
};

const formats: Readonly<Record<string, LibraryFormat>> = { linux: elf, win32: pe, darwin: machO };
