import { accessSync, constants, existsSync } from "node:fs";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import Packed from "@sparticuz/chromium";
import { chromium, type Browser, type LaunchOptions } from "playwright-core";
import { slowProxy } from "./unrest.js";

/** The shell comes first: it is the same engine without windows, and starts and draws in half the time. */
const NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const ARGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--accept-lang=en-US",
];

/** Starts the machine's Chromium, or the one from npm. It contacts no server except those of the tests. */
export async function launch(): Promise<Browser> {
  const own = installed();
  const server = await slowProxy();
  // Chromium goes to this machine without a proxy, unless it is told not to.
  const options: LaunchOptions = { args: ARGS, ...(server !== undefined && { proxy: { server, bypass: "<-loopback>" } }) };
  if (own !== undefined) return chromium.launch({ ...options, executablePath: own });
  const folder = await unpacked();
  const executablePath = join(folder, "chromium");
  const env = { ...process.env, FONTCONFIG_PATH: process.env["FONTCONFIG_PATH"] ?? join(folder, "fonts") };
  try {
    return await chromium.launch({ ...options, executablePath, env });
  } catch {
    // A machine without a browser lacks its libraries too; the package contains them.
    const libraries = [join(folder, "al2023", "lib"), process.env["LD_LIBRARY_PATH"]].filter(Boolean).join(delimiter);
    return chromium.launch({ ...options, executablePath, env: { ...env, LD_LIBRARY_PATH: libraries } });
  }
}

function installed(): string | undefined {
  const folders = ["/usr/bin", ...(process.env["PATH"] ?? "").split(delimiter)];
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * The folder that the package was unpacked to. Test files run in parallel, and by the package's own way one could start what
 * another is still writing: here each unpacks into its own folder, and the first one's gets the final name.
 */
async function unpacked(): Promise<string> {
  const require = createRequire(import.meta.url);
  const manifest = new URL("../../package.json", pathToFileURL(require.resolve("@sparticuz/chromium")));
  const { version } = JSON.parse(await readFile(manifest, "utf8")) as { version: string };
  const shared = join(tmpdir(), `holdfast-chromium-${process.getuid?.() ?? 0}-${version}`);
  if (existsSync(shared)) return shared;
  const folder = await mkdtemp(`${shared}-`);
  // Only environment variables tell it what to unpack, and where.
  const before = { TMPDIR: process.env["TMPDIR"], AWS_EXECUTION_ENV: process.env["AWS_EXECUTION_ENV"] };
  Object.assign(process.env, { TMPDIR: folder, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs20.x" });
  try {
    await Packed.executablePath();
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
  // The package's configuration expects its fonts where it would have unpacked them, and pages crash without fonts.
  await writeFile(join(folder, "fonts", "fonts.conf"), `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>${join(shared, "fonts", "fonts")}</dir>
  <cachedir>${join(shared, "fonts-cache")}</cachedir>
</fontconfig>
`);
  try {
    await rename(folder, shared);
  } catch {
    await rm(folder, { recursive: true, force: true });
  }
  return shared;
}
