// Prepares a release: checks, changelog, version, commit and tag. What it prints at the end publishes it.
//   npm run release -- 1.2.0
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { released } from "./changelog.mjs";

const root = fileURLToPath(new URL("../", import.meta.url));
const run = (command, ...args) => execFileSync(command, args, { cwd: root, stdio: "inherit" });
const ask = (command, ...args) => execFileSync(command, args, { cwd: root, encoding: "utf8" }).trim();

const [version = ""] = process.argv.slice(2);
const refuse = (why) => {
  console.error(`no release: ${why}`);
  process.exit(1);
};
if (!/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version)) refuse("npm run release -- 1.2.0");
if (ask("git", "status", "--porcelain") !== "") refuse("the tree has changes that are not committed");
if (ask("git", "tag", "--list", `v${version}`) !== "") refuse(`v${version} is there already`);

const changelog = new URL("../CHANGELOG.md", import.meta.url);
let dated;
try {
  dated = released(readFileSync(changelog, "utf8"), version, new Date());
} catch (error) {
  refuse(error.message);
}
run("npm", "test");
writeFileSync(changelog, dated);
run("npm", "version", version, "--no-git-tag-version");
run("git", "commit", "--quiet", "--message", `Release ${version}`, "--", "CHANGELOG.md", "package.json", "package-lock.json");
run("git", "tag", "--annotate", `v${version}`, "--message", `v${version}`);
run("npm", "pack", "--dry-run");
const tag = version.includes("-") ? " --tag next" : "";
console.log(`\nLook at the list above. Then:\n  git push --follow-tags\n  npm publish --provenance --access public${tag}`);
