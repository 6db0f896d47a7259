import { expect, test } from "vitest";
import { defaultHost } from "./default-host.js";

const url = new URL("https://example.com");
const docker = (path: string): boolean => path === "/.dockerenv";

test.each<[string, string, ...Parameters<typeof defaultHost>]>([
  ["a machine", "127.0.0.1", url, {}, () => false],
  ["Docker", "0.0.0.0", url, { NODE_ENV: "production" }, docker],
  ["Podman", "0.0.0.0", url, {}, (path) => path === "/run/.containerenv"],
  ["Kubernetes", "0.0.0.0", url, { KUBERNETES_SERVICE_HOST: "10.0.0.1" }, () => false],
  ["a container without a url, which is refused to other machines", "127.0.0.1", undefined, {}, docker],
  ["development in a container", "127.0.0.1", url, { NODE_ENV: "development" }, docker],
  ["tests in a container", "127.0.0.1", url, { NODE_ENV: "test" }, docker],
])("without a host, %s listens on %s", (_where, host, ...facts) => {
  expect(defaultHost(...facts)).toBe(host);
});
