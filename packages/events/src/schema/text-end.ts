/** Without those of the characters that stand at its end. (`/[…]+$/` begins anew at each of a long row of them within the text.) */
export function withoutAtEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
