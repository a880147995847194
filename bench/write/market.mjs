// Placeholder until the simulation package is in place.
export async function marketOverhead() {
  return { off: 1, state: 1, events: 0 };
}
