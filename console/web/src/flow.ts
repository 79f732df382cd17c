// Events a second, out of two readings of what the programs have counted.
import type {Programs} from 'model';

type Name = 'received' | 'stored' | 'duplicates' | 'spooled' | 'rejected' | 'refused' | 'dead';
export type Flow = Record<Name, number | null>;

const kNames: Name[] =
    ['received', 'stored', 'duplicates', 'spooled', 'rejected', 'refused', 'dead'];

// Null where it is not known: of a first reading, and behind a restart of the program.
export function flowOf(before: Programs | null, after: Programs): Flow {
  const seconds = before === null ? 0 : (after.time - before.time) / 1000;
  const rate = (name: Name): number | null => {
    const [from, to] = [before?.counts[name] ?? null, after.counts[name]];
    return from === null || to === null || to < from || seconds <= 0 ? null :
                                                                       (to - from) / seconds;
  };
  return Object.fromEntries(kNames.map((name) => [name, rate(name)])) as Flow;
}

