// Which code was measured. A result is kept only if somebody else can measure the same code again.
import { spawnSync } from "node:child_process";
import { ROOT, SAVES } from "./options.js";

function git(root: string, ...args: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync("git", args, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`git ${args[0]} failed: ${stderr}`);
  return stdout.trim();
}

/** Where results are written: changes there do not make a tree unclean. */
const RESULTS = ["bench/results", "prove/results"];

/**
 * The commit that a work tree is at.
 *
 * @throws an Error if the tree differs from it, because nobody could measure the same code again
 */
export function cleanCommit(root: string): string {
  const changed = git(root, "status", "--porcelain", "--", ".", ...RESULTS.map((folder) => `:(exclude)${folder}`));
  if (changed !== "") throw new Error(`a result is kept only from a clean tree; commit or stash first:\n${changed}`);
  return git(root, "rev-parse", "HEAD");
}

/** The commit under which a result is kept; a result that is not kept needs none. */
export function commitToSave(): string {
  return SAVES ? cleanCommit(ROOT) : "(not saved)";
}
