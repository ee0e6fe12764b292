/**
 * Bytes that must be the same, compared eight at a time. What eight bytes make of a floating-point number may be none, which equals
 * nothing: such a stretch is never found again, and its lines take the usual way.
 */
export type Stretch = { values: Float64Array; length: number };

/** From eight bytes on. */
export const stretchOf = (view: DataView, from: number, to: number): Stretch => {
  const length = to - from;
  const eights = Math.ceil(length / 8);
  const at = (each: number) => from + Math.min(each * 8, length - 8);
  return { values: Float64Array.from({ length: eights }, (_, each) => view.getFloat64(at(each), true)), length };
};

/** `bytes` is how many there are: a view tells it too, and takes long for it. */
export const isLike = (view: DataView, bytes: number, from: number, { values, length }: Stretch): boolean => {
  if (from + length > bytes) return false;
  const last = values.length - 1;
  for (let each = 0; each < last; each++) if (view.getFloat64(from + each * 8, true) !== values[each]) return false;
  return view.getFloat64(from + length - 8, true) === values[last];
};
