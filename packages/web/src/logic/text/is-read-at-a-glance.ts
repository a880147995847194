const GLANCE_LENGTH = 280;
const GLANCE_LINES = 3;

/** Whether a text is so short that nothing is needed to read it: no folding, no search, no other form. */
export function isReadAtAGlance(text: string): boolean {
  return text.length <= GLANCE_LENGTH && text.split("\n", GLANCE_LINES + 1).length <= GLANCE_LINES;
}
