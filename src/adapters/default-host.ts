import { existsSync } from "node:fs";

/** Files that container engines put into every container: Docker, Podman. */
const MARKS = ["/.dockerenv", "/run/.containerenv"];

/**
 * The default host: this machine only. In a container that would reach nobody, because even the container's port forwarding
 * comes from outside; there it is every interface, once the endpoint knows the URL under which it is reached. Development and
 * tests stay on this machine, wherever they run.
 *
 * @param url the endpoint's; undefined if it has none
 * @param env default: the environment of the process
 */
export function defaultHost(
  url: URL | undefined, env: Readonly<Record<string, string | undefined>> = process.env, exists: (path: string) => boolean = existsSync,
): string {
  const mode = env["NODE_ENV"];
  if (url === undefined || mode === "development" || mode === "test") return "127.0.0.1";
  return env["KUBERNETES_SERVICE_HOST"] !== undefined || MARKS.some((path) => exists(path)) ? "0.0.0.0" : "127.0.0.1";
}
