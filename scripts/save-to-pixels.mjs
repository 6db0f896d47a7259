// How long after a save does the open page show it? `holdfast dev` on the blog and `vite dev` on a SvelteKit page take turns in one
// browser on one machine, so that both meet the same noise. SvelteKit is installed into a temporary folder from the npm registry.
//
//   node scripts/save-to-pixels.mjs              30 saves each
//   node scripts/save-to-pixels.mjs --save       and append the result to bench/results/pixels.jsonl; refused unless the tree is clean
//   node scripts/save-to-pixels.mjs --saves 100
import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, cp, mkdir, mkdtemp, readFile, realpath, rename, rm, symlink, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const SAVES = Number(process.argv[process.argv.indexOf("--saves") + 1]) || 30;
const KEEPS = process.argv.includes("--save");

const SVELTE = {
  "package.json": '{ "type": "module", "private": true }',
  "vite.config.js": 'import { sveltekit } from "@sveltejs/kit/vite";\nexport default { plugins: [sveltekit()] };\n',
  "svelte.config.js": "export default {};\n",
  "src/app.html": "<!doctype html><html><head>%sveltekit.head%</head><body><div>%sveltekit.body%</div></body></html>\n",
  "src/routes/+page.svelte": "<h1>Posts 0</h1>\n<ul>{#each Array.from({ length: 20 }, (_, i) => i) as i}<li>Post {i}</li>{/each}</ul>\n",
};

/** A folder whose name no watcher takes for a link. */
const folder = async (name) => realpath(await mkdtemp(join(tmpdir(), name)));

/** A development server: its folder, its URL, and how to end it. */
async function start(cwd, command, env = {}) {
  const child = spawn(process.execPath, command, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: child.stdout })) {
    // Vite colours the port.
    // oxlint-disable-next-line no-control-regex
    const url = /http:\/\/[\w.]+:\d+/.exec(line.replaceAll(/\u001b\[\d+m/g, ""))?.[0];
    if (url === undefined) continue;
    child.stdout.resume();
    return {
      cwd, url,
      async stop() {
        child.kill("SIGTERM");
        if (child.exitCode === null) await once(child, "exit");
        await rm(cwd, { recursive: true, force: true });
      },
    };
  }
  throw new Error(`${command.join(" ")} ended without a URL`);
}

async function holdfast() {
  const cwd = await folder("pixels-holdfast-");
  await symlink(join(ROOT, "node_modules"), join(cwd, "node_modules"));
  for (const part of ["src", "public", "migrations", "package.json"]) {
    await cp(join(ROOT, "examples/blog", part), join(cwd, part), { recursive: true });
  }
  return start(cwd, [join(ROOT, "dist/dev/cli.js"), "dev", "src/main.ts"], {
    PORT: "4701",
    SECRET: crypto.randomUUID() + crypto.randomUUID(),
  });
}

async function svelteKit() {
  const cwd = await folder("pixels-sveltekit-");
  for (const [path, text] of Object.entries(SVELTE)) {
    await mkdir(dirname(join(cwd, path)), { recursive: true });
    await writeFile(join(cwd, path), text);
  }
  await promisify(execFile)(
    "npm",
    ["install", "--no-audit", "--no-fund", "@sveltejs/kit", "@sveltejs/vite-plugin-svelte", "svelte", "vite"],
    { cwd },
  );
  const { version } = JSON.parse(await readFile(join(cwd, "node_modules/@sveltejs/kit/package.json"), "utf8"));
  return { ...(await start(cwd, [join(cwd, "node_modules/vite/bin/vite.js"), "dev", "--host", "127.0.0.1", "--port", "4702"])), version };
}

/** Milliseconds from a save of `path` until the frame after the one that shows the new heading. */
async function saveToPixels(page, server, path, heading) {
  const shown = page.evaluate((text) => new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (document.querySelector("h1")?.textContent !== text) return;
      observer.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(Date.now())));
    });
    observer.observe(document.body, { childList: true, subtree: true, characterData: true });
  }), heading);
  await page.evaluate(() => 0); // The observer is there.
  const file = join(server.cwd, path);
  const beside = `${server.cwd}.saved`;
  await writeFile(beside, (await readFile(file, "utf8")).replace(/<h1>Posts.*?<\/h1>/, `<h1>${heading}</h1>`));
  const saved = Date.now();
  await rename(beside, file);
  return (await shown) - saved;
}

const commit = execFileSync("git", ["rev-parse", "HEAD"], { cwd: ROOT, encoding: "utf8" }).trim();
if (KEEPS && execFileSync("git", ["status", "--porcelain"], { cwd: ROOT, encoding: "utf8" }) !== "") {
  throw new Error("the tree is not clean: commit first");
}
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium-headless-shell";
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const servers = [await holdfast(), await svelteKit()];
try {
  const [ours, theirs] = servers;
  const blog = await browser.newPage();
  await blog.goto(`${ours.url}/login`);
  await blog.fill("#email", "editor@blog.example");
  await blog.fill("#password", "editor-of-the-blog");
  await blog.click("main button[type=submit]");
  await blog.waitForSelector("[data-phx-main].phx-connected");
  const kit = await browser.newPage();
  await kit.goto(theirs.url);
  await kit.waitForFunction(() => document.querySelector("h1") !== null);
  await kit.waitForLoadState("networkidle");

  const took = { holdfast: [], svelteKit: [] };
  // The first three are not counted: both servers compile what they need.
  for (let i = 1; i <= SAVES + 3; i++) {
    const each = {
      holdfast: await saveToPixels(blog, ours, "src/web/views/posts.ts", `Posts ${i}`),
      svelteKit: await saveToPixels(kit, theirs, "src/routes/+page.svelte", `Posts ${i}`),
    };
    if (i > 3) for (const [name, ms] of Object.entries(each)) took[name].push(ms);
  }
  const of = (values) => {
    const sorted = values.toSorted((a, b) => a - b);
    return { medianMs: sorted[Math.floor(sorted.length / 2)], p95Ms: sorted[Math.floor(sorted.length * 0.95)], allMs: values };
  };
  const result = {
    when: new Date().toISOString(), commit,
    machine: { cpu: cpus()[0].model.trim(), cores: cpus().length, node: process.version },
    saves: SAVES, holdfast: of(took.holdfast), svelteKit: { version: theirs.version, ...of(took.svelteKit) },
  };
  for (const name of ["holdfast", "svelteKit"]) console.log(`${name}: median ${result[name].medianMs} ms, p95 ${result[name].p95Ms} ms`);
  if (KEEPS) await appendFile(join(ROOT, "bench/results/pixels.jsonl"), `${JSON.stringify(result)}\n`);
} finally {
  await browser.close();
  await Promise.all(servers.map((server) => server.stop()));
}
