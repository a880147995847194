import { isIPv6 } from "node:net";
import type { FastifyRequest } from "fastify";
import { isLoopback } from "./address.ts";

/**
 * Who asks, as turns are taken by: the address at the other end of the connection; what a header says of another (`X-Forwarded-For`) anybody can
 * write. Who has one IPv6 address has 2^64 of them. On this machine, where all have the same address, each program by its
 * name: a browser with all its tabs is one.
 */
export function clientOf({
  ip,
  headers,
}: {
  ip: string | undefined;
  headers: FastifyRequest["headers"];
}): string {
  // Of a connection that is closed already nobody knows the other end.
  if (ip === undefined) return "";
  if (isLoopback(ip.replace(/^::ffff:/i, ""))) return `here ${headers["user-agent"] ?? ""}`;
  return isIPv6(ip) && !ip.toLowerCase().startsWith("::ffff:") ? networkOf(ip) : ip;
}

/** The first 64 bits of an IPv6 address. */
function networkOf(ip: string): string {
  const [head = "", tail] = ip.split("%")[0]?.split("::") ?? [];
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(zeros).fill("0"), ...right].slice(0, 4).join(":");
}
