import helmet from "@fastify/helmet";
import type { FastifyInstance } from "fastify";

/**
 * What the UI's pages may load: from here and nowhere else. Styles may be set in the page, as charts and graphs do;
 * scripts may not. Workers from a `blob:` are how a bundler ships a layout worker.
 */
const CONTENT_SECURITY_POLICY = {
  "default-src": ["'self'"],
  "script-src": ["'self'"],
  "style-src": ["'self'", "'unsafe-inline'"],
  "img-src": ["'self'", "data:", "blob:"],
  "font-src": ["'self'", "data:"],
  "connect-src": ["'self'"],
  "worker-src": ["'self'", "blob:"],
  "object-src": ["'none'"],
  "base-uri": ["'none'"],
  "form-action": ["'self'"],
  "frame-ancestors": ["'none'"],
};

/** The same as the header's value, for plugins that set their own. */
export const CONTENT_SECURITY_POLICY_TEXT = Object.entries(CONTENT_SECURITY_POLICY)
  .map(([directive, sources]) => [directive, ...sources].join(" "))
  .join("; ");

/** Headers that every answer carries. */
export async function installHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: CONTENT_SECURITY_POLICY },
    // The server speaks plain HTTP on a port of its own: HSTS would lock other ports of the same host out.
    strictTransportSecurity: false,
    xFrameOptions: { action: "deny" },
  });
}
