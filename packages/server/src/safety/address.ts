import { isIP } from "node:net";

/** Whether only this machine reaches what is bound to `host`. */
export function isLoopback(host: string): boolean {
  const name = bare(host);
  return name === "localhost" || name === "::1" || (isIP(name) === 4 && name.startsWith("127."));
}

/** Whether what is bound to `host` is reached under every address of this machine. */
export function isWildcard(host: string): boolean {
  const name = bare(host);
  return name === "" || name === "::" || /^0+(\.0+){0,3}$/.test(name) || /^(0*:)+0*$/.test(name);
}

/** A host as it stands in a URL. */
export function hostInUrl(host: string): string {
  return isIP(bare(host)) === 6 ? `[${bare(host)}]` : host;
}

/** Lower case, without an IPv6 address's brackets and without the dot that ends a full domain name. */
export function bare(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "");
}
