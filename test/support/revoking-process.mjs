// Revokes one session after the other until it is killed, and prints each one's number once it is stored.
import { writeSync } from "node:fs";
import { fileRevocations } from "holdfast";

const store = fileRevocations({ path: process.argv[2] });
for (let n = 1; ; n++) {
  await store.revoke(`session:${n}`, n, Date.now() + 86_400_000);
  writeSync(1, `${n}\n`);
}
