#!/usr/bin/env node
// `holdfast dev [main]`: runs an application in development, in a process that restarts when necessary.
// `holdfast check [path …]`: finds mistakes in its templates.
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CHECK_USAGE, runCheck } from "../check/index.js";
import { endWithParent } from "./end-with-parent.js";
import { RESTART_CODE } from "./restart-code.js";

const USAGE = `holdfast dev [main]

  Runs the application whose main module this is (default src/main.ts), from its TypeScript sources,
  and puts what you save into the running pages.

  PORT, HOST …      are the application's
  HOLDFAST_EDITOR   the scheme of the links to sources: vscode (default), cursor, zed …

${CHECK_USAGE}

holdfast --version

  Prints the version.`;

const [command, ...args] = process.argv.slice(2);
switch (command) {
  case "dev":
    dev(args);
    break;
  case "check":
    process.exitCode = runCheck(args);
    break;
  case "--version": case "-v":
    console.log(version());
    break;
  case "--help": case "-h": case "help": case undefined:
    console.log(USAGE);
    break;
  default:
    misuse(`There is no ${command.startsWith("-") ? "option" : "command"} "${command}".`);
}

function version(): string {
  const { version: own } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { readonly version: string };
  return own;
}

function dev(given: readonly string[]): void {
  if (given.includes("--help") || given.includes("-h")) return console.log(USAGE);
  const [main = "src/main.ts", ...rest] = given;
  const option = given.find((each) => each.startsWith("-"));
  if (option !== undefined) return misuse(`There is no option "${option}".`);
  if (rest.length > 0) return misuse(`holdfast dev takes one main module, not ${given.length}: ${given.join(", ")}`);
  if (!existsSync(main)) fail(`There is no ${main}: name the module that calls serve, as in "holdfast dev src/main.ts".`);
  try {
    import.meta.resolve("vite");
  } catch {
    fail("holdfast dev runs on Vite, which is not installed: npm install --save-dev vite");
  }
  runAgain(main);
}

/** Runs the application in a child process, and restarts it when it asks for a new one. */
function runAgain(main: string): void {
  let child: ChildProcess | undefined;
  let ending = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      ending = true;
      child?.kill(signal);
    });
  }
  // SIGTERM ends npm and its shell, and neither forwards it. Without npm, the shell's end is not a reason to stop: `nohup holdfast dev &`.
  if (process.env["npm_command"] !== undefined) endWithParent();
  const run = (): void => {
    const path = fileURLToPath(new URL("child.js", import.meta.url));
    child = spawn(process.execPath, [path, main], { stdio: "inherit", env: { ...process.env, NODE_ENV: "development" } });
    child.once("exit", (code, signal) => {
      if (code === RESTART_CODE && !ending) run();
      else process.exitCode = code ?? (signal === null ? 1 : 0);
    });
  };
  run();
}

/** Says what is wrong with the command line, and what would be right. */
function misuse(text: string): void {
  console.error(`${text}\n`);
  console.log(USAGE);
  process.exitCode = 2;
}

function fail(text: string): never {
  console.error(text);
  process.exit(1);
}
