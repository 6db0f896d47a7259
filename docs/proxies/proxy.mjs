// A proxy in Node, for a machine that has no other: npm install http-proxy-3
import { readFileSync } from "node:fs";
import { createProxyServer } from "http-proxy-3";

const { APP = "http://127.0.0.1:4000", PORT = "443", KEY = "/etc/ssl/app/key.pem", CERT = "/etc/ssl/app/cert.pem" } = process.env;

const proxy = createProxyServer({ target: APP, ws: true, ssl: { key: readFileSync(KEY), cert: readFileSync(CERT) } });

/** Replaces whatever address the client claims. */
const forward = (outgoing, incoming) => {
  outgoing.setHeader("x-forwarded-for", incoming.socket.remoteAddress);
  outgoing.setHeader("x-forwarded-proto", "https");
};
proxy.on("proxyReq", forward);
proxy.on("proxyReqWs", forward);
proxy.on("error", (error, incoming, response) => {
  console.error(error.message);
  if ("writeHead" in response) response.writeHead(502).end();
  else response.destroy();
});
proxy.listen(Number(PORT), process.env.HOST ?? "0.0.0.0");
console.log(`listening on ${PORT}`);
