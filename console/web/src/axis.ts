// The steps of a chart's upright axis: round, few, and the highest at or above all that is drawn.
import * as format from './format';

// 1, 2, 5, 10, 20, …
const kWhole = [...Array(15).keys()].flatMap((power) => [1, 2, 5].map((n) => n * 10 ** power));
const kDayS = 86_400;
const kSeconds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600,
                  43_200, kDayS];

export type Unit = 'count' | 'percent' | 'seconds';

const kStepsMax = 5;
// Of what is all but zero: an axis that ends lower would make a mountain of it.
const kLeast: Record<Unit, number> = {count: 4, percent: 20, seconds: 60};

export function splitsOf(most: number, unit: Unit): number[] {
  const top = Math.max(most, kLeast[unit]);
  const steps = unit === 'seconds' ? kSeconds : kWhole;
  const step = steps.find((one) => Math.ceil(top / one) <= kStepsMax) ??
      Math.ceil(top / kStepsMax / kDayS) * kDayS;
  return Array.from({length: Math.ceil(top / step) + 1}, (_, i) => i * step);
}

// Short, or their beginning would be cut: a time in one unit, which all steps are whole of.
export function textsOf(splits: number[], unit: Unit): string[] {
  const [length, name] = format.kClockUnits.find(([seconds]) => splits[1]! % seconds === 0)!;
  return splits.map((n) => unit === 'count' ? format.axis(n) :
                           unit === 'percent' ? format.share(n, 100) : `${n / length} ${name}`);
}
