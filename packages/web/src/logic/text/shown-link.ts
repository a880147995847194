/** Where a link may lead; anything else, a path on this server among it, stands as text. */
const FOLLOWED = new Set(["http:", "https:", "mailto:"]);

/** What a link in a text is: an address that can be followed, in the form that cannot pretend to be another, or its words alone. */
export function shownLink(written: string): { address: string; isFollowed: boolean } {
  let url: URL;
  try {
    url = new URL(written);
  } catch {
    return { address: written, isFollowed: false };
  }
  return { address: url.href, isFollowed: FOLLOWED.has(url.protocol) };
}
