/** What a caller without a type checker may pass: `value`, as whatever the place asks for. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- inferred from where it is passed
export function wronglyTyped<T>(value: unknown): T {
  const carrier: { value: T } = Object({ value });
  return carrier.value;
}
