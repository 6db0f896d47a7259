/** `holdfast check`: finds mistakes in an application's templates without running it. @module */
export { check } from "./check.js";
export { CHECK_USAGE, runCheck } from "./command.js";
export { FileReader, sourcesIn } from "./files.js";
export { keyOf, Nodes } from "./nodes.js";
export { loadParser } from "./parser.js";
export { RULES, type RuleCode } from "./rules.js";
