// Of a chart's values, those between two gaps, as a first step's is: no line goes through them, so
// they are drawn as dots.
export const alone = (values: ArrayLike<number | null | undefined>): number[] =>
    Array.from(values, (_, i) => i).filter(
        (i) => values[i] != null && values[i - 1] == null && values[i + 1] == null);
