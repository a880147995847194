import cors from "@fastify/cors";
import type { FastifyInstance } from "fastify";

/** What a page of another origin may read besides the body. */
const EXPOSED_HEADERS = ["X-Skipped-Lines"];

/** Lets pages of exactly these origins read the answers. Without any, no page but the server's own can. */
export async function installCrossOrigin(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  await app.register(cors, {
    origin: (origin, done) => done(null, origin !== undefined && origins.includes(origin) && origin),
    methods: ["GET", "HEAD"],
    allowedHeaders: ["Authorization", "Last-Event-ID"],
    exposedHeaders: EXPOSED_HEADERS,
    strictPreflight: false,
    maxAge: 600,
  });
}
