// Removes what the package's build wrote, so that a deleted source leaves no file in the published package.
import { rmSync } from "node:fs";

rmSync(new URL("../dist", import.meta.url), { recursive: true, force: true });
