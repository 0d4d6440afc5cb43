import { PickleError } from './pickleError';

/** A forest of 1000 trees takes about 100 000 instructions and 50 000 objects. */
const maxInstructions = 20e6;
const maxObjects = 2e6;
/** Array elements that every file may have, however short it is. */
const freeElements = 2 ** 22;

/**
 * Limits of one file, so that a few bytes cannot fill the memory: a pickle can build the same array again and again
 * and put an object into a million containers.
 */
export class PickleBudget {
  private instructions = maxInstructions;
  private objects = maxObjects;
  private elements: number;

  /** @param bytes size of the decompressed file: valid arrays of numbers have several bytes per element */
  constructor(bytes: number) {
    this.elements = Math.max(freeElements, bytes / 4);
  }

  /** Call for every opcode. */
  instruction(): void {
    if (--this.instructions < 0) throw exceeded();
  }

  /** Call for every list, dictionary, set, string, bytes object and instance. */
  object(): void {
    if (--this.objects < 0) throw exceeded();
  }

  /** Call before `count` numbers of an array are allocated. */
  numbers(count: number): void {
    this.elements -= count;
    if (!(this.elements >= 0)) throw exceeded();
  }
}

const exceeded = () =>
  new PickleError('The pickle builds more objects than any model that is supported; it was not opened.');
