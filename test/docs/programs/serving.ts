// The programs of docs/serving.md; test/docs/reference.test.ts runs those that need no port and no file.
import { createEndpoint, html, NONCE, rateLimit, readEnv, sessionOf, viteManifest, type Endpoint, type EndpointOptions, type Logger, type RootLayout } from "holdfast";
import { serve } from "holdfast/node";
import type { Handler, Hono } from "hono";
import { z } from "zod";

const secret = "a secret of the reference, long enough to be one";
declare function pino(): Logger;
declare const myLog: (level: string, message: string, details: object) => void;

export async function everywhere(endpoint: Endpoint, key: string, cert: string) {
  // #region serve
  const { url, port, close } = await serve(endpoint, { port: 4000, signals: true });
  await serve(endpoint, { path: "/run/app.sock" }); // a unix socket, behind a proxy
  await serve(endpoint, { port: 443, host: "0.0.0.0", https: { key, cert } });
  // #endregion
  return { url, port, close };
}

export function production({ live, revocations }: EndpointOptions): Endpoint {
  // #region production
  const endpoint = createEndpoint({ secret, live, url: "https://example.com", trustProxy: "loopback", revocations });
  // #endregion
  return endpoint;
}

export function behindProxy({ live }: EndpointOptions): Endpoint {
  // #region proxy
  // or the proxy's addresses, if it runs on another machine: trustProxy: "10.0.0.0/8"
  const endpoint = createEndpoint({ secret, live, url: "https://example.com", trustProxy: "loopback" });
  // #endregion
  return endpoint;
}

export function configuration() {
  // #region env
  const env = readEnv(z.object({
    SECRET: z.string().min(32), URL: z.url(), PORT: z.coerce.number().int().default(4000), REDIS_URL: z.url().optional(),
  }));
  // #endregion
  return env;
}

export function logging({ live }: EndpointOptions): readonly Endpoint[] {
  // #region log
  // A logger with levels gets everything,
  const leveled = createEndpoint({ secret, live, log: pino() });
  // and a function what needs attention.
  const attentive = createEndpoint({ secret, live, log: (message, details, level) => myLog(level, message, details) });
  // #endregion
  return [leveled, attentive];
}

export function limited(app: Hono, logInHandler: Handler, vote: Handler): void {
  // #region rate-limit
  app.post("/login", rateLimit({ perSecond: 0.1, burst: 10 }), logInHandler);
  app.post("/vote", rateLimit({ perSecond: 1, burst: 5, by: (c, client) => sessionOf(c).values.userId?.toString() ?? client }), vote);
  // #endregion
}

export function headers({ live }: EndpointOptions): Endpoint {
  // #region headers
  const endpoint = createEndpoint({
    secret, live,
    headers: { "permissions-policy": "camera=()", "x-frame-options": false },
    csp: {
      imgSrc: (sources) => [...sources, "http://cdn.example.com"], // the default's, plus one
      connectSrc: ["'self'", "https://api.example.com"], // replaces the default's
      scriptSrc: ["'self'", NONCE], // cspNonce(c) in a route, get("cspNonce") in a root layout
      formAction: ["'self'", "https://pay.example"], // where forms lead, and where their routes redirect to
    },
    trustedTypes: true,
  });
  // #endregion
  return endpoint;
}

export function files({ live }: EndpointOptions): Endpoint {
  // #region files
  // public/app.css is served as /app.css
  const endpoint = createEndpoint({ secret, live, publicDir: new URL("../public", import.meta.url) });
  // #endregion
  return endpoint;
}

export function built({ live }: EndpointOptions): Endpoint {
  // #region vite
  const client = viteManifest(new URL("../dist/client/.vite/manifest.json", import.meta.url));
  const rootLayout: RootLayout = ({ inner, csrfToken, clientSettings }) => html`<html lang="en" ${clientSettings}>
    <head><meta name="csrf-token" content=${csrfToken}>${client.tags("src/client.ts")}</head><body>${inner}</body></html>`;
  const endpoint = createEndpoint({ secret, live, rootLayout, publicDir: { dir: "dist/client", immutable: client.immutable } });
  // #endregion
  return endpoint;
}
