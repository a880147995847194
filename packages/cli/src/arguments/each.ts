/** Gathers the values of an option that may be given more than once. */
export function each(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
