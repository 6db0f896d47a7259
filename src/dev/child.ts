// The process of `holdfast dev` that runs the application. It exits when the new code needs a new process.
import { endWithParent } from "./end-with-parent.js";
import { RESTART_CODE } from "./restart-code.js";
import { startDevelopment } from "./start.js";

/** How long open requests may delay a restart, ms. */
const CLOSE_MS = 1_000;

endWithParent();
const [main = "src/main.ts"] = process.argv.slice(2);
const development = startDevelopment({
  main,
  restart(why) {
    console.log(`Starting again: ${why}`);
    const end = (): never => process.exit(RESTART_CODE);
    setTimeout(end, CLOSE_MS);
    void development.then((running) => running.close()).then(end, end);
  },
});
await development;
